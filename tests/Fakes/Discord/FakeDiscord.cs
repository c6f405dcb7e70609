namespace Bus.Fakes.Discord;

/// <summary>
/// A server of the REST API and the gateway on this machine that behaves as Discord's own, with what people do and see
/// beside it. All of it may be used from any thread; lists are snapshots.
/// </summary>
public sealed partial class FakeDiscord : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Snowflakes snowflakes;
    private readonly List<FakeBot> bots = [];
    private readonly HashSet<string> revoked = [];
    private readonly List<FakeGuild> guilds = [];
    private readonly Dictionary<ulong, FakeChannel> channels = [];
    private readonly Dictionary<ulong, FakeAttachment> attachments = [];
    private readonly List<FakeInteraction> interactions = [];
    private readonly List<FakeCall> calls = [];
    private readonly CancellationTokenSource ended = new();
    private Server? server;

    private FakeDiscord(TimeProvider time)
    {
        (Time, snowflakes) = (time, new Snowflakes(time));
        Faults = new Faults(this);
        Gateway = new FakeGateway(this);
    }

    /// <summary>What DISCORD_API_URL is set to; clients add the version and the route.</summary>
    public Uri Url => new(Origin, "/api");

    /// <summary>Where bots listen, and what goes wrong there.</summary>
    public FakeGateway Gateway { get; }

    /// <summary>Every call there was, in the order they came.</summary>
    public IReadOnlyList<FakeCall> Calls => Locked(() => (IReadOnlyList<FakeCall>)[.. calls]);

    public IReadOnlyList<FakeGuild> Guilds => Locked(() => (IReadOnlyList<FakeGuild>)[.. guilds]);

    public IReadOnlyList<FakeChannel> Channels => Locked(() => (IReadOnlyList<FakeChannel>)[.. channels.Values]);

    public IReadOnlyList<FakeInteraction> Interactions => Locked(() => (IReadOnlyList<FakeInteraction>)[.. interactions]);

    /// <summary>For how long the address of an attachment holds.</summary>
    public TimeSpan AttachmentLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a person waits for the first answer to a command or a button. Three seconds at Discord; a machine that is busy with other tests may take longer.</summary>
    public TimeSpan InteractionPatience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long there may be more of it.</summary>
    public TimeSpan InteractionLifetime { get; set; } = TimeSpan.FromMinutes(15);

    internal TimeProvider Time { get; }

    internal DateTimeOffset Now => Time.GetUtcNow();

    internal Changes Changes { get; } = new();

    internal Faults Faults { get; }

    internal Uri Origin => server!.Url;

    /// <summary>Cancelled when the fake is no more.</summary>
    internal CancellationToken Ended => ended.Token;

    public static async Task<FakeDiscord> Start(int port = 0, TimeProvider? time = null)
    {
        var discord = new FakeDiscord(time ?? TimeProvider.System);
        discord.server = await Server.Start(discord, port);
        return discord;
    }

    /// <summary>Registers a bot, with the privileged intents that are switched on for it. The first part of its token is its id in base64, as Discord's are.</summary>
    public FakeBot AddBot(string token, string username, Intents allows = Intents.MessageContent) => Locked(() =>
    {
        bots.Add(new FakeBot(this, IdIn(token) ?? NextId(), token, username, allows));
        return bots[^1];
    });

    private static ulong? IdIn(string token)
    {
        Span<byte> id = stackalloc byte[64];
        return System.Buffers.Text.Base64Url.IsValid(token.AsSpan(0, Math.Max(token.IndexOf('.', StringComparison.Ordinal), 0)), out var length) && length is > 0 and < 64
            && System.Buffers.Text.Base64Url.TryDecodeFromChars(token.Split('.')[0], id, out _) && ulong.TryParse(id[..length], out var number)
            ? number
            : null;
    }

    /// <summary>Makes a token worthless, as its maker can. Its sessions end.</summary>
    public void Revoke(FakeBot bot)
    {
        Locked(() => revoked.Add(bot.Token));
        Gateway.End(bot, 4004, "Authentication failed.");
    }

    /// <summary>A guild with the bots that there are, or with these.</summary>
    public FakeGuild AddGuild(string name, params IReadOnlyList<FakeBot> members) => AddGuild(name, null, members);

    /// <summary>A guild with a certain id, which decides to what shard it belongs.</summary>
    public FakeGuild AddGuild(string name, ulong? id, params IReadOnlyList<FakeBot> members) => Locked(() =>
    {
        var guild = new FakeGuild(this, id ?? NextId(), name);
        guilds.Add(guild);
        foreach (var bot in members.Count > 0 ? members : [.. bots])
            guild.Add(bot);
        return guild;
    });

    /// <summary>Waits until all is as wanted.</summary>
    public Task Until(Func<FakeDiscord, bool> wanted, TimeSpan? timeout = null) =>
        Changes.Until(() => wanted(this) ? (true, true) : (false, false), timeout, Dump);

    /// <summary>Waits until there is one, and gives it.</summary>
    public async Task<T> Until<T>(Func<FakeDiscord, T?> wanted, TimeSpan? timeout = null)
        where T : class =>
        (await Changes.Until(() => wanted(this) is { } found ? (true, found) : (false, null), timeout, Dump))!;

    /// <summary>All there is to see, for whoever waited in vain.</summary>
    public string Dump() => string.Join('\n', [.. Channels.Select(channel => channel.ToString()), "interactions:", .. Interactions.TakeLast(10).Select(interaction => $"  {interaction}"), "gateway:", Gateway.ToString(), "calls:", .. Calls.TakeLast(30).Select(call => $"  {call}")]);

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await server!.DisposeAsync();
        ended.Dispose();
    }

    internal T Locked<T>(Func<T> look)
    {
        lock (gate)
            return look();
    }

    internal ulong NextId() => Locked(snowflakes.Next);

    internal FakeBot? FindBot(string token) => Locked(() => revoked.Contains(token) ? null : bots.Find(bot => bot.Token == token));

    internal FakeBot? FindBot(ulong id) => Locked(() => bots.Find(bot => bot.Id == id));

    internal FakeGuild? FindGuild(ulong id) => Locked(() => guilds.Find(guild => guild.Id == id));

    internal FakeChannel? FindChannel(ulong id) => Locked(() => channels.GetValueOrDefault(id));

    internal FakeInteraction? FindInteraction(string token) => Locked(() => interactions.Find(interaction => interaction.Token == token));

    internal FakeAttachment? FindAttachment(ulong id) => Locked(() => attachments.GetValueOrDefault(id));

    /// <summary>Everybody who ever said something or is somewhere.</summary>
    internal FakeUser? FindUser(ulong id) => FindBot(id)?.User
        ?? Guilds.Select(guild => guild.FindMember(id)?.User).FirstOrDefault(user => user is not null)
        ?? Channels.Select(channel => channel.Recipient).FirstOrDefault(user => user?.Id == id);

    internal void Add(FakeChannel channel) => Locked(() => channels[channel.Id] = channel);

    internal void Add(FakeInteraction interaction) => Locked(() =>
    {
        interactions.Add(interaction);
        return 0;
    });

    internal FakeAttachment Keep(FakeFile file, string? description = null) => Locked(() =>
    {
        var kept = new FakeAttachment(NextId(), file) { Description = description };
        return attachments[kept.Id] = kept;
    });

    internal FakeCall Note(Func<long, FakeCall> make)
    {
        var call = Locked(() =>
        {
            calls.Add(make(calls.Count + 1));
            return calls[^1];
        });
        Changes.Raise();
        return call;
    }

    internal void Answered(FakeCall call, int? status)
    {
        (call.AnsweredAt, call.Status) = (Now, status);
        Changes.Raise();
    }
}
