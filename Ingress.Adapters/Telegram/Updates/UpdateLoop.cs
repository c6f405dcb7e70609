using Bus.Ingress.Delivery;
using Bus.Ingress.Intake;
using Bus.Ingress.Telegram.Api;
using Bus.Ingress.Telegram.Bots;
using Bus.Ingress.Telegram.Intake;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Telegram.Updates;

/// <summary>Asks for a bot's updates. Those before a number are only given up when the broker has what came of them.</summary>
internal sealed partial class UpdateLoop(UpdateIntake intake, TakingIn taking, BusyNotice busy, TimeProvider time, ILogger<UpdateLoop> log)
{
    private const int MostAtOnce = 100;

    /// <summary>How long Telegram waits for an update before it says that there is none.</summary>
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(30);

    /// <summary>Some servers do not wait. Nobody asks them more often than this.</summary>
    private static readonly TimeSpan ShortestRound = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Until it is cancelled, or the token turns out to be wrong.</summary>
    /// <exception cref="TelegramException">The token is wrong, or somebody else asks for the updates.</exception>
    public async Task Run(TelegramBot bot, CancellationToken cancellation)
    {
        var (offset, pause) = (0L, FirstPause);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var began = time.GetTimestamp();
            try
            {
                var updates = await bot.Api.GetUpdates(offset, MostAtOnce, LongPoll, cancellation);
                foreach (var update in updates.OrderBy(update => update.Id))
                {
                    await Take(bot, update, cancellation);
                    offset = update.Id + 1;
                }

                pause = FirstPause;
                if (updates.Count == 0 && time.GetElapsedTime(began) is var took && took < ShortestRound)
                    await Task.Delay(ShortestRound - took, time, cancellation);
            }
            catch (TelegramException failure) when (failure.Problem is not (PlatformProblem.WrongToken or PlatformProblem.Conflict))
            {
                LogNotAsked(bot.Id, failure.Message);
                await Task.Delay(failure.RetryAfter ?? pause, time, cancellation);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>Until the broker has it: what is not taken in keeps those behind it waiting, in order, and Telegram keeps them all.</summary>
    private Task Take(TelegramBot bot, RawUpdate update, CancellationToken cancellation) => taking.Take(
        $"Bot {bot.Id}: update {update.Id}", until => intake.Take(bot, update, until), until => busy.Tell(bot, update, until), cancellation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot}: Telegram gives no updates: {Reason}")]
    private partial void LogNotAsked(long bot, string reason);
}
