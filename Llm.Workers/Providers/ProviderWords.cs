using System.Text;
using System.Text.RegularExpressions;
using Bus.Contracts;

namespace Bus.Llm;

/// <summary>
/// What a provider says about an error, made fit to be shown. Providers have been seen to put the whole request, our key,
/// HTML and stack traces into their messages.
/// </summary>
internal static partial class ProviderWords
{
    private const int QuoteLength = 12;

    /// <summary>The provider's words, or null when nothing harmless is left of them.</summary>
    public static string? Harmless(string? said, string? key, ReadOnlyMemory<byte> request)
    {
        if (said is null)
            return null;
        if (key is not null)
            said = said.Replace(key, "…", StringComparison.OrdinalIgnoreCase);

        var words = Printable(SecretLike().Replace(FirstSentences(said), "…"));
        if (words.Length > Limits.LongestProviderWords)
            words = words[..Limits.LongestProviderWords].TrimEnd() + "…";
        if (words.Trim(' ', '…', '.', ':').Length == 0 || SaidInRequest.Texts(request).Any(text => Quotes(words, text)))
            return null;
        return words.EndsWith('.') || words.EndsWith('…') || words.EndsWith('!') ? words : words + ".";
    }

    // An echo of the request begins with a bracket (messages[1] has none of it), a page with a tag, a stack trace on a line of its own.
    private static string FirstSentences(string said)
    {
        said = said.Trim();
        if (Foreign().Match(said) is { Success: true } foreign)
            said = said[..foreign.Index];
        var trace = StackFrame().Match(said);
        return trace.Success ? said[..trace.Index] : said;
    }

    private static string Printable(string words)
    {
        var clean = new StringBuilder();
        foreach (var rune in words.EnumerateRunes().Take(4 * Limits.LongestProviderWords))
        {
            if (Rune.IsLetterOrDigit(rune) || Rune.IsPunctuation(rune) || Rune.IsSymbol(rune))
                clean.Append(rune.ToString());
            else if (clean.Length > 0 && clean[^1] != ' ')
                clean.Append(' ');
        }

        return clean.ToString().TrimEnd(' ', ':');
    }

    private static bool Quotes(string words, string message)
    {
        var length = Math.Min(QuoteLength, message.Length);
        // A word or two occurs in any sentence; that is no quotation.
        if (length < QuoteLength / 2)
            return false;
        for (var start = 0; start + length <= words.Length; start++)
        {
            if (message.AsSpan().IndexOf(words.AsSpan(start, length), StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }

        return false;
    }

    [GeneratedRegex(@"(?:\bBearer\s+\S+)|(?:\b(?:sk|pk|rk|gsk|xai|hf|ghp|key)[-_][\w*.-]{6,})|(?:\bAIza[\w-]{8,})|(?:\b(?=[\w*/+=-]*\d)(?=[\w*/+=-]*[A-Za-z])[\w*/+=-]{24,})", RegexOptions.IgnoreCase)]
    private static partial Regex SecretLike();

    [GeneratedRegex(@"[{<\r\n]|\[(?!\d{1,6}\])")]
    private static partial Regex Foreign();

    [GeneratedRegex(@"\s+at\s+\S+\s*\(|Traceback \(most recent|\bFile ""|\S*/\S+\.(?:py|js|ts|cs|cpp|go)\b")]
    private static partial Regex StackFrame();
}
