using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <summary>The gateway: sessions, and the connections that carry them.</summary>
public sealed partial class FakeGateway
{
    internal const string Path = "/gateway";
    internal const string ResumePath = "/gateway-of-sessions";

    private readonly FakeDiscord discord;
    private readonly List<GatewayConnection> connections = [];
    private readonly List<GatewaySession> sessions = [];
    private readonly List<FakeIdentify> identifies = [];
    private readonly List<FakeResume> resumes = [];
    private readonly List<FakeHeartbeat> heartbeats = [];
    private readonly List<FakeClose> closes = [];
    private bool isHeld;
    private bool stopsAcknowledging;
    private long number;

    internal FakeGateway(FakeDiscord discord) => this.discord = discord;

    /// <summary>How often a client is asked to give a sign of life. Whoever gives none for more than twice as long is cut off.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromMilliseconds(41_250);

    /// <summary>For how long a session without a connection can be gone on with.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How many shards it recommends, and how many it insists on.</summary>
    public int RecommendedShards { get; set; } = 1;

    public int RequiredShards { get; set; } = 1;

    /// <summary>How many new sessions there may be until the count begins anew. Whoever wants more loses the token.</summary>
    public int SessionStartTotal { get; set; } = 1000;

    public int SessionStartsLeft { get; set; } = 1000;

    public TimeSpan SessionStartsResetAfter { get; set; } = TimeSpan.FromHours(14);

    /// <summary>How many shards may begin at once, and how much time has to go by in between.</summary>
    public int MaxConcurrency { get; set; } = 1;

    public TimeSpan IdentifyPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether what is sent comes in many small frames of odd length, and what is compressed in several messages as well.</summary>
    public bool SplitsFrames { get; set; }

    /// <summary>An outage: whoever connects is refused.</summary>
    public bool RefusesConnections { get; set; }

    /// <summary>A gateway that stalls: connections stay open, and nothing comes any more, not even acknowledgements.</summary>
    public bool StopsAcknowledging
    {
        get => stopsAcknowledging;
        set => Change(() => stopsAcknowledging = value);
    }

    /// <summary>Whether events are held back while all else goes on.</summary>
    public bool IsHeld
    {
        get => isHeld;
        set => Change(() => isHeld = value);
    }

    public IReadOnlyList<FakeConnection> Connections => discord.Locked(() => (IReadOnlyList<FakeConnection>)[.. connections.Select(connection => connection.ToRecord())]);

    public IReadOnlyList<FakeIdentify> Identifies => discord.Locked(() => (IReadOnlyList<FakeIdentify>)[.. identifies]);

    public IReadOnlyList<FakeResume> Resumes => discord.Locked(() => (IReadOnlyList<FakeResume>)[.. resumes]);

    public IReadOnlyList<FakeHeartbeat> Heartbeats => discord.Locked(() => (IReadOnlyList<FakeHeartbeat>)[.. heartbeats]);

    public IReadOnlyList<FakeClose> Closes => discord.Locked(() => (IReadOnlyList<FakeClose>)[.. closes]);

    /// <summary>How many connections of a bot carry a session, of one shard or of all.</summary>
    public int Live(FakeBot bot, int? shard = null) => Connections.Count(connection => connection.Bot == bot && connection.SessionId is not null && (shard is null || connection.Shard == shard));

    /// <summary>The most connections that ever carried sessions of one shard of a bot at the same time.</summary>
    public int MostLive { get; private set; }

    public override string ToString() => string.Join('\n', [.. Connections.Select(connection => $"  {connection}"), .. Identifies.Select(identify => $"  {identify}"), .. Resumes.Select(resume => $"  {resume}"), .. Closes.Select(close => $"  {close}")]);

    internal static Uri UrlOf(string host, string path) => new($"ws://{host}{path}");

    internal long NextNumber() => Interlocked.Increment(ref number);

    internal void Dispatch(FakeChannel channel, Permissions needed, Intents intent, string name, Func<GatewaySession, JsonObject> data)
    {
        foreach (var bot in channel.Audience(needed))
            Dispatch(bot, channel.Guild, intent, name, data);
    }

    internal void Dispatch(FakeGuild guild, Intents intent, string name, Func<GatewaySession, JsonObject> data)
    {
        foreach (var bot in guild.Bots)
            Dispatch(bot, guild, intent, name, data);
    }

    internal void Dispatch(FakeBot bot, FakeGuild? guild, Intents intent, string name, Func<GatewaySession, JsonObject> data) => discord.Locked(() =>
    {
        foreach (var session in sessions.Where(session => session.Bot == bot && session.IsFor(guild) && session.Intents.HasFlag(intent)).ToList())
            session.Add(name, data(session));
        discord.Changes.Raise();
        return 0;
    });

    private void Change(Action change)
    {
        discord.Locked(() =>
        {
            change();
            foreach (var session in sessions)
                session.Flush();
            return 0;
        });
        discord.Changes.Raise();
    }
}
