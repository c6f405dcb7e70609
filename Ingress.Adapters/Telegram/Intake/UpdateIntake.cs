using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Bus.Contracts;
using Bus.Ingress.Intake;
using Bus.Ingress.Telegram.Api;
using Bus.Ingress.Telegram.Bots;
using Microsoft.Extensions.Logging;
using Message = Bus.Ingress.Telegram.Api.Message;

namespace Bus.Ingress.Telegram.Intake;

/// <summary>
/// Takes in what happened on Telegram. When a call returns, the broker has what came of the update; when it throws, the update has to come
/// again. That it comes twice does no harm: all that comes of it bears ids that follow from it.
/// </summary>
internal sealed partial class UpdateIntake(
    TelegramChats chats, ReplyChains chains, Reception reception, StopButton stopButton, ILogger<UpdateIntake> log)
{
    private static readonly ActivitySource Source = new("Bus.Ingress");

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowReadingFromString,
        MaxDepth = Limits.DeepestAnswer,
    };

    /// <summary>Takes in an update.</summary>
    public async Task Take(TelegramBot bot, RawUpdate raw, CancellationToken cancellation)
    {
        if (Read(bot, raw) is not { } update)
            return;
        // The trace of whatever comes of it begins here, and not with the call that brought it along with others.
        Activity.Current = null;
        using var span = Source.StartActivity("telegram update", ActivityKind.Server);
        switch (update)
        {
            case { Message: { } message }:
                await Take(bot, message, editedBy: null, cancellation);
                break;
            case { EditedMessage: { } message }:
                await Take(bot, message, editedBy: raw.Id, cancellation);
                break;
            case { CallbackQuery: { } query }:
                await stopButton.Pressed(bot, query, cancellation);
                break;
            case { MyChatMember: { Chat.Id: { } chat, NewChatMember.Status: { } status } }:
                await (status is "kicked" or "left"
                    ? chats.Block(bot.Id, chat, chat > 0 ? "The bot was blocked by its user." : $"The bot was removed ({status}).", cancellation)
                    : chats.Unblock(bot.Id, chat, cancellation));
                break;
        }
    }

    /// <summary>Of what cannot be read nothing can be done; it must not keep others waiting.</summary>
    private Update? Read(TelegramBot bot, RawUpdate raw)
    {
        try
        {
            return raw.Json.Deserialize<Update>(Json);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            LogUnreadable(bot.Id, raw.Id, string.Join(", ", raw.Json.EnumerateObject().Select(member => member.Name)));
            return null;
        }
    }

    private async Task Take(TelegramBot bot, Message message, long? editedBy, CancellationToken cancellation)
    {
        if (message is not { Chat.Id: { } chat, MessageId: not null })
            return;
        if (message.MigrateToChatId is { } next)
            await chats.Migrate(bot.Id, chat, next, cancellation);
        if (message.MigrateFromChatId is { } before)
            await chats.Migrate(bot.Id, before, chat, cancellation);

        var me = await bot.Me(cancellation);
        var place = message.Chat.IsPrivate ? chat : await chats.PlaceOf(bot.Id, chat, cancellation);
        if (MessageReader.Read(bot.Name, me, message, place) is not { } said)
            return;
        await chats.Unblock(bot.Id, chat, cancellation);

        // Of two changes within a second Telegram tells the same time; the number of an update stays when it comes again.
        var editId = editedBy is { } update ? Ids.From(said.MessageId, "edit", update.ToString(CultureInfo.InvariantCulture)) : (Guid?)null;
        await reception.Take(
            new Arrival(said, MessageReader.CommandOf(message, me), editId, () => RootOf(bot, message, said, cancellation)), cancellation);
    }

    private async Task<string> RootOf(TelegramBot bot, Message message, Said said, CancellationToken cancellation)
    {
        var repliesTo = said.Sent.InReplyTo is { } id ? long.Parse(id, CultureInfo.InvariantCulture) : (long?)null;
        var root = await chains.RootOf(bot, message.Chat!.Id!.Value, message.MessageId!.Value, repliesTo, cancellation);
        return root.ToString(CultureInfo.InvariantCulture);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Update {Update} of bot {Bot} cannot be read and is left out; it holds: {Members}")]
    private partial void LogUnreadable(long bot, long update, string members);
}
