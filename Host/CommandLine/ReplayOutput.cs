using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bus.Contracts;
using Bus.Memory.Replays;

namespace Bus.Host.CommandLine;

/// <summary>Prints a replay: for people turn by turn, or as one JSON object at the end.</summary>
internal sealed class ReplayOutput(TextWriter output, bool json, bool coloured)
{
    private const string Red = "\e[31m";
    private const string Green = "\e[32m";
    private const string Plain = "\e[0m";

    private static readonly JsonSerializerOptions AsOverHttp = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly HashSet<int> printed = [];

    /// <summary>Colours are for terminals (and not for those who set <c>NO_COLOR</c>); elsewhere changes are marked as <c>[-went-]{+came+}</c>.</summary>
    public static ReplayOutput To(TextWriter output, bool json) => new(
        output, json, !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    /// <summary>Prints the turns that were not printed yet.</summary>
    public void Turns(ReplayReport report)
    {
        if (json)
            return;
        foreach (var turn in report.Turns.Where(turn => turn.Replayed is not null && printed.Add(turn.Number)))
            Turn(turn, turn.Replayed!);
    }

    /// <summary>Prints the totals, or the JSON.</summary>
    public void End(ReplayReport report)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(report, AsOverHttp));
            return;
        }

        var totals = report.Totals;
        Line($"Replay {report.ReplayId}: {totals.Turns} turns, {totals.Same} with the same text, {totals.Failed} failed");
        Line($"  session  {Took(totals.Original)}");
        Line($"  replay   {Took(totals.Replayed)}");
    }

    private void Turn(TurnReport turn, ReplyReport replayed)
    {
        Line($"Turn {turn.Number}: {Shown(turn.UserMessage)}");
        Line($"  session  {Took(turn.Original)}");
        Line($"  replay   {Took(replayed)}{(turn.Similarity is { } similarity ? Text($", similarity {similarity:0.###}") : "")}");
        if (turn.Same == true)
            Line("  The text is the same.");
        else if (turn.Diff is { } diff)
            Line($"  {string.Concat(diff.Select(Mark)).ReplaceLineEndings("\n  ")}");
        else if (replayed.Text.Length > 0)
            Line($"  {Mark(new DiffSegment(DiffOps.Insert, replayed.Text)).ReplaceLineEndings("\n  ")}");
        Line("");
    }

    private static string Took(ReplyReport reply) => reply.Model is null
        ? $"no reply: {Shown(reply.Error ?? "")}"
        : Text($"{Shown(reply.Model)}, {reply.Tokens?.InputTokens} tokens in, {reply.Tokens?.OutputTokens} out, {reply.LatencyMs} ms, cost {Money(reply.Cost)}")
            + (reply.Error is null ? "" : $", failed: {Shown(reply.Error)}");

    private static string Took(SideTotals totals) =>
        Text($"{totals.InputTokens} tokens in, {totals.OutputTokens} out, {totals.LatencyMs} ms, cost {Money(totals.Cost)}");

    private static string Money(decimal? cost) => cost is { } known ? Text($"${known:0.######}") : "-";

    private string Mark(DiffSegment segment) => (segment.Op, coloured) switch
    {
        (DiffOps.Delete, true) => $"{Red}{Shown(segment.Text)}{Plain}",
        (DiffOps.Insert, true) => $"{Green}{Shown(segment.Text)}{Plain}",
        (DiffOps.Delete, false) => $"[-{Shown(segment.Text)}-]",
        (DiffOps.Insert, false) => $"{{+{Shown(segment.Text)}+}}",
        _ => Shown(segment.Text),
    };

    /// <summary>What a model or a person says must not steer the terminal.</summary>
    private static string Shown(string text) => string.Concat(text.ReplaceLineEndings("\n").Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Line(string line) => output.WriteLine(line);
}
