using Bus.Contracts;

namespace Bus.Memory.Replays;

/// <summary>A turn as it was, and as the replay has it.</summary>
/// <param name="Number">Its place in the session, from 1.</param>
/// <param name="UserMessage">What was said.</param>
/// <param name="Original">What was answered.</param>
/// <param name="Replayed">What the replay's model answered; null while it has not.</param>
/// <param name="Same">Both texts are the same; null when one is missing.</param>
/// <param name="Similarity">What both have in common, from 0 to 1; null when one is missing.</param>
/// <param name="Diff">What leads from the original text to the replayed one, word by word; null when one is missing.</param>
public sealed record TurnReport(
    int Number, string UserMessage, ReplyReport Original, ReplyReport? Replayed, bool? Same, double? Similarity, IReadOnlyList<DiffSegment>? Diff)
{
    /// <summary>The report of a turn.</summary>
    /// <param name="number">Its place in the session.</param>
    /// <param name="message">What was said.</param>
    /// <param name="recorded">How it ended in the session.</param>
    /// <param name="outcome">How it ended in the replay; null while it has not.</param>
    public static TurnReport Of(int number, MessageReceived message, object recorded, object? outcome)
    {
        var original = ReplyReport.OfSession(recorded);
        return outcome is TurnReplayed { Comparison: { } comparison } replayed
            ? new(number, message.Text, original, ReplyReport.OfReplay(outcome), comparison.IsSame, comparison.Similarity,
                DiffSegment.Of(comparison.Parts, original.Text, replayed.Text))
            : new(number, message.Text, original, outcome is null ? null : ReplyReport.OfReplay(outcome), null, null, null);
    }
}

/// <summary>A stretch of text that stayed, went or came.</summary>
/// <param name="Op"><c>equal</c>, <c>delete</c> or <c>insert</c>.</param>
/// <param name="Text">The stretch.</param>
public sealed record DiffSegment(string Op, string Text)
{
    /// <summary>The words of a stored comparison, which tells only where they are.</summary>
    public static IReadOnlyList<DiffSegment> Of(IReadOnlyList<DiffPart> parts, string original, string replayed)
    {
        var segments = new List<DiffSegment>(parts.Count);
        var (before, after) = (0, 0);
        foreach (var (op, length) in parts)
        {
            segments.Add(new DiffSegment(op, op == DiffOps.Insert ? replayed.Substring(after, length) : original.Substring(before, length)));
            before += op == DiffOps.Insert ? 0 : length;
            after += op == DiffOps.Delete ? 0 : length;
        }

        return segments;
    }
}
