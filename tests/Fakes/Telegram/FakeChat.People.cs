using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram;

/// <content>What people do in a chat.</content>
public sealed partial class FakeChat
{
    /// <summary>Says something; commands, mentions and links in it are found as Telegram finds them, unless entities are given. The id of the message.</summary>
    public long Say(FakeUser user, string text, long? replyTo = null, long? topic = null, IReadOnlyList<FakeEntity>? entities = null) =>
        Post(new FakeMessage(0, user, Telegram.Now) { Text = text, Entities = entities ?? EntityFinder.In(text), ReplyTo = replyTo, Topic = topic });

    /// <summary>Says something in a private chat.</summary>
    public long Say(string text, long? replyTo = null, IReadOnlyList<FakeEntity>? entities = null) => Say(Person, text, replyTo, entities: entities);

    public long SendPhoto(FakeUser user, ReadOnlyMemory<byte> content, string caption = "", long? topic = null) =>
        Send(user, new FakeFile("photo", "photo.jpg", "image/jpeg", content), caption, topic);

    public long SendDocument(FakeUser user, string name, ReadOnlyMemory<byte> content, string caption = "", string mimeType = "application/octet-stream", long? topic = null) =>
        Send(user, new FakeFile("document", name, mimeType, content), caption, topic);

    public long SendVoice(FakeUser user, ReadOnlyMemory<byte> content, string caption = "", long? topic = null) =>
        Send(user, new FakeFile("voice", "voice.oga", "audio/ogg", content), caption, topic);

    /// <summary>Sends photos together; the caption is with the first. The ids of the messages.</summary>
    public IReadOnlyList<long> SendAlbum(FakeUser user, IReadOnlyList<ReadOnlyMemory<byte>> photos, string caption = "", long? topic = null)
    {
        var group = Telegram.NextNumber().ToString(System.Globalization.CultureInfo.InvariantCulture);
        return [.. photos.Select((photo, index) => Send(user, new FakeFile("photo", "photo.jpg", "image/jpeg", photo), index == 0 ? caption : "", topic, group))];
    }

    /// <summary>Changes what a person said. The id of the message.</summary>
    public long Edit(long messageId, string text) => Telegram.Locked(() =>
    {
        Deliver("edited_message", Change(this[messageId], new FormattedText(text, EntityFinder.In(text)), this[messageId].Markup));
        return messageId;
    });

    /// <summary>Presses a button below a message. The id of the callback query.</summary>
    public string Press(FakeUser user, long messageId, string callbackData)
    {
        var message = this[messageId];
        if (!message.Buttons.Contains(callbackData))
            throw new ArgumentException($"Message {messageId} has no button with {callbackData}, but: {string.Join(", ", message.Buttons)}");
        var bot = Telegram.Locked(() => Memberships.Keys.Single(bot => bot.User == message.From));
        var id = Telegram.NewCallback();
        bot.Updates.Add("callback_query", new JsonObject
        {
            ["id"] = id,
            ["from"] = Wire.User(user),
            ["message"] = Wire.Message(this, message),
            ["chat_instance"] = $"{-Id}",
            ["data"] = callbackData,
        });
        return id;
    }

    /// <summary>Removes a message, which bots are not told.</summary>
    public void Delete(long messageId) => Replace(this[messageId] with { IsDeleted = true });

    internal FakeMessage Change(FakeMessage message, FormattedText text, JsonObject? markup) => Replace(message with
    {
        Text = text.Text,
        Entities = text.Entities,
        Markup = markup,
        Edits = [.. message.Edits, new FakeEdit(message.Text, Telegram.Now)],
    });

    private FakeUser Person => User ?? throw new InvalidOperationException("Who says it in a group?");

    private long Send(FakeUser user, FakeFile file, string caption, long? topic, string? group = null) => Post(new FakeMessage(0, user, Telegram.Now)
    {
        Text = caption,
        Entities = EntityFinder.In(caption),
        File = Telegram.Keep(file),
        MediaGroup = group,
        Topic = topic,
    });

    private long Post(FakeMessage message) => Telegram.Locked(() =>
    {
        if (IsPrivate && message.From != User)
            throw new InvalidOperationException($"This is the chat of {User}.");
        if (MigratedTo is not null || (IsPrivate && Memberships.Values.Single() == Membership.Kicked))
            throw new InvalidOperationException("Nobody can write here any more.");
        if (message.ReplyTo is { } replied)
            message = message with { Topic = message.Topic ?? this[replied].Topic };
        message = Add(message);
        Deliver("message", message);
        return message.Id;
    });

    private void Deliver(string kind, FakeMessage message)
    {
        foreach (var (bot, membership) in Memberships)
        {
            if (membership is Membership.Member or Membership.Administrator && Sees(bot, membership, message))
                bot.Updates.Add(kind, Wire.Message(this, message));
        }
    }

    // A command without a name is for the bot that spoke last.
    private bool Sees(FakeBot bot, Membership membership, FakeMessage message)
    {
        if (IsPrivate || bot.SeesAllMessages || membership == Membership.Administrator || message.Service is not null)
            return true;
        if (Find(message.ReplyTo)?.From == bot.User)
            return true;
        return message.Entities.Any(entity => message.Text.Substring(entity.Offset, entity.Length) is var part && entity.Type switch
        {
            "bot_command" => part.Contains('@', StringComparison.Ordinal)
                ? part.EndsWith($"@{bot.Username}", StringComparison.OrdinalIgnoreCase)
                : lastToSpeak is null || lastToSpeak == bot,
            "mention" => part.Equals($"@{bot.Username}", StringComparison.OrdinalIgnoreCase),
            "text_mention" => entity.User?.Id == bot.Id,
            _ => false,
        });
    }
}
