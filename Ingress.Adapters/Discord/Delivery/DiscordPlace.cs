using System.Buffers.Text;
using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Bus.Ingress.Discord.Intake;
using Bus.Ingress.Settings;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Discord.Delivery;

/// <summary>
/// A channel, a thread or a private chat, and an answer in it. Each message bears a nonce that follows from the turn, so that one which is sent again within a
/// minute is the same; of older ones the channel itself tells. What answers a command comes by way of the command, as long as that can be.
/// </summary>
internal sealed partial class DiscordPlace(
    DiscordBot bot, ReplyAddress address, ChannelPlace channel, PendingInteraction? command, DiscordPlaces places, DiscordMessages messages, TimeProvider time,
    ILogger log) : IReplyPlace
{
    /// <summary>So long Discord surely knows a nonce; it says "a few minutes".</summary>
    private static readonly TimeSpan NonceKept = TimeSpan.FromSeconds(60);

    /// <summary>In one channel no more than one change of a message in this time.</summary>
    private static readonly TimeSpan EditInterval = TimeSpan.FromSeconds(1);

    /// <summary>A page of the channel's history has as many messages.</summary>
    private const int PageSize = 100;

    private readonly string id = address.Origin.Thread ?? address.Origin.Place;
    private readonly long number = Snowflake.Read(address.Origin.Thread ?? address.Origin.Place) ?? 0;
    private PendingInteraction? command = command;
    private bool isReply = true;
    private DateTimeOffset notBefore;

    public IReadOnlyList<SettingScope> Scopes { get; } = SettingScope.Of(
        Platforms.Discord, address.Origin.Bot, address.Origin.Place, address.Origin.Thread, null, address.Origin.Guild ?? channel.Guild, channel.Category);

    public LivePace Pace { get; } = new(EditInterval, TimeSpan.FromSeconds(8), FadesAfter: null);

    public bool ShowsMessages => true;

    public bool KnowsRepeats => true;

    public async Task<Standing> Standing(CancellationToken cancellation)
    {
        var (waits, blocked) = await places.Of(bot, number, cancellation);
        var ours = notBefore - time.GetUtcNow();
        return new Standing(ours > waits ? ours : waits, blocked);
    }

    public async Task LeaveAlone(PlatformException failure, TimeSpan wanted, CancellationToken cancellation)
    {
        notBefore = time.GetUtcNow() + wanted;
        if (failure is not DiscordException { IsNotMade: false, IsGlobal: false })
            return;
        LogLeftAlone(bot.Name, id, wanted.TotalSeconds);
        await places.LeaveAlone(bot, number, wanted, cancellation);
    }

    public Task Block(string reason, CancellationToken cancellation) => places.Block(bot, number, reason, cancellation);

    public Task<bool> Adapt(PlatformException failure, CancellationToken cancellation)
    {
        if (failure is not DiscordException { Problem: PlatformProblem.Refused or PlatformProblem.Forbidden } refused)
            return Task.FromResult(false);
        if (command is not null && Codes.EndsInteraction(refused.Code))
        {
            command = null; // it is too late for that, and not for a message
            return Task.FromResult(true);
        }

        if (isReply && Codes.CannotReply(refused.Code))
        {
            isReply = false;
            return Task.FromResult(true);
        }

        return Task.FromResult(false);
    }

    public IReadOnlyList<RichText> Split(string markdown) => DiscordText.Parts(markdown, ReplyParts.MarkLength);

    public RichText? Beginning(string markdown) => DiscordText.Parts(markdown) is [var first, ..] ? first : null;

    public async Task<string> Send(ReplyPart part, CancellationToken cancellation)
    {
        var message = Message(part);
        if (command is not null && part.Number == 0)
            return (await bot.Api.EditOriginal(bot.Name, command.Token, message with { Nonce = null, MessageReference = null }, cancellation)).Id!;
        if (command is { IsPrivate: true })
            return (await bot.Api.FollowUp(bot.Name, command.Token, message with { Nonce = null, MessageReference = null, Flags = MessageFlags.Ephemeral }, part.File, cancellation)).Id!;
        DiscordMessage sent;
        try
        {
            sent = await bot.Api.CreateMessage(id, message, part.File, cancellation);
        }
        catch (DiscordException failure) when (Codes.WasDeleted(failure.Code) && !part.IsAnew)
        {
            return await Send(part with { IsAnew = true }, cancellation);
        }

        // The nonce was known: it is there since the answer was unfinished, or all but finished.
        if (part.File is null && ((sent.Content is { } shown && shown != message.Content) || AnswerButtons.IsToStop(sent, address)))
            await Edit(sent.Id!, part, cancellation);
        return sent.Id!;
    }

    public async Task<Sighting> Find(ReplyPart part, DateTimeOffset begunAt, CancellationToken cancellation)
    {
        // An answer to a command is put where it belongs, however often; what is private cannot be looked for.
        if (command is not null && part.Number == 0)
            return Sighting.Absent;
        if (command is { IsPrivate: true })
            return Sighting.Unknown;
        if (time.GetUtcNow() - begunAt < NonceKept)
            return Sighting.Absent;
        var (me, wanted) = (await bot.Me(cancellation), Message(part).Content);
        var after = Snowflake.Read(address.Answers?.Id) is { } question ? Snowflake.Text(question - 1) : null;
        if (after is null)
            return Sighting.Unknown;
        while (true)
        {
            var page = await bot.Api.GetMessages(id, null, after, cancellation);
            if (page.FirstOrDefault(message => message.Author?.Id == me.Id && IsThis(message, part, wanted)) is { } found)
                return new Sighting(SightingKind.Present, found.Id);
            // Who may not read the history is shown nothing, not even the question.
            if (page.Count == 0 || page.All(message => Snowflake.Read(message.Id) is null))
                return Sighting.Unknown;
            if (page.Count < PageSize)
                return Sighting.Absent;
            after = Snowflake.Text(page.Max(message => Snowflake.Read(message.Id) ?? 0));
        }
    }

    public Task Edit(string message, ReplyPart part, CancellationToken cancellation)
    {
        bot.EditedAt[id] = time.GetUtcNow();
        var edit = new OutgoingMessage(DiscordMarkup.Write(part.Text), Components: Buttons(part));
        return command is not null && part.Number == 0
            ? bot.Api.EditOriginal(bot.Name, command.Token, edit, cancellation)
            : bot.Api.EditMessage(id, message, edit, cancellation);
    }

    public Task Remove(string message, CancellationToken cancellation) => bot.Api.DeleteMessage(id, message, cancellation);

    /// <summary>Who gave a command sees that the bot is at work anyway.</summary>
    public Task Type(CancellationToken cancellation) => command is null ? bot.Api.TriggerTyping(id, cancellation) : Task.CompletedTask;

    public async Task<string?> Show(RichText text, string? liveId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (bot.EditedAt.TryGetValue(id, out var last) && last + EditInterval - now is var early && early > TimeSpan.Zero)
            throw new DiscordException(PlatformProblem.TooMany, "A message of the channel was changed less than a second ago.") { RetryAfter = early, IsNotMade = true };
        bot.EditedAt[id] = now;
        var message = new OutgoingMessage(DiscordMarkup.Write(text), Components: AnswerButtons.ToStop(bot, address));
        if (command is not null)
            return (await bot.Api.EditOriginal(bot.Name, command.Token, message, cancellation)).Id;
        if (liveId is null)
            return (await bot.Api.CreateMessage(id, message with { Nonce = Nonce(0, isAnew: false), MessageReference = Reference }, null, cancellation)).Id;
        await bot.Api.EditMessage(id, liveId, message, cancellation);
        return liveId;
    }

    public Task Delivered(IReadOnlyList<string> ids, CancellationToken cancellation) => ids.Count == 0
        ? Task.CompletedTask
        : messages.Keep(bot, ids.Select(Snowflake.Read).OfType<long>(), address.Origin.Part, address.TurnId, cancellation);

    /// <summary>In a channel it is seen to whom the bot replies.</summary>
    private MessageReference? Reference => isReply && !channel.IsPrivate && address.Answers is { } sent ? new MessageReference(sent.Id, FailIfNotExists: false) : null;

    private OutgoingMessage Message(ReplyPart part) =>
        new(DiscordMarkup.Write(part.Text), Nonce(part.Number, part.IsAnew), part.Number == 0 ? Reference : null, Buttons(part));

    private IReadOnlyList<ComponentRow> Buttons(ReplyPart part) => address.IsTurn && part.IsLast ? AnswerButtons.ToRetry(bot, address) : [];

    private bool IsThis(DiscordMessage message, ReplyPart part, string wanted) =>
        (message.Content == wanted && (part.File is null || message.Attachments is { Count: > 0 })) || (part.Number == 0 && AnswerButtons.IsToStop(message, address));

    /// <summary>The same for the same message, whoever sends it; 22 characters of the 25 that may be.</summary>
    private string Nonce(int part, bool isAnew) =>
        Base64Url.EncodeToString(Ids.From(address.TurnId, isAnew ? "part anew" : "part", address.IsTurn ? "turn" : "told", Snowflake.Text(part)).ToByteArray());

    [LoggerMessage(Level = LogLevel.Warning, Message = "Discord wants channel {Channel} to be left alone by bot {Bot} for {Seconds} s")]
    private partial void LogLeftAlone(string bot, string channel, double seconds);
}
