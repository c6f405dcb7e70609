using System.Globalization;
using System.Text;

namespace Bus.Memory.Usage;

/// <summary>Usage as a table for spreadsheets (RFC 4180).</summary>
internal static class UsageCsv
{
    /// <summary>Spreadsheets take what begins so for a formula, and names of models come from outside.</summary>
    private const string BeginsFormula = "=+-@\t\r\n";

    /// <summary>Writes it, in UTF-8.</summary>
    /// <param name="groups">By what it was put together.</param>
    /// <param name="all">The rows.</param>
    /// <param name="currency">The currency of the cost.</param>
    public static byte[] Write(IReadOnlyCollection<string> groups, IEnumerable<UsageFigures> all, string currency)
    {
        var names = UsageQuery.Groupings.Where(groups.Contains).ToList();
        var csv = new StringBuilder();
        Line(csv, [.. names, "requests", "failed", "input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens", "estimated_tokens", "cost", "unpriced_requests", "earlier_runs", "currency"]);
        foreach (var f in all)
        {
            string?[] known = [f.Day, f.Model, f.Provider, f.Owner, f.Key, f.ProviderKey, f.Purpose, f.Place];
            Line(csv, [
                .. known.OfType<string>().Select(Text),
                .. new[] { f.Requests, f.Failed, f.InputTokens, f.OutputTokens, f.CachedTokens, f.ReasoningTokens, f.EstimatedTokens }.Select(Number),
                f.Cost?.ToString(CultureInfo.InvariantCulture) ?? "", Number(f.UnpricedRequests), Number(f.EarlierRuns), currency,
            ]);
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static void Line(StringBuilder csv, IEnumerable<string> cells) => csv.AppendJoin(',', cells).Append("\r\n");

    private static string Text(string text)
    {
        var harmless = text.Length > 0 && BeginsFormula.Contains(text[0], StringComparison.Ordinal) ? $"'{text}" : text;
        return harmless.AsSpan().ContainsAny(",\"\r\n") ? $"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : harmless;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
