using System.Text;

namespace Bus.Fakes.Telegram;

/// <summary>What Telegram does to each text: it cleans and trims it, checks the entities, and finds those that nobody gave.</summary>
internal static class TextOrder
{
    private static readonly string[] Code = ["code", "pre"];
    private static readonly string[] Whole = ["code", "pre", "text_link", "text_mention", "custom_emoji"];

    public static FormattedText Put(FormattedText given)
    {
        var entities = given.Entities.Where(entity => entity.Length != 0).ToList();
        entities.ForEach(entity => Check(given.Text, entity));
        var (text, entitiesLeft) = Clean(given.Text, entities);
        return Trim(new FormattedText(text, [.. WithFound(text, InOrder(entitiesLeft))]));
    }

    private static void Check(string text, FakeEntity entity)
    {
        if (entity.Offset < 0)
            throw Refusal.Bad($"receive an entity with incorrect offset {entity.Offset}");
        if (entity.Length < 0)
            throw Refusal.Bad($"receive an entity with incorrect length {entity.Length}");
        if (entity.Offset >= text.Length)
            throw Refusal.Bad($"entity begins after the end of the text at UTF-16 offset {entity.Offset}");
        if (entity.End > text.Length)
            throw Refusal.Bad($"entity beginning at UTF-16 offset {entity.Offset} ends after the end of the text at UTF-16 offset {entity.End}");
        if (char.IsLowSurrogate(text[entity.Offset]))
            throw Refusal.Bad($"entity begins in a middle of a UTF-16 symbol at byte offset {Bytes(text, entity.Offset)}");
        if (entity.End < text.Length && char.IsLowSurrogate(text[entity.End]))
            throw Refusal.Bad($"entity beginning at UTF-16 offset {entity.Offset} ends in a middle of a UTF-16 symbol at byte offset {Bytes(text, entity.End)}");
    }

    private static int Bytes(string text, int offset) => Encoding.UTF8.GetByteCount(text.AsSpan(0, offset - 1));

    private static (string, IEnumerable<FakeEntity>) Clean(string text, List<FakeEntity> entities)
    {
        var clean = new StringBuilder(text.Length);
        var moved = new int[text.Length + 1];
        for (var i = 0; i < text.Length; i++)
        {
            moved[i] = clean.Length;
            if (text[i] is '\r' or (>= '\u2028' and <= '\u202e'))
                continue;
            clean.Append(text[i] < ' ' && text[i] != '\n' ? ' ' : text[i]);
        }

        moved[text.Length] = clean.Length;
        return (clean.ToString(), entities.Select(entity => entity with { Offset = moved[entity.Offset], Length = moved[entity.End] - moved[entity.Offset] }));
    }

    // Nothing is formatted within code, and what overlaps is split so that one lies within the other.
    private static List<FakeEntity> InOrder(IEnumerable<FakeEntity> entities)
    {
        var waiting = entities.Where(entity => entity.Length > 0).OrderBy(entity => entity.Offset).ThenByDescending(entity => entity.Length).ToList();
        var result = new List<FakeEntity>();
        while (waiting.Count > 0)
        {
            var next = waiting[0];
            waiting.RemoveAt(0);
            if (result.Exists(outer => next.Offset < outer.End && (Code.Contains(outer.Type) || (outer.Type == next.Type && next.End <= outer.End))))
                continue;
            if (result.Find(outer => next.Offset < outer.End && next.End > outer.End) is { } cut)
            {
                waiting.Add(next with { Offset = cut.End, Length = next.End - cut.End });
                waiting = [.. waiting.OrderBy(entity => entity.Offset).ThenByDescending(entity => entity.Length)];
                next = next with { Length = cut.End - next.Offset };
            }

            result.Add(next);
        }

        return result;
    }

    private static IEnumerable<FakeEntity> WithFound(string text, List<FakeEntity> given) => given
        .Concat(EntityFinder.In(text).Where(found => !given.Exists(entity =>
            found.Offset < entity.End && entity.Offset < found.End && (Whole.Contains(entity.Type) || entity.Type == found.Type))))
        .OrderBy(entity => entity.Offset).ThenByDescending(entity => entity.Length);

    // Space before the first entity goes, but not space within it.
    private static FormattedText Trim(FormattedText formatted)
    {
        var end = formatted.Text.TrimEnd(' ', '\n').Length;
        if (formatted.Text.All(IsInvisible))
            return FormattedText.Empty;
        var start = 0;
        var first = formatted.Entities.Count == 0 ? end : formatted.Entities[0].Offset;
        while (start < first && formatted.Text[start] is ' ' or '\n')
            start++;
        return new FormattedText(formatted.Text[start..end], [.. formatted.Entities
            .Select(entity => entity with { Offset = entity.Offset - start, Length = Math.Min(entity.End, end) - entity.Offset })
            .Where(entity => entity.Length > 0)]);
    }

    private static bool IsInvisible(char letter) => char.IsWhiteSpace(letter) || letter is (>= '\u200b' and <= '\u200f') or '\u2060' or '\ufeff';
}
