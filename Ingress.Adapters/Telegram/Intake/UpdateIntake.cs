using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Bus.Contracts;
using Bus.Ingress.Commands;
using Bus.Ingress.Delivery;
using Bus.Ingress.Intake;
using Bus.Ingress.Settings;
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
    TelegramChats chats, ReplyChains chains, SettingsCascade cascade, MessageIntake intake, BotCommands commands, LiveReplies live,
    StopButton stopButton, TimeProvider time, ILogger<UpdateIntake> log)
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

        var resolved = await cascade.Resolve(said.Scopes(), cancellation);
        if (resolved.Settings.Language is { } language)
            said = said with { Language = language, Sent = said.Sent with { Language = language } };
        var command = editedBy is not null ? null : MessageReader.CommandOf(message, me);
        var known = command is { } given ? commands.Find(given.Name) : null;
        var isToBot = known is not null || (command is not null && (said.IsPrivate || command.Value.IsNamed)) || Triggers.IsToBot(said, resolved.Settings);
        if (Access.Denial(said, resolved) is { } reason)
        {
            if (isToBot && editedBy is null)
                await Deny(said, reason, cancellation);
            return;
        }

        if (!isToBot && resolved.Settings.Listen == false)
            return;
        var origin = await OriginOf(bot, said, resolved.Settings, message, cancellation);
        if (command is { } asked && isToBot)
            await Obey(bot, said, origin, resolved, known, asked.Arguments, cancellation);
        else if (editedBy is { } update)
            await Edited(bot, said, origin, resolved.Settings, isToBot, update, cancellation);
        else
            await live.Show(said, intake.Message(said, origin, resolved.Settings, isToBot, live.ReplyTo), resolved.Settings, intake.Take, cancellation);
    }

    private Task Deny(Said said, string reason, CancellationToken cancellation) => intake.Publish(
        new MessageDenied(said.MessageId, new Origin(said.Platform, said.Bot, said.Chat, said.Topic), said.Author, reason, time.GetUtcNow()),
        Ids.From(said.MessageId, "denied"), cancellation);

    private async Task Obey(
        TelegramBot bot, Said said, Origin origin, ResolvedSettings resolved, IBotCommand? command, string arguments, CancellationToken cancellation)
    {
        var texts = Texts.For(said.Language);
        var call = new CommandCall(said, origin, arguments, resolved, texts, live.ReplyTo);
        if (command is null)
            await commands.Tell(call, texts["no_such_command"], cancellation);
        else if (command is RetryAnswer)
            await live.Show(said, intake.Message(said, origin, resolved.Settings, true, live.ReplyTo), resolved.Settings, (_, until) => commands.Run(command, call, until), cancellation);
        else
            await commands.Run(command, call, cancellation);
    }

    private async Task Edited(
        TelegramBot bot, Said said, Origin origin, PlaceSettings place, bool isToBot, long update, CancellationToken cancellation)
    {
        // Of two changes within a second Telegram tells the same time; the number of an update stays when it comes again.
        var editId = Ids.From(said.MessageId, "edit", update.ToString(CultureInfo.InvariantCulture));
        var edit = new MessageEdited(
            origin.ConversationId(), said.MessageId, editId, origin, said.Author, new Speaker(said.Name, !said.IsPrivate), said.Text, time.GetUtcNow());
        await intake.Publish(edit, editId, cancellation);
        if (isToBot && place.OnEdit == EditPolicies.Answer)
        {
            var again = said with { MessageId = Ids.From(editId, "answer") };
            await live.Show(again, intake.Message(again, origin, place, true, live.ReplyTo), place, intake.Take, cancellation);
        }
    }

    private async Task<Origin> OriginOf(TelegramBot bot, Said said, PlaceSettings place, Message message, CancellationToken cancellation)
    {
        var origin = new Origin(said.Platform, said.Bot, said.Chat, said.Topic);
        if (said.IsPrivate || place.Scope is null or Scopes.Chat)
            return origin;
        if (place.Scope == Scopes.User)
            return origin with { Part = $"user:{said.Author}" };
        var repliesTo = said.Sent.InReplyTo is { } id ? long.Parse(id, CultureInfo.InvariantCulture) : (long?)null;
        var root = await chains.RootOf(bot, message.Chat!.Id!.Value, message.MessageId!.Value, repliesTo, cancellation);
        return origin with { Part = $"reply:{root}" };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Update {Update} of bot {Bot} cannot be read and is left out; it holds: {Members}")]
    private partial void LogUnreadable(long bot, long update, string members);
}
