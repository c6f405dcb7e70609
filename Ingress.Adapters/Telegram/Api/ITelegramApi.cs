using Bus.Ingress.Delivery;

namespace Bus.Ingress.Telegram.Api;

/// <summary>
/// A bot's way to Telegram (https://core.telegram.org/bots/api). Every call throws <see cref="TelegramException"/> when it fails, which says
/// whether it may have been done all the same.
/// </summary>
internal interface ITelegramApi
{
    /// <summary>Who the bot is.</summary>
    Task<User> GetMe(CancellationToken cancellation);

    /// <summary>The updates from a number on; those before it are never given again.</summary>
    /// <param name="offset">The number.</param>
    /// <param name="limit">How many at most, 1 to 100.</param>
    /// <param name="timeout">How long to wait for one.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<IReadOnlyList<RawUpdate>> GetUpdates(long offset, int limit, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>Has updates sent to an address, each with the secret.</summary>
    Task SetWebhook(Uri address, string secret, CancellationToken cancellation);

    /// <summary>Has updates kept until they are asked for.</summary>
    Task DeleteWebhook(CancellationToken cancellation);

    /// <summary>Sends a text.</summary>
    /// <returns>The id of the message.</returns>
    Task<long> SendMessage(SendMessage message, CancellationToken cancellation);

    /// <summary>Changes a text.</summary>
    Task EditMessageText(EditMessageText edit, CancellationToken cancellation);

    /// <summary>Removes a message.</summary>
    Task DeleteMessage(long chatId, long messageId, CancellationToken cancellation);

    /// <summary>Shows for five seconds that the bot is typing.</summary>
    Task SendTyping(long chatId, long? threadId, CancellationToken cancellation);

    /// <summary>Shows a text as it is written.</summary>
    Task SendMessageDraft(SendMessageDraft draft, CancellationToken cancellation);

    /// <summary>Puts commands into the bot's menu.</summary>
    /// <param name="commands">The commands.</param>
    /// <param name="language">For whom: a language of two letters; null for all others.</param>
    /// <param name="cancellation">Gives up.</param>
    Task SetMyCommands(IReadOnlyList<BotCommand> commands, string? language, CancellationToken cancellation);

    /// <summary>Tells who pressed a button that it was noticed.</summary>
    Task AnswerCallbackQuery(string queryId, string? text, CancellationToken cancellation);

    /// <summary>Sends a file.</summary>
    /// <param name="kind">A name of <see cref="Contracts.AttachmentKinds"/>: photo, voice, or anything else for a document.</param>
    /// <param name="chatId">Where to.</param>
    /// <param name="threadId">Into which topic.</param>
    /// <param name="file">The file.</param>
    /// <param name="caption">What is said about it.</param>
    /// <param name="replyTo">Which message is replied to.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The id of the message.</returns>
    Task<long> SendFile(string kind, long chatId, long? threadId, OutgoingFile file, string? caption, ReplyParameters? replyTo, CancellationToken cancellation);

    /// <summary>Where a file can be had, and how large it is.</summary>
    Task<TelegramFile> GetFile(string fileId, CancellationToken cancellation);

    /// <summary>The bytes of a file.</summary>
    /// <param name="path">From <see cref="GetFile"/>.</param>
    /// <param name="most">So many bytes at most; beyond, it fails.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<ReadOnlyMemory<byte>> Download(string path, int most, CancellationToken cancellation);
}
