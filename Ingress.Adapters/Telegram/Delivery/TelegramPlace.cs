using System.Buffers.Binary;
using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Settings;
using Bus.Ingress.Telegram.Api;
using Bus.Ingress.Telegram.Bots;
using Bus.Ingress.Telegram.Intake;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Telegram.Delivery;

/// <summary>
/// A chat or a topic, and an answer in it. Unfinished answers are shown in private chats as a draft, where the server knows drafts, else in a message
/// that is changed.
/// </summary>
internal sealed partial class TelegramPlace(TelegramBot bot, ReplyAddress address, TelegramChats chats, ReplyChains chains, ILogger log) : IReplyPlace
{
    /// <summary>Telegram shows typing for five seconds, and forgets a draft after half a minute.</summary>
    private static readonly TimeSpan TypingInterval = TimeSpan.FromSeconds(4.5);
    private static readonly TimeSpan DraftFades = TimeSpan.FromSeconds(20);

    private static readonly LivePace InGroups = new(TimeSpan.FromSeconds(1.5), TypingInterval, FadesAfter: null);
    private static readonly LivePace InPrivate = new(TimeSpan.FromSeconds(1), TypingInterval, FadesAfter: null);

    private readonly bool isPrivate = !address.Origin.Place.StartsWith('-');
    private readonly long place = TelegramText.Number(address.Origin.Place); // the first id that the chat had
    private long chat = TelegramText.Number(address.Origin.Place);
    private long? topic = address.Origin.Thread is { } thread ? TelegramText.Number(thread) : null;
    private bool isPlain;

    public IReadOnlyList<SettingScope> Scopes { get; } =
        SettingScope.Of(Platforms.Telegram, address.Origin.Bot, address.Origin.Place, address.Origin.Thread);

    public LivePace Pace => !isPrivate ? InGroups : ShowsMessages ? InPrivate : InPrivate with { FadesAfter = DraftFades };

    public bool ShowsMessages => !isPrivate || bot.HasNoDrafts;

    public bool KnowsRepeats => false;

    /// <summary>In a group it is seen to whom the bot replies.</summary>
    private ReplyParameters? Answers => isPrivate || address.Answers is not { } sent ? null : new ReplyParameters(TelegramText.Number(sent.Id));

    /// <summary>The same id is the same draft; it must not be 0.</summary>
    private long DraftId => (BinaryPrimitives.ReadInt64LittleEndian(address.TurnId.ToByteArray()) & int.MaxValue) | 1;

    public async Task<Standing> Standing(CancellationToken cancellation)
    {
        var now = await chats.Of(bot.Id, place, cancellation);
        chat = now.Id;
        return new Standing(now.Waits, now.Blocked);
    }

    public Task LeaveAlone(PlatformException failure, TimeSpan wanted, CancellationToken cancellation)
    {
        LogLeftAlone(bot.Id, chat, wanted.TotalSeconds);
        return chats.LeaveAlone(bot.Id, chat, wanted, cancellation);
    }

    public Task Block(string reason, CancellationToken cancellation) => chats.Block(bot.Id, chat, reason, cancellation);

    public async Task<bool> Adapt(PlatformException failure, CancellationToken cancellation)
    {
        switch (failure)
        {
            case TelegramException { MigrateToChatId: { } next } when next != chat:
                await chats.Migrate(bot.Id, place, next, cancellation);
                return true;
            case { Problem: PlatformProblem.NoSuchMethod } when !ShowsMessages:
                return bot.HasNoDrafts = true;
            case { Problem: PlatformProblem.Refused } when !isPlain && (failure.Says("can't parse entities") || failure.Says("ENTITY")):
                return isPlain = true;
            case { Problem: PlatformProblem.Refused } when topic is not null && (failure.Says("thread not found") || failure.Says("TOPIC_")):
                topic = null; // the topic is gone, the chat is not
                return true;
            default:
                return false;
        }
    }

    public IReadOnlyList<RichText> Split(string markdown) => TelegramText.Parts(markdown, ReplyParts.MarkLength);

    public RichText? Beginning(string markdown) => TelegramText.Parts(markdown) is [var first, ..] ? first : null;

    public async Task<string> Send(ReplyPart part, CancellationToken cancellation)
    {
        var answers = part.Number == 0 ? Answers : null;
        return TelegramText.Id(part.File is { } file
            ? await bot.Api.SendFile(AttachmentKinds.Document, chat, topic, file, part.Text.Text, answers, cancellation)
            : await bot.Api.SendMessage(new SendMessage(chat, part.Text.Text, Entities(part.Text), topic, answers), cancellation));
    }

    public Task<Sighting> Find(ReplyPart part, DateTimeOffset begunAt, CancellationToken cancellation) => Task.FromResult(Sighting.Unknown);

    public Task Edit(string id, ReplyPart part, CancellationToken cancellation) => Edit(id, part.Text, null, cancellation);

    public Task Remove(string id, CancellationToken cancellation) => bot.Api.DeleteMessage(chat, TelegramText.Number(id), cancellation);

    public Task Type(CancellationToken cancellation) => bot.Api.SendTyping(chat, topic, cancellation);

    public async Task<string?> Show(RichText text, string? liveId, CancellationToken cancellation)
    {
        if (!ShowsMessages)
            await bot.Api.SendMessageDraft(new SendMessageDraft(chat, DraftId, text.Text, Entities(text), topic), cancellation);
        else if (liveId is null)
            return TelegramText.Id(await bot.Api.SendMessage(new SendMessage(chat, text.Text, Entities(text), topic, Answers, StopButton.For(bot, address)), cancellation));
        else
            await Edit(liveId, text, StopButton.For(bot, address), cancellation);
        return liveId;
    }

    public async Task Delivered(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        if (address.Origin.Part?.Split(':') is not ["reply", var root])
            return;
        foreach (var id in ids)
            await chains.Add(bot, place, TelegramText.Number(id), root, cancellation);
    }

    private async Task Edit(string id, RichText text, InlineKeyboard? button, CancellationToken cancellation)
    {
        try
        {
            await bot.Api.EditMessageText(new EditMessageText(chat, TelegramText.Number(id), text.Text, Entities(text), button), cancellation);
        }
        catch (TelegramException failure) when (failure.Says("not modified"))
        {
            // It says so already.
        }
    }

    private IReadOnlyList<MessageEntity>? Entities(RichText text) => isPlain ? null : TelegramText.Entities(text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Telegram wants chat {Chat} to be left alone by bot {Bot} for {Seconds} s")]
    private partial void LogLeftAlone(long bot, long chat, double seconds);
}
