using System.Globalization;
using Bus.Contracts;
using Bus.Ingress.Intake;
using Bus.Ingress.Telegram.Api;
using Message = Bus.Ingress.Telegram.Api.Message;

namespace Bus.Ingress.Telegram.Intake;

/// <summary>What a message on Telegram says, as all platforms say it.</summary>
internal static class MessageReader
{
    /// <summary>Messages of Telegram are named by this, bot, chat and number.</summary>
    public static readonly Guid Messages = new("5f1c9a3e-3d0b-5b7e-8a4d-7f2c1e6b9d10");

    /// <summary>The account by which administrators of a group speak who do not want to be seen.</summary>
    private const long AnonymousAdmin = 1087968824;

    /// <summary>The id of a message; the same message always has the same.</summary>
    public static Guid IdOf(string bot, long chat, long message) => Ids.From(Messages, bot, Invariant(chat), Invariant(message));

    /// <summary>The message; null when nobody said anything in it.</summary>
    /// <param name="bot">The bot that heard it.</param>
    /// <param name="me">Who the bot is.</param>
    /// <param name="message">The message.</param>
    /// <param name="place">The chat, by the first id it had.</param>
    public static Said? Read(string bot, User me, Message message, long place)
    {
        if (message is not { MessageId: { } number, Chat: { Id: { } chatId } chat } || SpeakerOf(message) is not { } speaker)
            return null;
        var text = Clean(message.Text ?? message.Caption ?? "");
        var attachments = AttachmentsOf(message);
        if (text.Length == 0 && attachments.Count == 0)
            return null;

        var reply = message.ReplyToMessage;
        return new Said(
            IdOf(bot, chatId, number), Platforms.Telegram, bot, Invariant(place),
            message is { IsTopicMessage: true, MessageThreadId: { } topic } ? Invariant(topic) : null,
            speaker.Id, speaker.Name, message.From?.LanguageCode, text, chat.IsPrivate,
            Mentions(message, me), reply?.From?.Id == me.Id,
            new PlatformMessage(Invariant(number), IsTopicItself(message) ? null : Invariant(reply?.MessageId), message.MediaGroupId, message.From?.LanguageCode),
            attachments);
    }

    /// <summary>The command that a message begins with, without slash; null when with none, or one for another bot.</summary>
    public static CommandWords? CommandOf(Message message, User me)
    {
        var text = message.Text ?? message.Caption ?? "";
        if ((message.Entities ?? message.CaptionEntities)?.Any(entity => entity is { Type: "bot_command", Offset: 0 }) != true || text.Length < 2 || text[0] != '/')
            return null;
        var end = text.AsSpan().IndexOfAny(" \n\t");
        var words = (end < 0 ? text : text[..end])[1..].Split('@', 2);
        if (words.Length > 1 && !words[1].Equals(me.Username, StringComparison.OrdinalIgnoreCase))
            return null;
        return new CommandWords(words[0].ToLowerInvariant(), end < 0 ? "" : Clean(text[end..].Trim()), words.Length > 1);
    }

    private static (string Id, string Name)? SpeakerOf(Message message)
    {
        // A channel, or an administrator who speaks as the group.
        if (message.SenderChat is { Id: { } channel } sender && (message.From is not { Id: { } } || message.From is { IsBot: true }))
            return (Invariant(channel), Clean(sender.Title ?? sender.Username ?? ""));
        return message.From is { Id: { } id } from && (from.IsBot != true || id == AnonymousAdmin)
            ? (Invariant(id), Clean($"{from.FirstName} {from.LastName}".Trim()))
            : null;
    }

    /// <summary>In a topic everything replies to the message that made the topic, unless it replies to another.</summary>
    private static bool IsTopicItself(Message message) => message.IsTopicMessage == true && message.ReplyToMessage?.MessageId == message.MessageThreadId;

    private static bool Mentions(Message message, User me)
    {
        var text = message.Text ?? message.Caption ?? "";
        return (message.Entities ?? message.CaptionEntities ?? []).Any(entity => entity switch
        {
            { Type: "text_mention", User.Id: var id } => id == me.Id,
            { Type: "mention", Offset: >= 0 and var offset, Length: > 0 and var length } when offset + (long)length <= text.Length =>
                text.AsSpan(offset + 1, length - 1).Equals(me.Username, StringComparison.OrdinalIgnoreCase),
            _ => false,
        });
    }

    private static List<Attachment> AttachmentsOf(Message message)
    {
        var attachments = new List<Attachment>();
        // Of a photo there are several sizes; the last is the largest.
        Add(AttachmentKinds.Photo, message.Photo is { Count: > 0 } sizes ? sizes[^1] : null);
        // An animation comes as a document as well.
        Add(AttachmentKinds.Video, message.Animation);
        Add(AttachmentKinds.Document, message.Animation is null ? message.Document : null);
        Add(AttachmentKinds.Voice, message.Voice);
        Add(AttachmentKinds.Audio, message.Audio);
        Add(AttachmentKinds.Video, message.Video ?? message.VideoNote);
        Add(AttachmentKinds.Sticker, message.Sticker);
        return attachments;

        void Add(string kind, TelegramFile? file)
        {
            if (file is { FileId: { } id })
                attachments.Add(new Attachment(kind, id, file.FileUniqueId ?? id, file.FileName is null ? null : Clean(file.FileName), file.MimeType, file.FileSize));
        }
    }

    /// <summary>Without what the log cannot keep.</summary>
    private static string Clean(string text) => text.Replace('\0', '\uFFFD');

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Invariant(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
