using System.Text.RegularExpressions;

namespace Bus.Fakes.Telegram;

/// <summary>Finds what Telegram itself marks in a text.</summary>
internal static partial class EntityFinder
{
    public static IReadOnlyList<FakeEntity> In(string text)
    {
        var found = new List<FakeEntity>();
        foreach (var (type, pattern) in new[] { ("url", Url()), ("email", Email()), ("bot_command", Command()), ("mention", Mention()), ("hashtag", Hashtag()) })
        {
            foreach (Match match in pattern.Matches(text))
            {
                if (found.TrueForAll(other => match.Index >= other.End || match.Index + match.Length <= other.Offset))
                    found.Add(new FakeEntity(type, match.Index, match.Length));
            }
        }

        return [.. found.OrderBy(entity => entity.Offset)];
    }

    [GeneratedRegex(@"(?<![\w@./-])(https?://[^\s<>""]+|([a-z0-9-]+\.)+(com|org|net|io|dev|me|de|ru|info)\b(/[^\s<>""]*)?)(?<![.,!?;:)'])", RegexOptions.IgnoreCase)]
    private static partial Regex Url();

    [GeneratedRegex(@"(?<![\w.+-])[\w.+-]+@([a-z0-9-]+\.)+[a-z]{2,}", RegexOptions.IgnoreCase)]
    private static partial Regex Email();

    [GeneratedRegex(@"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(@[A-Za-z0-9_]{3,32})?(?![\w/<>])")]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<![\w@/])@[A-Za-z0-9_]{4,32}(?!\w)")]
    private static partial Regex Mention();

    [GeneratedRegex(@"(?<![\w#])#\d*[\p{L}_]\w*")]
    private static partial Regex Hashtag();
}
