using System.Text.Json.Nodes;
using Bus.Fakes.Telegram.Markup;

namespace Bus.Fakes.Telegram.Methods;

/// <summary>Reads a text with its entities, and puts it in order as Telegram does.</summary>
internal static class TextReader
{
    private const int LongestText = 4096;

    private static readonly string[] Types =
    [
        "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline", "strikethrough",
        "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji", "date_time",
    ];

    public static FormattedText Read(
        Request request, string textName, string entitiesName, bool mayBeEmpty = false, int longest = LongestText, string tooLong = "message is too long")
    {
        var text = request.Arguments.Text(textName) ?? "";
        if (text.Length == 0)
            return mayBeEmpty ? FormattedText.Empty : throw Refusal.Bad("message text is empty");
        var formatted = TextOrder.Put(request.Arguments.Text("parse_mode") is { Length: > 0 } mode
            ? ParseModes.Parse(text, mode)
            : new FormattedText(text, Entities(request.Arguments.Json(entitiesName, "entities"))));
        if (formatted.Text.Length == 0 && !mayBeEmpty)
            throw Refusal.Bad("text must be non-empty");
        return formatted.Text.Length <= longest ? formatted : throw Refusal.Bad(tooLong);
    }

    private static IReadOnlyList<FakeEntity> Entities(JsonNode? given) => given switch
    {
        null => [],
        JsonArray list => [.. list.Select(entity => Entity(entity as JsonObject ?? throw Refusal.Bad("can't parse MessageEntity: expected an Object")))],
        _ => throw Refusal.Bad("can't parse entities: expected an Array"),
    };

    private static FakeEntity Entity(JsonObject given)
    {
        var fields = new Arguments(given, []);
        var type = fields.Text("type") ?? throw Refusal.Bad("can't parse MessageEntity: Can't find field \"type\"");
        if (!Types.Contains(type))
            throw Refusal.Bad("can't parse MessageEntity: Unsupported type specified");
        if (fields.Long("offset") is not { } offset || fields.Long("length") is not { } length)
            throw Refusal.Bad("can't parse MessageEntity: Can't find field \"offset\" or \"length\"");
        if (type == "text_link" && !fields.Has("url"))
            throw Refusal.Bad("can't parse MessageEntity: Can't find field \"url\"");
        return new FakeEntity(type, (int)offset, (int)length)
        {
            Url = type == "text_link" ? fields.Text("url") : null,
            Language = type == "pre" ? fields.Text("language") : null,
            CustomEmojiId = fields.Text("custom_emoji_id"),
            User = given["user"] is JsonObject user ? new FakeUser((long)user["id"]!, (string?)user["first_name"] ?? "") : null,
        };
    }
}
