using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Intake;
using Bus.Ingress.Settings;
using Bus.Ingress.Telegram.Api;
using Bus.Ingress.Telegram.Bots;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Telegram.Intake;

/// <summary>The button below an answer that is being written.</summary>
internal sealed partial class StopButton(MessageIntake intake, SettingsCascade cascade, TelegramChats chats, ILogger<StopButton> log)
{
    private const string Prefix = "stop:";
    private const int IdLength = 22;
    private const int ProofLength = 11;
    private const int ProofBytes = 8;

    /// <summary>The button below the answer to a message.</summary>
    public static InlineKeyboard For(TelegramBot bot, ReplyAddress answer)
    {
        var turn = $"{Short(answer.ConversationId)}{Short(answer.TurnId)}";
        return InlineKeyboard.Of($"⏹ {answer.Texts["stop_button"]}", $"{Prefix}{turn}{Proof(bot, turn, answer.Author ?? "")}");
    }

    /// <summary>
    /// Somebody pressed a button. What it says comes from their client, which may say anything
    /// (https://core.telegram.org/bots/api#callbackquery): that it is ours, and whose, is proven.
    /// </summary>
    public async Task Pressed(TelegramBot bot, CallbackQuery query, CancellationToken cancellation)
    {
        if (query is not { Id: { } queryId, From: { Id: { } presser } from })
            return;
        var text = "";
        if (Turn(query.Data) is var (conversation, turn))
        {
            var texts = Texts.For(from.LanguageCode);
            if (IsOf(bot, query.Data!, presser)
                || (IsOf(bot, query.Data!, query.Message?.ReplyToMessage?.From?.Id) && await IsAdmin(bot, query, presser, cancellation)))
            {
                await intake.Publish(new CancelTurn(conversation, turn), Ids.From(turn, "stop", queryId), cancellation);
                text = texts["stopping"];
            }
            else
            {
                text = texts["not_yours"];
            }
        }

        await Answer(bot, queryId, text, cancellation);
    }

    private async Task<bool> IsAdmin(TelegramBot bot, CallbackQuery query, long presser, CancellationToken cancellation)
    {
        if (query.Message?.Chat?.Id is not { } chat)
            return false;
        var scopes = SettingScope.Of(Platforms.Telegram, bot.Name, $"{await chats.PlaceOf(bot.Id, chat, cancellation)}");
        return (await cascade.ResolveFor(scopes, $"{presser}", cancellation)).IsAdmin($"{presser}");
    }

    /// <summary>Only a courtesy: without it the button glows for a while.</summary>
    private async Task Answer(TelegramBot bot, string queryId, string text, CancellationToken cancellation)
    {
        try
        {
            await bot.Api.AnswerCallbackQuery(queryId, text, cancellation);
        }
        catch (TelegramException failure)
        {
            LogNotAnswered(bot.Id, failure.Message);
        }
    }

    private static (Guid Conversation, Guid Turn)? Turn(string? data) =>
        data is not null && data.Length == Prefix.Length + (2 * IdLength) + ProofLength && data.StartsWith(Prefix, StringComparison.Ordinal)
        && Long(data.AsSpan(Prefix.Length, IdLength)) is { } conversation && Long(data.AsSpan(Prefix.Length + IdLength, IdLength)) is { } turn
            ? (conversation, turn)
            : null;

    /// <summary>The button is below the answer to a message of theirs.</summary>
    private static bool IsOf(TelegramBot bot, string data, long? author) => author is not null && CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(data[^ProofLength..]), Encoding.UTF8.GetBytes(Proof(bot, data[Prefix.Length..^ProofLength], $"{author}")));

    private static string Proof(TelegramBot bot, string turn, string author) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(bot.ButtonKey), Encoding.UTF8.GetBytes($"{turn}{author}")).AsSpan(0, ProofBytes));

    private static string Short(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));

    private static Guid? Long(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[16];
        return Base64Url.IsValid(text, out var length) && length == 16 && Base64Url.TryDecodeFromChars(text, bytes, out _) ? new Guid(bytes, bigEndian: true) : null;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Bot {Bot} could not tell that a button was pressed: {Reason}")]
    private partial void LogNotAnswered(long bot, string reason);
}
