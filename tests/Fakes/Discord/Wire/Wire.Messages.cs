using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <content>Messages.</content>
internal static partial class Wire
{
    /// <summary>A message as a session hears it.</summary>
    public static JsonObject Heard(FakeMessage message, GatewaySession session)
    {
        var json = Message(message, session.Bot, session.Intents.HasFlag(Intents.MessageContent), withNonce: true);
        json["channel_type"] = (int)message.Channel.Type;
        if (message.Channel.Guild is not { } guild)
            return json;
        json["guild_id"] = Id(guild.Id);
        if (message.WebhookId is null && guild.FindMember(message.Author.Id) is { } member)
            json["member"] = Member(member, withUser: false);
        return json;
    }

    /// <summary>A message as a call gets it.</summary>
    public static JsonObject Message(FakeMessage message, FakeBot reader, bool withNonce = false) =>
        Message(message, reader, reader.Allows.HasFlag(Intents.MessageContent), withNonce);

    private static JsonObject Message(FakeMessage message, FakeBot reader, bool seesContent, bool withNonce, bool withReply = true)
    {
        var isOpen = seesContent || message.Channel.IsPrivate || message.Author.Id == reader.Id || message.Pings.Users.Contains(reader.Id);
        var json = new JsonObject
        {
            ["id"] = Id(message.Id),
            ["type"] = message.Type,
            ["channel_id"] = Id(message.Channel.Id),
            ["author"] = User(message.Author),
            ["content"] = isOpen ? message.Text : "",
            ["attachments"] = isOpen ? new JsonArray([.. message.Attachments.Select(file => Attachment(message.Channel, file))]) : [],
            ["embeds"] = isOpen ? message.Embeds.DeepClone() : new JsonArray(),
            ["components"] = isOpen ? message.Components.DeepClone() : new JsonArray(),
            ["mentions"] = new JsonArray([.. message.Pings.Users.Select(message.Channel.Discord.FindUser).OfType<FakeUser>().Select(User)]),
            ["mention_roles"] = new JsonArray([.. message.Pings.Roles.Select(role => Id(role))]),
            ["mention_everyone"] = message.Pings.Everyone,
            ["pinned"] = false,
            ["tts"] = false,
            ["timestamp"] = Time(message.At),
            ["edited_timestamp"] = message.Edits.Count > 0 ? Time(message.Edits[^1].ReplacedAt) : null,
            ["flags"] = message.Flags,
        };
        AddWhatNotAllHave(json, message, reader, withNonce);
        if (message.ReplyTo is { } replied)
        {
            json["message_reference"] = Reference(message.Channel, replied);
            if (withReply && message.Type == 19)
                json["referenced_message"] = message.Channel.FindShown(replied) is { } shown ? Message(shown, reader, seesContent, withNonce: false, withReply: false) : null;
        }

        return json;
    }

    private static void AddWhatNotAllHave(JsonObject json, FakeMessage message, FakeBot reader, bool withNonce)
    {
        if (withNonce && message.Nonce is { } nonce && message.Author.Id == reader.Id)
            json["nonce"] = nonce;
        if (message.WebhookId is { } webhook)
            json["webhook_id"] = Id(webhook);
        if (message.Stickers.Count > 0)
            json["sticker_items"] = new JsonArray([.. message.Stickers.Select((name, index) => new JsonObject { ["id"] = Id(message.Id + (ulong)index), ["name"] = name, ["format_type"] = 1 })]);
        if (message.Reactions.Count > 0)
            json["reactions"] = new JsonArray([.. message.Reactions.GroupBy(reaction => reaction.Emoji).Select(same => Count(same.Key, [.. same], reader))]);
        if (message.Interaction is not { } interaction)
            return;
        json["application_id"] = Id(interaction.Bot.Id);
        json["interaction_metadata"] = new JsonObject { ["id"] = Id(interaction.Id), ["type"] = interaction.Type, ["user"] = User(interaction.User), ["authorizing_integration_owners"] = new JsonObject() };
    }

    private static JsonObject Count(string emoji, IReadOnlyList<FakeReaction> reactions, FakeBot reader) => new()
    {
        ["emoji"] = Emoji(emoji),
        ["count"] = reactions.Count,
        ["count_details"] = new JsonObject { ["burst"] = 0, ["normal"] = reactions.Count },
        ["me"] = reactions.Any(reaction => reaction.User.Id == reader.Id),
        ["me_burst"] = false,
        ["burst_colors"] = new JsonArray(),
    };

    private static JsonObject Reference(FakeChannel channel, ulong message)
    {
        var json = new JsonObject { ["type"] = 0, ["message_id"] = Id(message), ["channel_id"] = Id(channel.Id) };
        if (channel.Guild is { } guild)
            json["guild_id"] = Id(guild.Id);
        return json;
    }

    public static JsonObject Attachment(FakeChannel channel, FakeAttachment attachment)
    {
        var url = Attachments.UrlOf(channel, attachment).AbsoluteUri;
        var json = new JsonObject
        {
            ["id"] = Id(attachment.Id),
            ["filename"] = attachment.Name,
            ["size"] = attachment.Content.Length,
            ["url"] = url,
            ["proxy_url"] = url,
            ["content_type"] = attachment.File.ContentType,
        };
        if (attachment.Description is { } description)
            json["description"] = description;
        if (attachment.File.ContentType.StartsWith("image/", StringComparison.Ordinal))
            (json["width"], json["height"]) = (800, 600);
        return json;
    }
}
