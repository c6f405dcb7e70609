namespace Bus.Messaging.Access;

/// <summary>How many messages an account may send.</summary>
public interface IMessageLimits
{
    /// <summary>Counts a message of an account; the same message that comes again is not counted again.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="messageId">The message.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How long to wait; null when it may be sent.</returns>
    Task<TimeSpan?> Count(Guid userId, Guid messageId, CancellationToken cancellation);
}
