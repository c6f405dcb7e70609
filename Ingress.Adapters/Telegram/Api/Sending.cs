using System.Text.Json.Serialization;

namespace Bus.Ingress.Telegram.Api;

/// <summary>A text to send (https://core.telegram.org/bots/api#sendmessage).</summary>
internal sealed record SendMessage(
    long ChatId,
    string Text,
    IReadOnlyList<MessageEntity>? Entities = null,
    long? MessageThreadId = null,
    ReplyParameters? ReplyParameters = null,
    InlineKeyboard? ReplyMarkup = null,
    LinkPreview? LinkPreviewOptions = null);

/// <summary>What a message is to say instead.</summary>
internal sealed record EditMessageText(
    long ChatId, long MessageId, string Text, IReadOnlyList<MessageEntity>? Entities = null, InlineKeyboard? ReplyMarkup = null, LinkPreview? LinkPreviewOptions = null);

/// <summary>A text that a person sees as it is written, for half a minute, in a private chat.</summary>
internal sealed record SendMessageDraft(long ChatId, long DraftId, string Text, IReadOnlyList<MessageEntity>? Entities = null, long? MessageThreadId = null);

/// <summary>Which message is replied to.</summary>
internal sealed record ReplyParameters(long MessageId, bool AllowSendingWithoutReply = true);

/// <summary>Buttons below a message.</summary>
internal sealed record InlineKeyboard([property: JsonPropertyName("inline_keyboard")] IReadOnlyList<IReadOnlyList<InlineButton>> Rows)
{
    /// <summary>One button.</summary>
    public static InlineKeyboard Of(string text, string data) => new([[new InlineButton(text, data)]]);
}

/// <summary>A button; its data come back when it is pressed, 64 bytes at most.</summary>
internal sealed record InlineButton(string Text, string CallbackData);

/// <summary>Whether the first link is shown in large.</summary>
internal sealed record LinkPreview(bool IsDisabled);

/// <summary>A command in the menu of the bot.</summary>
internal sealed record BotCommand(string Command, string Description);
