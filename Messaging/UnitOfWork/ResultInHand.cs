using MassTransit;

namespace Bus.Messaging;

/// <summary>
/// What a consumer has made of a delivery and would be sorry to lose: when it turns out, at the commit or at a later try, that the message has been
/// consumed, nothing of this unit of work is kept.
/// </summary>
/// <param name="Id">The same for the same result.</param>
/// <param name="Tell">
/// Tells of it, once. It may be what was committed, by a commit that only seemed to fail: whoever is told has to recognize it.
/// </param>
internal sealed record ResultInHand(Guid Id, Func<IPublishEndpoint, Task> Tell);

/// <summary>Results that are not to be lost.</summary>
public static class ResultInHandExtensions
{
    /// <summary>Says what is to be done when the message turns out to have been consumed, perhaps by another process.</summary>
    /// <param name="context">The delivery; it remembers this for its later tries.</param>
    /// <param name="id"><inheritdoc cref="ResultInHand" path="/param[@name='Id']"/></param>
    /// <param name="tell"><inheritdoc cref="ResultInHand" path="/param[@name='Tell']"/></param>
    public static void WhenConsumedBefore(this ConsumeContext context, Guid id, Func<IPublishEndpoint, Task> tell) =>
        context.ReceiveContext.AddOrUpdatePayload(() => new ResultInHand(id, tell), _ => new ResultInHand(id, tell));
}
