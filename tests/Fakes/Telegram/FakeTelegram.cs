using System.Globalization;

namespace Bus.Fakes.Telegram;

/// <summary>
/// A server of the Bot API on this machine that behaves as Telegram's own, with what people do and see beside it.
/// All of it may be used from any thread; lists are snapshots.
/// </summary>
public sealed partial class FakeTelegram : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, FakeBot> bots = [];
    private readonly List<FakeChat> chats = [];
    private readonly List<FakeCall> calls = [];
    private readonly Dictionary<string, FakeFile> files = [];
    private readonly HashSet<string> callbacks = [];
    private Server? server;
    private long number;

    private FakeTelegram(TimeProvider time) => (Time, Faults) = (time, new Faults(this));

    /// <summary>What TELEGRAM_API_URL is set to.</summary>
    public Uri Url => server!.Url;

    /// <summary>Every call there was, in the order they came.</summary>
    public IReadOnlyList<FakeCall> Calls => Locked(() => (IReadOnlyList<FakeCall>)[.. calls]);

    public IReadOnlyList<FakeChat> Chats => Locked(() => (IReadOnlyList<FakeChat>)[.. chats]);

    /// <summary>Whether bots can show what they are writing; if not, there is no such method.</summary>
    public bool HasDrafts { get; set; } = true;

    /// <summary>The pause before a webhook is tried again the first time; it doubles up to a minute.</summary>
    public TimeSpan WebhookPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether updates come with the secret that was set; other servers forget it.</summary>
    public bool SendsWebhookSecret { get; set; } = true;

    internal TimeProvider Time { get; }

    internal DateTimeOffset Now => Time.GetUtcNow();

    internal Changes Changes { get; } = new();

    internal Faults Faults { get; }

    public static async Task<FakeTelegram> Start(int port = 0, TimeProvider? time = null)
    {
        var telegram = new FakeTelegram(time ?? TimeProvider.System);
        telegram.server = await Server.Start(telegram, port);
        return telegram;
    }

    /// <summary>Registers a bot. Its id is the number before the colon of the token.</summary>
    public FakeBot AddBot(string token, string username, bool canJoinGroups = true) => Locked(() => bots[token] = new FakeBot(this, token, username, canJoinGroups));

    /// <summary>Makes a token worthless, as its maker can.</summary>
    public void Revoke(FakeBot bot)
    {
        Locked(() => bots.Remove(bot.Token));
        bot.Webhook?.Close();
    }

    /// <summary>A group with the bots that there are, or with these.</summary>
    public FakeChat Group(string title, long? id = null, IReadOnlyList<FakeBot>? bots = null) =>
        With(new FakeChat(this, id ?? -4_000_000 - NextNumber(), "group") { Title = title }, bots);

    /// <summary>A supergroup with the bots that there are, or with these.</summary>
    public FakeChat Supergroup(string title, bool isForum = false, long? id = null, string? username = null, IReadOnlyList<FakeBot>? bots = null) =>
        With(new FakeChat(this, id ?? -1_001_000_000_000 - NextNumber(), "supergroup") { Title = title, IsForum = isForum, Username = username }, bots);

    /// <summary>Waits until all is as wanted.</summary>
    public Task Until(Func<FakeTelegram, bool> wanted, TimeSpan? timeout = null) =>
        Changes.Until(() => wanted(this) ? (true, true) : (false, false), timeout, Dump);

    /// <summary>Waits until there is one, and gives it.</summary>
    public async Task<T> Until<T>(Func<FakeTelegram, T?> wanted, TimeSpan? timeout = null)
        where T : class =>
        (await Changes.Until(() => wanted(this) is { } found ? (true, found) : (false, null), timeout, Dump))!;

    public async ValueTask DisposeAsync()
    {
        foreach (var bot in Locked(() => bots.Values.ToList()))
            await (bot.Webhook?.DisposeAsync() ?? ValueTask.CompletedTask);
        await server!.DisposeAsync();
    }

    internal T Locked<T>(Func<T> look)
    {
        lock (gate)
            return look();
    }

    internal FakeBot? FindBot(string token) => Locked(() => bots.GetValueOrDefault(token));

    internal FakeChat? FindChat(FakeBot bot, string id) => Locked(() => long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var known)
        ? bot.FindPrivateChat(known) ?? chats.Find(chat => chat.Id == known && !chat.IsPrivate)
        : chats.Find(chat => chat.Username is not null && id.Equals($"@{chat.Username}", StringComparison.OrdinalIgnoreCase)));

    internal void Add(FakeChat chat) => Locked(() =>
    {
        chats.Add(chat);
        return 0;
    });

    internal FakeCall Note(string method, FakeBot bot, Arguments arguments, int remotePort = 0)
    {
        var call = Locked(() =>
        {
            calls.Add(new FakeCall(calls.Count + 1, method, bot, arguments, Now, remotePort));
            return calls[^1];
        });
        Changes.Raise();
        return call;
    }

    internal void Answered(FakeCall call, int status, string? description)
    {
        (call.Description, call.AnsweredAt, call.Status) = (description, Now, status);
        Changes.Raise();
    }

    internal long NextNumber() => Interlocked.Increment(ref number);

    internal FakeFile Keep(FakeFile file) => Locked(() =>
    {
        file = file with { Id = $"{file.Kind}-{NextNumber()}" };
        return files[file.Id] = file;
    });

    // The sizes of a photo have their own ids.
    internal FakeFile? FindFile(string id) => Locked(() =>
        files.GetValueOrDefault(id) ?? (id.Length > 2 && id[^2] == '-' ? files.GetValueOrDefault(id[..^2]) : null));

    internal FakeFile? FindPath(string path) => Locked(() => files.Values.FirstOrDefault(file => file.Path == path));

    internal string NewCallback() => Locked(() =>
    {
        var id = $"{4_000_000_000_000 + NextNumber()}";
        callbacks.Add(id);
        return id;
    });

    internal bool EndCallback(string id) => Locked(() => callbacks.Remove(id));

    internal string Dump() => string.Join('\n', [.. Chats.Select(chat => chat.ToString()), "calls:", .. Calls.TakeLast(30).Select(call => $"  {call}")]);

    private FakeChat With(FakeChat chat, IReadOnlyList<FakeBot>? members) => Locked(() =>
    {
        foreach (var bot in members ?? [.. bots.Values.Where(bot => bot.CanJoinGroups)])
            chat.Memberships[bot] = Membership.Member;
        chats.Add(chat);
        return chat;
    });
}
