using Bus.Contracts;
using Bus.Ingress.Telegram.Api;
using Bus.Ingress.Telegram.Bots;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Telegram.Delivery;

/// <summary>Makes the calls that bring an answer, and does what Telegram's refusals ask for: waits, follows the chat, leaves out what it does not take.</summary>
internal sealed partial class TelegramCalls(TelegramChats chats, TimeProvider time, ILogger<TelegramCalls> log)
{
    /// <summary>After a call that failed on the way.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>So often it is told that a wait goes on.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(10);

    /// <summary>Shorter waits need not be told.</summary>
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(3);

    /// <summary>Makes a call that must not be made twice. Of one that may have been done it throws.</summary>
    /// <param name="target">The answer.</param>
    /// <param name="waiting">Is told of each longer wait, and until when it lasts.</param>
    /// <param name="call">The call, with the chat's id, its topic, and whether the text is to go without formatting.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UndeliverableException">The chat does not take it.</exception>
    /// <exception cref="TelegramException">It was refused, or may have been done.</exception>
    public Task<T> Make<T>(
        ReplyTarget target, Func<DateTimeOffset, CancellationToken, Task> waiting, Func<long, long?, bool, Task<T>> call, CancellationToken cancellation) =>
        Make(target, waiting, call, isRepeatable: false, cancellation);

    /// <summary>Makes a call that is the same twice as once.</summary>
    /// <inheritdoc cref="Make{T}(ReplyTarget, Func{DateTimeOffset, CancellationToken, Task}, Func{long, long?, bool, Task{T}}, CancellationToken)"/>
    public Task<T> MakeRepeatable<T>(
        ReplyTarget target, Func<DateTimeOffset, CancellationToken, Task> waiting, Func<long, long?, bool, Task<T>> call, CancellationToken cancellation) =>
        Make(target, waiting, call, isRepeatable: true, cancellation);

    private async Task<T> Make<T>(
        ReplyTarget target, Func<DateTimeOffset, CancellationToken, Task> waiting, Func<long, long?, bool, Task<T>> call, bool isRepeatable, CancellationToken cancellation)
    {
        var (bot, began, pause) = (target.Bot, time.GetUtcNow(), AfterFailure);
        var (isPlain, topic) = (false, target.Topic);
        while (true)
        {
            var chat = await chats.Of(bot.Id, target.Place, cancellation);
            if (chat.Blocked is { } blocked)
                throw new UndeliverableException(blocked);
            if (chat.Waits > TimeSpan.Zero)
            {
                await Wait(chat.Waits, began, waiting, cancellation);
                continue;
            }

            try
            {
                return await call(chat.Id, topic, isPlain);
            }
            catch (TelegramException failure) when (!failure.MayBeDone || isRepeatable)
            {
                switch (failure)
                {
                    case { RetryAfter: { } wanted }:
                        await chats.LeaveAlone(bot.Id, chat.Id, wanted, cancellation);
                        LogLeftAlone(bot.Id, chat.Id, wanted.TotalSeconds);
                        break;
                    case { MigrateToChatId: { } next } when next != chat.Id:
                        await chats.Migrate(bot.Id, target.Place, next, cancellation);
                        break;
                    case { Problem: TelegramProblem.Forbidden }:
                        await chats.Block(bot.Id, chat.Id, failure.Message, cancellation);
                        throw new UndeliverableException(failure.Message);
                    case { Problem: TelegramProblem.Unreachable or TelegramProblem.Unknown }:
                        await Wait(pause, began, waiting, cancellation);
                        pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                        break;
                    case { Problem: TelegramProblem.Refused } when !isPlain && (failure.Says("can't parse entities") || failure.Says("ENTITY")):
                        LogPlain(bot.Id, target.Reply.TurnId, failure.Message);
                        isPlain = true;
                        break;
                    case { Problem: TelegramProblem.Refused } when topic is not null && (failure.Says("thread not found") || failure.Says("TOPIC_")):
                        topic = null; // the topic is gone, the chat is not
                        break;
                    case { Problem: TelegramProblem.Refused } when !isRepeatable:
                        LogRefused(bot.Id, target.Reply.TurnId, failure.Message);
                        throw new UndeliverableException(failure.Message);
                    default:
                        throw;
                }
            }
        }
    }

    private async Task Wait(TimeSpan wanted, DateTimeOffset began, Func<DateTimeOffset, CancellationToken, Task> waiting, CancellationToken cancellation)
    {
        var until = time.GetUtcNow() + wanted;
        if (until - began > Limits.LongestPlatformWait)
            throw new TelegramException(TelegramProblem.TooMany, $"Telegram wants to be left alone for {wanted.TotalSeconds:0} s; the answer waits among the errors.");
        while (until - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            if (left > ShortWait)
                await waiting(until, cancellation);
            await Task.Delay(left < SignOfLife ? left : SignOfLife, time, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Telegram wants chat {Chat} to be left alone by bot {Bot} for {Seconds} s")]
    private partial void LogLeftAlone(long bot, long chat, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot}: the answer of turn {TurnId} goes without formatting: {Reason}")]
    private partial void LogPlain(long bot, Guid turnId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot}: Telegram does not take the answer of turn {TurnId}: {Reason}")]
    private partial void LogRefused(long bot, Guid turnId, string reason);
}
