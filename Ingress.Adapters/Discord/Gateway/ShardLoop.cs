using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Bus.Ingress.Discord.Intake;
using Bus.Ingress.Intake;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Ingress.Discord.Gateway;

/// <summary>
/// Keeps a shard connected: goes on with its session where that can be, also with one that another process began, and begins another where it cannot.
/// What is told counts as taken in only when the broker has it; from there a session is gone on with.
/// </summary>
internal sealed partial class ShardLoop(
    GatewaySessions sessions, DiscordChannels channels, DiscordIntake intake, TakingIn taking, BusyNotice busy, NpgsqlDataSource database, TimeProvider time, ILogger<ShardLoop> log)
{
    /// <summary>So long no other shard of the same group may begin a session (https://discord.com/developers/docs/events/gateway#sharding-max-concurrency).</summary>
    private static readonly TimeSpan BeginInterval = TimeSpan.FromSeconds(5);

    /// <summary>After so many connections that could not go on with a session, or a third as many that were greeted, another begins.</summary>
    private const int MostInVain = 12;

    private static readonly TimeSpan KeepInterval = TimeSpan.FromSeconds(1);

    /// <summary>Until it is cancelled, or nothing can be done until somebody changes a setting.</summary>
    public async Task<GatewayEnd> Run(DiscordBot bot, Shard shard, CancellationToken cancellation)
    {
        using var dispatches = new Dispatches((dispatch, until) => intake.Prepare(bot, dispatch, until), (dispatch, until) => Take(bot, shard, dispatch, until));
        var session = await sessions.Find(bot.Id, shard, cancellation);
        var (pause, inVain) = (new ReconnectPause(), 0);
        while (true)
        {
            var gateway = session?.ResumeUrl ?? await Begin(bot, shard, cancellation);
            var (connection, began, before) = (new ShardConnection(bot, shard, dispatches, time, log), time.GetTimestamp(), session);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var keeping = Keep(bot, shard, connection, dispatches, ended.Token);
            GatewayEnd end;
            try
            {
                end = await connection.Run(gateway, session, cancellation);
            }
            finally
            {
                await ended.CancelAsync();
                await keeping.ContinueWith(_ => { }, TaskScheduler.Default);
            }

            var lasted = time.GetElapsedTime(began);
            LogEnded(bot.Name, shard, end.Reason);
            // What was told is taken in first: then the session goes on with what was not.
            await dispatches.Drained().WaitAsync(cancellation);
            inVain = connection.IsReady ? 0 : inVain + (connection.IsGreeted ? MostInVain / 3 : 1);
            session = connection.Session is { } known && end.Next == Next.Resume && inVain < MostInVain ? known with { Number = dispatches.Confirmed } : null;
            await Keep(bot, shard, session, cancellation);
            if (end.Next is Next.Stop or Next.MoreShards)
                return end;
            if (session is null)
                inVain = 0;
            var wait = pause.After(new EndedConnection(before is not null, session is not null, connection.IsGreeted, connection.IsReady, lasted));
            await Task.Delay(wait + (wait * Random.Shared.NextDouble()), time, cancellation);
        }
    }

    private Task Take(DiscordBot bot, Shard shard, Dispatch dispatch, CancellationToken cancellation) => taking.Take(
        $"Bot {bot.Name}: {dispatch.Name} {dispatch.Number}", until => intake.Take(bot, shard, dispatch, until), until => busy.Tell(bot, dispatch, until), cancellation);

    /// <summary>Waits until this shard may begin a session, whichever processes have the others, and gives the right back after a while.</summary>
    /// <returns>Where it begins.</returns>
    private async Task<Uri> Begin(DiscordBot bot, Shard shard, CancellationToken cancellation)
    {
        while (true)
        {
            var (gateway, concurrency) = await Gateway(bot, cancellation);
            if (await Lease.Take(database, $"discord {bot.Name} begin {shard.Number % concurrency}", cancellation) is { } turn)
            {
                _ = Pass(turn);
                return gateway;
            }

            await Task.Delay(Lease.Interval, time, cancellation);
        }
    }

    private async Task<(Uri Url, int Concurrency)> Gateway(DiscordBot bot, CancellationToken cancellation)
    {
        var pause = ReconnectPause.First;
        while (true)
        {
            try
            {
                var gateway = await bot.Api.GetGateway(cancellation);
                if (gateway.SessionStartLimit is { Remaining: <= 0, ResetAfter: { } reset })
                {
                    LogNoSessions(bot.Name, TimeSpan.FromMilliseconds(reset).TotalMinutes);
                    await Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(reset, 1000, TimeSpan.FromDays(1).TotalMilliseconds)), time, cancellation);
                    continue;
                }

                if (Uri.TryCreate(gateway.Url, UriKind.Absolute, out var url) && url.Scheme is "ws" or "wss")
                    return (url, Math.Max(gateway.SessionStartLimit?.MaxConcurrency ?? 1, 1));
                throw new DiscordException(PlatformProblem.Unknown, "Discord does not say where its gateway is.");
            }
            catch (DiscordException failure) when (failure.IsPassing)
            {
                LogNoGateway(bot.Name, failure.Message);
                await Task.Delay(failure.RetryAfter ?? pause, time, cancellation);
                pause = pause * 2 < ReconnectPause.Longest ? pause * 2 : ReconnectPause.Longest;
            }
        }
    }

    private async Task Pass(Lease turn)
    {
        await using (turn)
            await Task.Delay(BeginInterval, time, CancellationToken.None);
    }

    /// <summary>Writes down now and then how far the session is.</summary>
    private async Task Keep(DiscordBot bot, Shard shard, ShardConnection connection, Dispatches dispatches, CancellationToken cancellation)
    {
        var kept = default(GatewaySession);
        while (true)
        {
            await Task.Delay(KeepInterval, time, cancellation);
            try
            {
                if (connection is { IsReady: true, Session: { } session } && session with { Number = dispatches.Confirmed } is var now && now != kept)
                    await Keep(bot, shard, kept = now, cancellation);
            }
            catch (NpgsqlException failure)
            {
                LogNotKept(bot.Name, failure.Message);
            }
        }
    }

    private async Task Keep(DiscordBot bot, Shard shard, GatewaySession? session, CancellationToken cancellation)
    {
        await channels.Flush(cancellation);
        if (session is not null)
            await sessions.Keep(bot.Id, shard, session, cancellation);
        else
            await sessions.Forget(bot.Id, shard, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot}, shard {Shard}: the connection to Discord has ended: {Reason}")]
    private partial void LogEnded(string bot, Shard shard, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Bot {Bot} has begun as many sessions as Discord allows; it waits for {Minutes:0} minutes")]
    private partial void LogNoSessions(string bot, double minutes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot}: Discord does not say where its gateway is: {Reason}")]
    private partial void LogNoGateway(string bot, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot}: it cannot be kept how far its session is: {Reason}")]
    private partial void LogNotKept(string bot, string reason);
}
