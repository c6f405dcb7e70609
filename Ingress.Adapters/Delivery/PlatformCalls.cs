using Bus.Contracts;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Delivery;

/// <summary>Is told of each longer wait, and until when it lasts.</summary>
internal delegate Task Waiting(DateTimeOffset until, CancellationToken cancellation);

/// <summary>Makes the calls that bring an answer, and does what a platform's refusals ask for: waits, goes another way, gives up.</summary>
internal sealed partial class PlatformCalls(TimeProvider time, ILogger<PlatformCalls> log)
{
    /// <summary>After a call that failed on the way.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>So often it is told that a wait goes on.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(10);

    /// <summary>Shorter waits need not be told.</summary>
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(3);

    /// <summary>Makes a call until it is done.</summary>
    /// <param name="address">The answer.</param>
    /// <param name="place">Where it goes.</param>
    /// <param name="waiting">Is told of waits.</param>
    /// <param name="isRepeatable">Twice is the same as once. Of another one that may have been done it throws.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UndeliverableException">The place does not take it.</exception>
    /// <exception cref="PlatformException">It was refused, or may have been done.</exception>
    public async Task<T> Make<T>(
        ReplyAddress address, IReplyPlace place, Waiting waiting, bool isRepeatable, Func<IReplyPlace, Task<T>> call, CancellationToken cancellation)
    {
        var (began, pause) = (time.GetUtcNow(), AfterFailure);
        while (true)
        {
            var standing = await place.Standing(cancellation);
            if (standing.Blocked is { } blocked)
                throw new UndeliverableException(blocked);
            if (standing.Waits > TimeSpan.Zero)
            {
                await Wait(standing.Waits, began, waiting, cancellation);
                continue;
            }

            try
            {
                return await call(place);
            }
            catch (PlatformException failure) when (!failure.MayBeDone || isRepeatable)
            {
                if (failure.RetryAfter is { } wanted)
                {
                    await place.LeaveAlone(failure, wanted, cancellation);
                }
                else if (await place.Adapt(failure, cancellation))
                {
                    LogAdapted(address.Origin.Platform, address.TurnId, failure.Message);
                }
                else if (failure.Problem == PlatformProblem.Forbidden)
                {
                    await place.Block(failure.Message, cancellation);
                    throw new UndeliverableException(failure.Message);
                }
                else if (failure.IsPassing)
                {
                    await Wait(pause, began, waiting, cancellation);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
                else if (failure.Problem == PlatformProblem.Refused && !isRepeatable)
                {
                    LogRefused(address.Origin.Platform, address.TurnId, failure.Message);
                    throw new UndeliverableException(failure.Message);
                }
                else
                {
                    throw;
                }
            }
        }
    }

    /// <inheritdoc cref="Make{T}"/>
    public Task Repeat(ReplyAddress address, IReplyPlace place, Waiting waiting, Func<IReplyPlace, Task> call, CancellationToken cancellation) =>
        Make(address, place, waiting, isRepeatable: true, async there =>
        {
            await call(there);
            return true;
        }, cancellation);

    private async Task Wait(TimeSpan wanted, DateTimeOffset began, Waiting waiting, CancellationToken cancellation)
    {
        var until = time.GetUtcNow() + wanted;
        if (until - began > Limits.LongestPlatformWait)
            throw new PlatformException(PlatformProblem.TooMany, $"The platform wants to be left alone for {wanted.TotalSeconds:0} s; the answer waits among the errors.");
        while (until - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            if (left > ShortWait)
                await waiting(until, cancellation);
            await Task.Delay(left < SignOfLife ? left : SignOfLife, time, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer of turn {TurnId} goes another way, as {Platform} says: {Reason}")]
    private partial void LogAdapted(string platform, Guid turnId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Platform} does not take the answer of turn {TurnId}: {Reason}")]
    private partial void LogRefused(string platform, Guid turnId, string reason);
}

/// <summary>People cannot have it; the message says why.</summary>
/// <param name="reason">Why.</param>
internal sealed class UndeliverableException(string reason) : Exception(reason);
