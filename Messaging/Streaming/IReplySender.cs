using Bus.Contracts;

namespace Bus.Messaging;

/// <summary>Sends what is said, and how a turn ended, straight to the adapter instance that waits for it.</summary>
public interface IReplySender
{
    /// <summary>Sends a piece of a reply.</summary>
    /// <param name="replyTo">The instance, from <see cref="MessageReceived.ReplyTo"/>; one that is gone is no error.</param>
    /// <param name="chunk">The piece.</param>
    /// <param name="cancellation">Gives up.</param>
    ValueTask Send(string replyTo, ReplyChunk chunk, CancellationToken cancellation);

    /// <summary>Sends the outcome of a turn; when the instance has no queue at the moment, as soon as it has.</summary>
    /// <param name="replyTo">The instance, from <see cref="MessageReceived.ReplyTo"/>; one that is gone is no error.</param>
    /// <param name="end">The outcome.</param>
    /// <param name="cancellation">Gives up.</param>
    ValueTask Send(string replyTo, TurnEnded end, CancellationToken cancellation);
}
