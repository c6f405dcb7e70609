using System.Net.WebSockets;
using System.Text.Json;
using Bus.Contracts;
using Bus.Ingress.Discord.Bots;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Discord.Gateway;

/// <summary>One connection of a shard, from hello to its end (https://discord.com/developers/docs/events/gateway).</summary>
/// <param name="bot">The bot.</param>
/// <param name="shard">The shard.</param>
/// <param name="dispatches">Takes in what is told.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
internal sealed partial class ShardConnection(DiscordBot bot, Shard shard, Dispatches dispatches, TimeProvider time, ILogger log)
{
    private const string PrivateKey = "private";

    private static readonly TimeSpan HelloPatience = TimeSpan.FromSeconds(15);

    private long? lastNumber;
    private Heartbeat? heartbeat;

    /// <summary>The session, as far as it is known.</summary>
    public GatewaySession? Session { get; private set; }

    /// <summary>The session has begun, or goes on.</summary>
    public bool IsReady { get; private set; }

    /// <summary>The other side has said hello.</summary>
    public bool IsGreeted { get; private set; }

    /// <summary>Until the connection ends.</summary>
    /// <param name="gateway">Where.</param>
    /// <param name="session">The session to go on with; null begins one.</param>
    /// <param name="cancellation">Leaves; the session stays.</param>
    public async Task<GatewayEnd> Run(Uri gateway, GatewaySession? session, CancellationToken cancellation)
    {
        Session = session;
        await using var connection = new GatewayConnection(time);
        try
        {
            await connection.Connect(gateway, cancellation);
            return await Hello(connection, cancellation) is { } interval ? await Live(connection, interval, session, cancellation) : connection.End;
        }
        catch (Exception failure) when (IsLoss(failure) && !cancellation.IsCancellationRequested)
        {
            await connection.Leave("unreadable");
            return connection.End with { Reason = $"{connection.End.Reason} ({failure.Message})" };
        }
    }

    private async Task<GatewayEnd> Live(GatewayConnection connection, TimeSpan interval, GatewaySession? session, CancellationToken cancellation)
    {
        IsGreeted = true;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        heartbeat = new Heartbeat(connection, interval, Random.Shared.NextDouble(), () => lastNumber, time);
        var beating = heartbeat.Run(ended.Token);
        var reading = Greet(connection, session, ended.Token, cancellation);
        var isSilent = await Task.WhenAny(beating, reading) == beating && beating.IsCompletedSuccessfully;
        if (isSilent)
            await connection.Leave("no heartbeat was answered");
        await ended.CancelAsync();
        await Task.WhenAll(beating, reading).ContinueWith(_ => { }, TaskScheduler.Default);
        if (isSilent)
            return new GatewayEnd(Next.Resume, "no heartbeat was answered");
        if (beating.IsFaulted && reading.IsCanceled)
            await beating;
        return await reading;
    }

    private static bool IsLoss(Exception failure) => failure is WebSocketException or IOException or JsonException or InvalidOperationException;

    private async Task<TimeSpan?> Hello(GatewayConnection connection, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(HelloPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            while (await connection.Read(either.Token) is { } payload)
            {
                if (payload.Op == Opcodes.Hello && payload.D.TryGetProperty("heartbeat_interval", out var interval) && interval.TryGetDouble(out var milliseconds) && milliseconds > 0)
                    return TimeSpan.FromMilliseconds(milliseconds);
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new WebSocketException("The gateway does not say hello.");
        }
    }

    private async Task<GatewayEnd> Greet(GatewayConnection connection, GatewaySession? session, CancellationToken cancellation, CancellationToken stopping)
    {
        lastNumber = session?.Number;
        dispatches.Begin(session?.Number ?? 0);
        if (session is not null)
        {
            await connection.Send(Opcodes.Resume, new { token = bot.Token, session_id = session.Id, seq = session.Number }, cancellation);
        }
        else
        {
            await connection.Send(Opcodes.Identify, new
            {
                token = bot.Token,
                intents = Intents.Wanted,
                shard = new[] { shard.Number, shard.Count },
                properties = new { os = "linux", browser = "bus", device = "bus" },
                large_threshold = 50,
                compress = false,
            }, cancellation);
        }

        return await Read(connection, cancellation, stopping);
    }

    private async Task<GatewayEnd> Read(GatewayConnection connection, CancellationToken cancellation, CancellationToken stopping)
    {
        while (await connection.Read(cancellation) is { } payload)
        {
            switch (payload.Op)
            {
                case Opcodes.Dispatch when payload is { S: { } number, T: { } name }:
                    lastNumber = number;
                    Told(new Dispatch(number, name, payload.D), stopping);
                    if (dispatches.Count < Limits.MostWaitingDispatches)
                        break;
                    await connection.Leave("too much waits to be taken in");
                    return new GatewayEnd(Next.Resume, "too much waits to be taken in");
                case Opcodes.Heartbeat:
                    await heartbeat!.Beat(cancellation);
                    break;
                case Opcodes.HeartbeatAck:
                    heartbeat!.Answered();
                    break;
                case Opcodes.Reconnect:
                    await connection.Leave("told to reconnect");
                    return new GatewayEnd(Next.Resume, "told to reconnect");
                case Opcodes.InvalidSession:
                    await connection.Leave("invalid session");
                    return new GatewayEnd(payload.D.ValueKind == JsonValueKind.True ? Next.Resume : Next.Identify, "the session is invalid");
            }
        }

        return connection.End;
    }

    private void Told(Dispatch dispatch, CancellationToken stopping)
    {
        switch (dispatch.Name)
        {
            case "READY" when dispatch.Read<Ready>() is { SessionId: { } id, ResumeGatewayUrl: { } url } ready && Uri.TryCreate(url, UriKind.Absolute, out var resume):
                (Session, IsReady) = (new GatewaySession(id, resume, dispatch.Number), true);
                if (ready.User is { Id: not null } me)
                    bot.IsCalled(me);
                LogReady(bot.Name, ready.User?.Username, shard, ready.Guilds?.Count ?? 0);
                break;
            case "RESUMED":
                IsReady = true;
                LogResumed(bot.Name, shard);
                break;
        }

        if (KeyOf(dispatch) is { } key)
            dispatches.Add(key, Behind(dispatch), dispatch, stopping); // the end of the connection does not end it
        else
            dispatches.Pass(dispatch.Number);
    }

    /// <summary>What has to be taken in one after the other; null when it need not be taken in.</summary>
    private static string? KeyOf(Dispatch dispatch) => dispatch.Name switch
    {
        "MESSAGE_CREATE" or "MESSAGE_UPDATE" or "MESSAGE_DELETE" or "MESSAGE_DELETE_BULK" => dispatch.Id("channel_id") ?? "",
        "INTERACTION_CREATE" or "CHANNEL_CREATE" or "CHANNEL_UPDATE" or "CHANNEL_DELETE" or "THREAD_CREATE" or "THREAD_UPDATE" or "THREAD_DELETE" =>
            dispatch.Id("id") ?? "",
        "GUILD_CREATE" => GuildKey(dispatch.Id("id")),
        "READY" => PrivateKey,
        _ => null,
    };

    /// <summary>What was missed in a guild, or in private chats, comes before what is said there now.</summary>
    private static string? Behind(Dispatch dispatch) => !dispatch.Name.StartsWith("MESSAGE_", StringComparison.Ordinal) ? null
        : dispatch.Id("guild_id") is { } guild ? GuildKey(guild) : PrivateKey;

    private static string GuildKey(string? guild) => $"guild {guild}";

    [LoggerMessage(Level = LogLevel.Information, Message = "Bot {Bot} (@{Name}) listens to Discord, shard {Shard}, {Guilds} guilds")]
    private partial void LogReady(string bot, string? name, Shard shard, int guilds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Bot {Bot} listens to Discord again, shard {Shard}")]
    private partial void LogResumed(string bot, Shard shard);
}
