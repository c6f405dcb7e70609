using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Bus.Ingress.Settings;

namespace Bus.Ingress.Intake;

/// <summary>Whether something was said to the bot.</summary>
internal static class Triggers
{
    private const int MostPatterns = 1000;

    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    /// <summary>The bot is to answer.</summary>
    public static bool IsToBot(Said said, PlaceSettings settings) =>
        said.IsPrivate
        || settings.Always == true
        || (settings.OnMention == true && said.IsMention)
        || (settings.OnReply == true && said.IsReplyToBot)
        || (settings.Prefixes ?? []).Any(prefix => said.Text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        || (settings.Keywords ?? []).Any(word => HasWord(said.Text, word))
        || (settings.Regex is { } pattern && Pattern(pattern).IsMatch(said.Text))
        || Chance(said.MessageId) < settings.Probability;

    private static bool HasWord(string text, string word)
    {
        for (var at = 0; (at = text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var end = at + word.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
                return true;
        }

        return false;
    }

    private static Regex Pattern(string pattern)
    {
        if (Patterns.Count > MostPatterns)
            Patterns.Clear();
        return Patterns.GetOrAdd(pattern, SettingFields.Pattern);
    }

    /// <summary>From 0 to 1, and the same again when the message comes again: its id is a hash.</summary>
    private static double Chance(Guid messageId)
    {
        Span<byte> bytes = stackalloc byte[16];
        messageId.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) / (double)uint.MaxValue;
    }
}
