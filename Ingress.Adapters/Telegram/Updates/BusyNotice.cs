using System.Collections.Concurrent;
using System.Text.Json;
using Bus.Contracts;
using Bus.Ingress.Intake;
using Bus.Ingress.Telegram.Api;
using Bus.Ingress.Telegram.Bots;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Telegram.Updates;

/// <summary>
/// Tells people in private chats that their message has to wait because too many others do: each chat once for as long as messages are not
/// taken in. In groups it would only add to the noise.
/// </summary>
internal sealed partial class BusyNotice(Backlog backlog, TelegramChats chats, TimeProvider time, ILogger<BusyNotice> log)
{
    private readonly ConcurrentDictionary<(long Bot, long Chat), DateTimeOffset> told = new();

    /// <summary>Tells who said something.</summary>
    public async Task Tell(TelegramBot bot, RawUpdate update, CancellationToken cancellation)
    {
        if (ChatOf(update) is not { } chat || IsTold(bot.Id, chat))
            return;
        told[(bot.Id, chat)] = time.GetUtcNow();
        if (await chats.Of(bot.Id, chat, cancellation) is not { Blocked: null, Waits.Ticks: 0 })
            return;
        try
        {
            await bot.Api.SendMessage(new SendMessage(chat, Texts.For(LanguageOf(update))["busy"]), cancellation);
        }
        catch (TelegramException failure)
        {
            if (failure.RetryAfter is { } wanted)
                await chats.LeaveAlone(bot.Id, chat, wanted, cancellation);
            LogNotTold(bot.Id, failure.Message);
        }
    }

    private bool IsTold(long bot, long chat)
    {
        if (backlog.RetryAfter is null)
            told.Clear();
        return told.TryGetValue((bot, chat), out var at) && time.GetUtcNow() - at < Limits.LongestRetryAfter;
    }

    private static long? ChatOf(RawUpdate update) =>
        Member(Message(update), "chat") is { } chat && Member(chat, "type") is { ValueKind: JsonValueKind.String } type && type.ValueEquals("private")
        && Member(chat, "id") is { ValueKind: JsonValueKind.Number } id && id.TryGetInt64(out var number)
            ? number
            : null;

    private static string? LanguageOf(RawUpdate update) =>
        Member(Member(Message(update), "from"), "language_code") is { ValueKind: JsonValueKind.String } language ? language.GetString() : null;

    private static JsonElement? Message(RawUpdate update) => Member(update.Json, "message");

    private static JsonElement? Member(JsonElement? value, string name) =>
        value is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var member) ? member : null;

    [LoggerMessage(Level = LogLevel.Debug, Message = "Bot {Bot} could not tell that it is busy: {Reason}")]
    private partial void LogNotTold(long bot, string reason);
}
