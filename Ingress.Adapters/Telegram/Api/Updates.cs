using System.Text.Json;

namespace Bus.Ingress.Telegram.Api;

// What of an update matters here (https://core.telegram.org/bots/api#update). Any field may be missing or null: some servers send all
// fields of all kinds, most of them null. Times are seconds since 1970; some servers send milliseconds.

/// <summary>Something that happened.</summary>
internal sealed record Update(
    long? UpdateId, Message? Message = null, Message? EditedMessage = null, CallbackQuery? CallbackQuery = null, ChatMemberUpdated? MyChatMember = null);

/// <summary>A message.</summary>
internal sealed record Message(
    long? MessageId,
    Chat? Chat,
    User? From = null,
    long? MessageThreadId = null,
    bool? IsTopicMessage = null,
    Chat? SenderChat = null,
    long? Date = null,
    long? EditDate = null,
    string? Text = null,
    string? Caption = null,
    IReadOnlyList<MessageEntity>? Entities = null,
    IReadOnlyList<MessageEntity>? CaptionEntities = null,
    Message? ReplyToMessage = null,
    string? MediaGroupId = null,
    IReadOnlyList<TelegramFile>? Photo = null,
    TelegramFile? Document = null,
    TelegramFile? Voice = null,
    TelegramFile? Audio = null,
    TelegramFile? Video = null,
    TelegramFile? VideoNote = null,
    TelegramFile? Animation = null,
    TelegramFile? Sticker = null,
    long? MigrateToChatId = null,
    long? MigrateFromChatId = null);

/// <summary>A person or a bot.</summary>
internal sealed record User(
    long? Id, bool? IsBot = null, string? FirstName = null, string? LastName = null, string? Username = null, string? LanguageCode = null);

/// <summary>A chat.</summary>
internal sealed record Chat(long? Id, string? Type = null, string? Title = null, string? Username = null, bool? IsForum = null)
{
    /// <summary>One person and the bot.</summary>
    public bool IsPrivate => Type == "private";
}

/// <summary>A part of a text that is more than text; counted in UTF-16 code units.</summary>
internal sealed record MessageEntity(string? Type, int? Offset, int? Length, string? Url = null, User? User = null, string? Language = null);

/// <summary>A file that came with a message.</summary>
internal sealed record TelegramFile(
    string? FileId, string? FileUniqueId, string? FileName = null, string? MimeType = null, long? FileSize = null, int? Width = null, int? Height = null, string? FilePath = null);

/// <summary>Somebody pressed a button.</summary>
internal sealed record CallbackQuery(string? Id, User? From, Message? Message = null, string? Data = null);

/// <summary>The bot's own rights in a chat have changed.</summary>
internal sealed record ChatMemberUpdated(Chat? Chat, ChatMember? NewChatMember = null);

/// <summary>What somebody is in a chat.</summary>
internal sealed record ChatMember(string? Status, User? User = null);

/// <summary>An update as it came, and what can be read of it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Json">As it came.</param>
internal sealed record RawUpdate(long Id, JsonElement Json);
