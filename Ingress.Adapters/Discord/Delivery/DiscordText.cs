using Bus.Contracts;
using Bus.Ingress.Delivery;

namespace Bus.Ingress.Discord.Delivery;

/// <summary>Answers as Discord wants them: Markdown of its own, 2,000 characters a message with all its marks.</summary>
internal static class DiscordText
{
    private const int MostSpans = 100;

    /// <summary>Marks take room of which nobody knows how much before they are there. Text that is all marks has twice its length.</summary>
    private static readonly double[] Fills = [1, 0.8, 0.6, 0.4, 0.25];
    private const double PlainFill = 0.45;

    /// <summary>The messages that an answer becomes.</summary>
    /// <param name="markdown">The answer.</param>
    /// <param name="room">How much is left free at the end of each.</param>
    public static IReadOnlyList<RichText> Parts(string markdown, int room = 0)
    {
        var (text, most) = (MarkdownText.Read(markdown), Limits.LongestDiscordText - room);
        foreach (var fill in Fills)
        {
            var parts = TextParts.Split(text, (int)(most * fill), MostSpans);
            if (parts.All(part => DiscordMarkup.Write(part).Length <= most))
                return parts;
        }

        return TextParts.Split(new RichText(text.Text, []), (int)(most * PlainFill));
    }
}
