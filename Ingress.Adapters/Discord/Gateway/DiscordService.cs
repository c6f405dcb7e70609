using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Bots;
using Bus.Ingress.Discord.Intake;
using Bus.Ingress.Intake;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Ingress.Discord.Gateway;

/// <summary>Looks after each bot: finds out how many connections share its guilds, and keeps those whose lease this process has.</summary>
internal sealed partial class DiscordService(
    DiscordBots bots, DiscordSettings settings, ShardLoop shards, GatewaySessions sessions, CommandMenu menu, DiscordSweep sweep, NpgsqlDataSource database,
    TimeProvider time, ILogger<DiscordService> log)
    : BackgroundService
{
    private static readonly TimeSpan CountInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(bots.All.Select(bot => LookAfter(bot, stoppingToken)));

    private async Task LookAfter(DiscordBot bot, CancellationToken stopping)
    {
        var (pause, said) = (Lease.Interval, "");
        while (!stopping.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            try
            {
                if (!await Attend(bot, stopping))
                    return;
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (PlatformException failure) when (failure.Problem == PlatformProblem.WrongToken)
            {
                LogStopped(bot.Name, CloseCodes.Meaning(4004, null).Reason);
                return;
            }
            catch (Exception failure)
            {
                if (time.GetElapsedTime(began) > LongestPause)
                    (pause, said) = (Lease.Interval, "");
                // Of a server that is away it is enough to hear once.
                if (!Absence.IsIn(failure))
                    LogFailed(bot.Name, failure);
                else if (failure.Message != said)
                    LogPaused(bot.Name, pause.TotalSeconds, failure.Message);
                said = failure.Message;
            }

            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Until there have to be more shards, or fewer.</summary>
    /// <returns>False when the bot stays silent until somebody has changed a setting.</returns>
    private async Task<bool> Attend(DiscordBot bot, CancellationToken stopping)
    {
        var count = await Count(bot, 0, stopping);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var all = Enumerable.Range(0, count).Select(number => Hold(bot, new Shard(number, count), either.Token)).ToList();
        all.Add(Watch(bot, count, either.Token));
        var first = await Task.WhenAny(all);
        await either.CancelAsync();
        await Task.WhenAll(all).ContinueWith(_ => { }, TaskScheduler.Default);
        var end = await first;
        if (end.Next == Next.Stop)
            LogStopped(bot.Name, end.Reason);
        else if (end.Next == Next.MoreShards)
            await Count(bot, count + 1, stopping);
        return end.Next != Next.Stop;
    }

    private async Task<int> Count(DiscordBot bot, int least, CancellationToken cancellation)
    {
        var wanted = settings.Shards > 0 ? settings.Shards : Math.Max((await bot.Api.GetGateway(cancellation)).Shards ?? 1, 1);
        return await sessions.Shards(bot.Id, Math.Max(wanted, least), settings.Shards > 0, cancellation);
    }

    /// <summary>Until another process has found that another number of shards is needed.</summary>
    private async Task<GatewayEnd> Watch(DiscordBot bot, int count, CancellationToken cancellation)
    {
        while (await sessions.Shards(bot.Id, count, isSet: false, cancellation) == count)
            await Task.Delay(CountInterval, time, cancellation);
        return new GatewayEnd(Next.Resume, "there are more shards");
    }

    /// <summary>Waits for the lease of a shard and keeps it connected. Nobody else has the lease before what it was told is taken in or given up.</summary>
    private async Task<GatewayEnd> Hold(DiscordBot bot, Shard shard, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await using var lease = await Lease.Take(database, $"discord {bot.Name} {shard.Number}", cancellation);
                if (lease is not null)
                    return await Lead(bot, shard, lease, cancellation);
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException && !cancellation.IsCancellationRequested)
            {
                LogPaused(bot.Name, Lease.Interval.TotalSeconds, failure.Message);
            }

            await Task.Delay(Lease.Interval, time, cancellation);
        }
    }

    private async Task<GatewayEnd> Lead(DiscordBot bot, Shard shard, Lease lease, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var work = shards.Run(bot, shard, either.Token);
        List<Task> tasks = [work, lease.Keep(time, either.Token)];
        if (shard.Number == 0)
            tasks.AddRange([menu.Offer(bot, either.Token), sweep.Run(either.Token)]);
        var first = await Task.WhenAny(tasks);
        await either.CancelAsync();
        await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default);
        await first;
        return await work;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Bot {Bot} on Discord: {Reason}")]
    private partial void LogStopped(string bot, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot} on Discord pauses for {Seconds} s: {Reason}")]
    private partial void LogPaused(string bot, double seconds, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Bot {Bot} on Discord pauses")]
    private partial void LogFailed(string bot, Exception failure);
}
