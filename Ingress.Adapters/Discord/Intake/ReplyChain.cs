using System.Collections.Concurrent;
using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Discord.Intake;

/// <summary>What a message replies to, and what that replies to, and so on (contract, P-23): also what was said before the bot came.</summary>
internal sealed partial class ReplyChain(DiscordMessages messages, TimeProvider time, ILogger<ReplyChain> log)
{
    private const int MostRemembered = 20_000;

    /// <summary>Messages that are fetched one by one; most of a chain is found on one page of the channel's history.</summary>
    private const int MostFetched = 5;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, DiscordMessage> recent = new(StringComparer.Ordinal);

    /// <summary>Remembers a message for a while: most replies are to what was said lately.</summary>
    public void Heard(DiscordMessage message)
    {
        if (message.Id is not { } id)
            return;
        if (recent.Count > MostRemembered)
            recent.Clear();
        recent[id] = message with { ReferencedMessage = null };
    }

    /// <summary>The chain that a message replies to, the oldest first; as much of it as there is and may be.</summary>
    public async Task<IReadOnlyList<QuotedMessage>> Of(DiscordBot bot, DiscordUser me, DiscordMessage message, CancellationToken cancellation)
    {
        var chain = new List<DiscordMessage>();
        var (seen, history, fetched, length) = (new HashSet<string>(), default(IReadOnlyList<DiscordMessage>), 0, 0);
        var next = message.ReferencedMessage is { Id: not null } referenced && MessageReader.RepliesTo(message) is not null ? referenced : null;
        var nextId = next?.Id ?? MessageReader.RepliesTo(message);
        while (nextId is not null && seen.Add(nextId) && chain.Count < Limits.LongestReplyChain && length < Limits.LargestReplyChain)
        {
            next ??= recent.GetValueOrDefault(nextId);
            if (next is null && message.ChannelId is { } channel)
            {
                history ??= await Try(() => bot.Api.GetMessages(channel, message.Id, null, cancellation), cancellation) ?? [];
                next = history.FirstOrDefault(one => one.Id == nextId);
                if (next is null && fetched++ < MostFetched)
                    next = await Try(() => bot.Api.GetMessage(channel, nextId, cancellation), cancellation);
            }

            if (next is null)
                break;
            chain.Add(next);
            length += next.Content?.Length ?? 0;
            nextId = MessageReader.RepliesTo(next with { ChannelId = next.ChannelId ?? message.ChannelId });
            next = next.ReferencedMessage is { Id: { } id } && id == nextId ? next.ReferencedMessage : null;
        }

        var turns = await messages.TurnsOf(bot, chain.Where(one => one.Author?.Id == me.Id).Select(one => Snowflake.Read(one.Id)).OfType<long>(), cancellation);
        chain.Reverse();
        return [.. chain.Select(one => Quote(bot, me, one, turns)).Where(quote => quote.Text.Length > 0)];
    }

    private static QuotedMessage Quote(DiscordBot bot, DiscordUser me, DiscordMessage message, IReadOnlyDictionary<long, Guid> turns)
    {
        var text = MessageReader.TextOf(message, me);
        if (text.Length > Limits.LargestReplyChain)
            text = text[..Limits.LargestReplyChain];
        var id = Snowflake.Read(message.Id) is { } number && turns.TryGetValue(number, out var turn) ? turn : MessageReader.IdOf(bot.Name, message.Id!);
        var isOwn = message.Author?.Id == me.Id;
        return new QuotedMessage(id, isOwn ? null : message.Author?.Id ?? "", message.Author is { } author ? MessageReader.NameOf(author, message.Member) : "", text);
    }

    /// <summary>A chain that cannot be had is no reason not to answer.</summary>
    private async Task<T?> Try<T>(Func<Task<T>> get, CancellationToken cancellation)
        where T : class
    {
        for (var began = time.GetTimestamp(); ;)
        {
            try
            {
                return await get();
            }
            catch (DiscordException failure) when (failure is { RetryAfter: { } wanted } && time.GetElapsedTime(began) + wanted < LongestWait)
            {
                await Task.Delay(wanted, time, cancellation);
            }
            catch (DiscordException failure) when (failure.Problem != PlatformProblem.WrongToken)
            {
                LogNotFetched(failure.Message);
                return null;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "What a message replies to cannot be fetched: {Reason}")]
    private partial void LogNotFetched(string reason);
}
