using MassTransit;

namespace Bus.Messaging;

/// <summary>
/// What a consumer has made of a delivery and would be sorry to lose: when it turns out, at the commit or at a later try, that the message has been
/// consumed, nothing of this unit of work is kept.
/// </summary>
/// <param name="Tell">
/// Tells of it. It may be what was committed, by a commit that only seemed to fail, and it may be told more than once: whoever is told has to
/// recognize it.
/// </param>
internal sealed record ResultInHand(Func<Task> Tell);

/// <summary>Results that are not to be lost.</summary>
public static class ResultInHandExtensions
{
    /// <summary>Says what is to be done when the message turns out to have been consumed, perhaps by another process.</summary>
    /// <param name="context">The delivery; it remembers this for its later tries.</param>
    /// <param name="tell"><inheritdoc cref="ResultInHand" path="/param[@name='Tell']"/></param>
    public static void WhenConsumedBefore(this ConsumeContext context, Func<Task> tell) =>
        context.ReceiveContext.AddOrUpdatePayload(() => new ResultInHand(tell), _ => new ResultInHand(tell));
}
