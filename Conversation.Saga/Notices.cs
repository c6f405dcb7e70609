using Bus.Contracts;

namespace Bus.Conversations;

/// <summary>What people are shown when there is no reply.</summary>
internal static class Notices
{
    public const string TimedOut = "The answer did not come in time.";
    public const string TooManyWaiting = "Too many messages are waiting in this conversation.";
    public const string GaveWay = "Too many messages are waiting in this conversation, and most of them are from the same person.";
    public const string NotDelivered = "The answer could not be delivered in time.";
    public const string Parked = "The message could not be handled; whoever runs this can still have it answered.";
    public const string Stopped = TurnOutcomes.StoppedNotice;

    /// <summary>An apology with the reason and the code by which an operator finds the turn.</summary>
    public static string Failed(string reason, string traceId) => $"Sorry, that did not work. {reason} (trace code {traceId})";

    /// <summary>What came before the failure, and then the notice.</summary>
    public static string After(string partialText, string notice) => partialText.Length == 0 ? notice : $"{partialText}\n\n{notice}";
}
