using System.Globalization;
using System.Text.RegularExpressions;

namespace Bus.Faults;

/// <summary>The number that a message bears, and the answer to it.</summary>
/// <param name="Conversation">The conversation it was said in.</param>
/// <param name="Number">Its place among the messages of the conversation.</param>
internal sealed partial record MessageTag(int Conversation, int Number)
{
    /// <summary>The tag in a message, in an answer; null when there is none.</summary>
    public static MessageTag? In(string text) => Tags().Match(text) is { Success: true } match ? Of(match) : null;

    /// <summary>All tags in a text.</summary>
    public static IEnumerable<MessageTag> AllIn(string text) => Tags().Matches(text).Select(Of);

    public override string ToString() => $"<c{Conversation} m{Number}>";

    private static MessageTag Of(Match match) => new(Parsed(match.Groups[1]), Parsed(match.Groups[2]));

    private static int Parsed(Capture digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"<c(\d+) m(\d+)>")]
    private static partial Regex Tags();
}
