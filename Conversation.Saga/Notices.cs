using Bus.Contracts;

namespace Bus.Conversations;

/// <summary>What people are shown when there is no reply: in their language, while the log has the reason in that of operators.</summary>
internal static class Notices
{
    // Names of texts.
    public const string TimedOut = "timed_out";
    public const string TooManyWaiting = "too_many_waiting";
    public const string GaveWay = "gave_way";
    public const string Parked = "parked";

    // Nobody is shown it, or it is said otherwise on each platform.
    public const string NotDelivered = "The answer could not be delivered in time.";
    public const string Stopped = TurnOutcomes.StoppedNotice;

    /// <summary>A reason as the log has it.</summary>
    public static string Reason(string name) => Texts.For(null)[name];

    /// <summary>An apology with the reason and the code by which an operator finds the turn.</summary>
    /// <param name="name">The reason.</param>
    /// <param name="language">Whom for; null when nobody knows.</param>
    /// <param name="traceId">The code.</param>
    public static string Failed(string name, string? language, string traceId)
    {
        var texts = Texts.For(language);
        return texts.Of("failed", texts[name], traceId);
    }

    /// <summary>The same for what a model did, or did not.</summary>
    public static string Failed(ReplyFailed failed, string? language, string traceId)
    {
        var texts = Texts.For(language);
        var kind = failed.Kind is { } name ? texts.Find($"model_{name}") : null;
        return texts.Of("failed", kind is null ? failed.Reason : Texts.Fill(kind, failed.Reason), traceId);
    }

    /// <summary>What came before the failure, and then the notice.</summary>
    public static string After(string partialText, string notice) => partialText.Length == 0 ? notice : $"{partialText}\n\n{notice}";
}
