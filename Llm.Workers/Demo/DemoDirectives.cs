using System.Globalization;
using System.Text.RegularExpressions;

namespace Bus.Llm;

/// <summary>
/// What a message can tell the demo model to do; several may stand in one message, anywhere in it.
/// <list type="table">
/// <item><term><c>demo:fail</c></term><description>fails before the first word</description></item>
/// <item><term><c>demo:fail-after=N</c></term><description>says N words, then fails</description></item>
/// <item><term><c>demo:hang</c></term><description>says nothing for ever, until it is stopped</description></item>
/// <item><term><c>demo:hang-after=N</c></term><description>says N words, then nothing more</description></item>
/// <item><term><c>demo:slow=SECONDS</c></term><description>waits before the first word; a fraction is allowed</description></item>
/// <item><term><c>demo:words=N</c></term><description>answers N words (100,000 at most) instead of repeating the message</description></item>
/// <item><term><c>demo:empty</c></term><description>ends without a word</description></item>
/// </list>
/// </summary>
internal sealed partial record DemoDirectives
{
    private const int MostWords = 100_000;
    private static readonly DemoDirectives None = new();

    public int? FailAfter { get; private init; }

    public int? HangAfter { get; private init; }

    public TimeSpan Slow { get; private init; }

    public int? Words { get; private init; }

    public bool Empty { get; private init; }

    public static DemoDirectives In(string message)
    {
        if (!message.Contains("demo:", StringComparison.Ordinal))
            return None;
        var found = None;
        foreach (Match match in Directive().Matches(message))
            found = found.With(match.Groups["name"].Value, match.Groups["value"].Value);
        return found;
    }

    private DemoDirectives With(string name, string value)
    {
        var number = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        var count = (int)Math.Min(number, MostWords);
        return name switch
        {
            "fail" => this with { FailAfter = 0 },
            "fail-after" => this with { FailAfter = count },
            "hang" => this with { HangAfter = 0 },
            "hang-after" => this with { HangAfter = count },
            "slow" => this with { Slow = TimeSpan.FromSeconds(Math.Min(number, 86_400)) },
            "words" => this with { Words = count },
            "empty" => this with { Empty = true },
            _ => this,
        };
    }

    [GeneratedRegex(@"(?<![\w:])demo:(?<name>[a-z]+(?:-[a-z]+)*)(?:=(?<value>\d+(?:\.\d+)?))?")]
    private static partial Regex Directive();
}
