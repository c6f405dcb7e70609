namespace Bus.Messaging.Errors;

/// <summary>Where messages are that could not be handled, and where they came from.</summary>
internal static class QueueNames
{
    /// <summary>Where the broker itself puts what reached a queue's delivery limit; the second net.</summary>
    public const string DeadLetter = "bus-dead-letter";

    private const string Error = "_error";
    private const string Skipped = "_skipped";

    /// <summary>What could not be handled.</summary>
    public static string ErrorsOf(string queue) => queue + Error;

    /// <summary>What no consumer of the queue takes.</summary>
    public static string SkippedOf(string queue) => queue + Skipped;

    /// <summary>The queue that a message is to go back to; null when its name does not tell.</summary>
    public static string? WorkQueueOf(string queue) =>
        queue.EndsWith(Error, StringComparison.Ordinal) ? queue[..^Error.Length]
        : queue.EndsWith(Skipped, StringComparison.Ordinal) ? queue[..^Skipped.Length]
        : null;
}
