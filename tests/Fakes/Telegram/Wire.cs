using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram;

/// <summary>Things as they are on the wire; what is not there is left out.</summary>
internal static class Wire
{
    public static long Date(DateTimeOffset at) => at.ToUnixTimeSeconds();

    public static JsonObject User(FakeUser user) => Present(new JsonObject
    {
        ["id"] = user.Id,
        ["is_bot"] = user.IsBot,
        ["first_name"] = user.FirstName,
        ["last_name"] = user.LastName,
        ["username"] = user.Username,
        ["language_code"] = user.LanguageCode,
    });

    public static JsonObject Chat(FakeChat chat) => Present(new JsonObject
    {
        ["id"] = chat.Id,
        ["title"] = chat.Title,
        ["first_name"] = chat.User?.FirstName,
        ["last_name"] = chat.User?.LastName,
        ["username"] = chat.User?.Username ?? chat.Username,
        ["type"] = chat.Kind,
        ["is_forum"] = chat.IsForum ? true : null,
    });

    public static JsonObject Member(FakeUser user, Membership membership)
    {
        var member = new JsonObject
        {
            ["user"] = User(user),
            ["status"] = membership switch { Membership.Member => "member", Membership.Administrator => "administrator", Membership.Left => "left", _ => "kicked" },
        };
        if (membership == Membership.Kicked)
            member["until_date"] = 0;
        if (membership == Membership.Administrator)
            member["can_delete_messages"] = true;
        return member;
    }

    /// <summary>A message in an update or in an answer; what it replies to is shown without what that replied to.</summary>
    public static JsonObject Message(FakeChat chat, FakeMessage message, bool withReply = true)
    {
        var (text, entities) = message.File is null ? ("text", "entities") : ("caption", "caption_entities");
        var json = Present(new JsonObject
        {
            ["message_id"] = message.Id,
            ["from"] = User(message.From),
            ["chat"] = Chat(chat),
            ["date"] = Date(message.At),
            ["edit_date"] = message.Edits.Count > 0 ? Date(message.Edits[^1].ReplacedAt) : null,
            ["message_thread_id"] = Thread(chat, message),
            ["is_topic_message"] = message.Topic is not null && chat.IsForum ? true : null,
            ["reply_to_message"] = withReply ? Replied(chat, message) : null,
            ["media_group_id"] = message.MediaGroup,
            [text] = message.Text.Length == 0 ? null : message.Text,
            [entities] = message.Entities.Count == 0 ? null : Entities(message.Entities),
        });
        if (message.File is { } file)
            json[file.Kind] = File(file);
        if (message.Markup?["inline_keyboard"] is not null)
            json["reply_markup"] = message.Markup.DeepClone();
        foreach (var (name, value) in message.Service ?? [])
            json[name] = value?.DeepClone();
        return json;
    }

    public static JsonArray Entities(IEnumerable<FakeEntity> entities) => [.. entities.Select(entity => Present(new JsonObject
    {
        ["offset"] = entity.Offset,
        ["length"] = entity.Length,
        ["type"] = entity.Type,
        ["url"] = entity.Url,
        ["language"] = entity.Language,
        ["user"] = entity.User is null ? null : User(entity.User),
        ["custom_emoji_id"] = entity.CustomEmojiId,
    }))];

    public static JsonNode File(FakeFile file) => file.Kind == "photo"
        ? new JsonArray(Size(file, "s", 90, 67), Size(file, "m", 320, 240), Size(file, "x", 800, 600))
        : Present(new JsonObject
        {
            ["file_id"] = file.Id,
            ["file_unique_id"] = $"u{file.Id}",
            ["file_size"] = file.Content.Length,
            ["file_name"] = file.Kind == "voice" ? null : file.Name,
            ["mime_type"] = file.MimeType,
            ["duration"] = file.Kind == "voice" ? 1 : null,
        });

    // Each size of a photo has an id of its own; all of them lead to the same bytes here.
    private static JsonObject Size(FakeFile file, string size, int width, int height) => new()
    {
        ["file_id"] = $"{file.Id}-{size}",
        ["file_unique_id"] = $"u{file.Id}-{size}",
        ["file_size"] = file.Content.Length,
        ["width"] = width,
        ["height"] = height,
    };

    // In a supergroup without topics every reply carries the first message of its thread, and yet is in no topic.
    private static long? Thread(FakeChat chat, FakeMessage message)
    {
        if (message.Topic is not null || chat.Kind != "supergroup" || chat.IsForum)
            return message.Topic;
        return chat.Find(message.ReplyTo) is { } replied ? Thread(chat, replied) ?? replied.Id : null;
    }

    // In a topic, what replies to nothing replies to the message about the topic.
    private static JsonObject? Replied(FakeChat chat, FakeMessage message)
    {
        var replied = chat.FindShown(message.ReplyTo ?? (chat.IsForum && message.Topic != message.Id ? message.Topic : null));
        return replied is null ? null : Message(chat, replied, withReply: false);
    }

    private static JsonObject Present(JsonObject fields)
    {
        foreach (var absent in fields.Where(field => field.Value is null).Select(field => field.Key).ToList())
            fields.Remove(absent);
        return fields;
    }
}
