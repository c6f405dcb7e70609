namespace Bus.Fakes.Discord;

/// <summary>Discord's numbers.</summary>
public enum ChannelType
{
    Text = 0,
    Private = 1,
    Voice = 2,
    Category = 4,
    Announcement = 5,
    Thread = 11,
    Forum = 15,
}

/// <summary>A place to talk: a channel or a thread of a guild, or that of a person with a bot.</summary>
public sealed partial class FakeChannel
{
    private readonly List<FakeMessage> messages = [];
    private readonly List<FakeTyping> typings = [];
    private readonly Dictionary<FakeBot, Permissions> denied = [];

    internal FakeChannel(FakeDiscord discord, ulong id, ChannelType type, string name) => (Discord, Id, Type, Name) = (discord, id, type, name);

    public FakeDiscord Discord { get; }

    public ulong Id { get; }

    public ChannelType Type { get; }

    public string Name { get; }

    public FakeGuild? Guild { get; internal init; }

    /// <summary>The category of a channel, or the channel of a thread.</summary>
    public FakeChannel? Parent { get; internal init; }

    /// <summary>The person, when it is private.</summary>
    public FakeUser? Recipient { get; internal init; }

    public bool IsDeleted { get; internal set; }

    /// <summary>Whether the person lets nobody write here.</summary>
    public bool IsClosed { get; set; }

    public bool IsPrivate => Type == ChannelType.Private;

    public bool IsThread => Type == ChannelType.Thread;

    /// <summary>All that was ever said, deleted and ephemeral ones too.</summary>
    public IReadOnlyList<FakeMessage> Messages => Discord.Locked(() => (IReadOnlyList<FakeMessage>)[.. messages]);

    /// <summary>What everybody here sees.</summary>
    public IReadOnlyList<FakeMessage> Visible => [.. Messages.Where(message => !message.IsDeleted && !message.IsEphemeral)];

    /// <summary>What bots said and everybody sees.</summary>
    public IReadOnlyList<FakeMessage> Answers => [.. Visible.Where(message => message.Author.IsBot)];

    /// <summary>When bots and people showed that they were writing.</summary>
    public IReadOnlyList<FakeTyping> Typings => Discord.Locked(() => (IReadOnlyList<FakeTyping>)[.. typings]);

    internal FakeBot? PrivateOf { get; init; }

    internal FakeUser? StartedBy { get; init; }

    internal ulong? LastMessageId => messages.Count == 0 ? null : messages[^1].Id;

    /// <summary>A message by its id.</summary>
    public FakeMessage this[ulong messageId] => Find(messageId) ?? throw new ArgumentException($"There is no message {messageId}:\n{this}");

    /// <summary>What one person sees: the ephemeral ones as well that are for that person.</summary>
    public IReadOnlyList<FakeMessage> VisibleTo(FakeUser user) =>
        [.. Messages.Where(message => !message.IsDeleted && (!message.IsEphemeral || message.Interaction?.User.Id == user.Id))];

    /// <summary>Forbids a bot something here; it is told that the channel changed.</summary>
    public void Deny(FakeBot bot, Permissions what) => Permit(bot, known => known | what);

    public void Allow(FakeBot bot, Permissions what) => Permit(bot, known => known & ~what);

    /// <summary>Waits until the channel is as wanted.</summary>
    public Task Until(Func<FakeChannel, bool> wanted, TimeSpan? timeout = null) =>
        Discord.Changes.Until(() => wanted(this) ? (true, true) : (false, false), timeout, Discord.Dump);

    /// <summary>Waits until there is one, and gives it.</summary>
    public async Task<T> Until<T>(Func<FakeChannel, T?> wanted, TimeSpan? timeout = null)
        where T : class =>
        (await Discord.Changes.Until(() => wanted(this) is { } found ? (true, found) : (false, null), timeout, Discord.Dump))!;

    /// <summary>Waits for a message of a bot with this text.</summary>
    public Task<FakeMessage> Shows(string text, TimeSpan? timeout = null) => Until(channel => channel.Answers.LastOrDefault(message => message.Text == text), timeout);

    public override string ToString() => $"{Type} {Id} {Name}{(IsDeleted ? " (deleted)" : "")}{string.Concat(Messages.Select(message => $"\n  {message}"))}";

    internal FakeMessage? Find(ulong messageId) => Discord.Locked(() => IndexOf(messageId) is >= 0 and var index ? messages[index] : null);

    internal FakeMessage? FindShown(ulong? messageId) => messageId is { } id && Find(id) is { IsDeleted: false } message ? message : null;

    /// <summary>The bots that are told of it, if their permissions are enough.</summary>
    internal IEnumerable<FakeBot> Audience(Permissions needed) =>
        (Guild?.Bots ?? [PrivateOf!]).Where(bot => (PermissionsOf(bot) & needed) == needed);

    /// <summary>Those of a thread are those of its channel.</summary>
    internal Permissions PermissionsOf(FakeBot bot) => IsThread ? Parent!.PermissionsOf(bot) & ~denied.GetValueOrDefault(bot) : Permissions.Usual & ~denied.GetValueOrDefault(bot);

    internal IReadOnlyDictionary<FakeBot, Permissions> Denied => denied;

    /// <summary>Says it: with an id, for people and for all bots that listen.</summary>
    internal FakeMessage Add(FakeMessage message) => Discord.Locked(() =>
    {
        message = message with { Id = Discord.NextId() };
        messages.Add(message);
        if (!message.Author.IsBot)
            Guild?.Meet(message.Author);
        if (!message.IsEphemeral)
            Tell("MESSAGE_CREATE", session => Wire.Heard(message, session));
        Discord.Changes.Raise();
        return message;
    });

    internal FakeMessage Replace(FakeMessage message, bool isTold = true) => Discord.Locked(() =>
    {
        messages[IndexOf(message.Id)] = message;
        if (isTold && !message.IsEphemeral)
            Tell("MESSAGE_UPDATE", session => Wire.Heard(message, session));
        Discord.Changes.Raise();
        return message;
    });

    internal void Show(FakeTyping typing) => Discord.Locked(() =>
    {
        typings.Add(typing);
        Discord.Gateway.Dispatch(this, Permissions.ViewChannel, IsPrivate ? Intents.DirectMessageTyping : Intents.GuildMessageTyping, "TYPING_START", _ => Wire.Typing(this, typing));
        Discord.Changes.Raise();
        return 0;
    });

    internal void Tell(string name, Func<GatewaySession, System.Text.Json.Nodes.JsonObject> data) =>
        Discord.Gateway.Dispatch(this, Permissions.ViewChannel, IsPrivate ? Intents.DirectMessages : Intents.GuildMessages, name, data);

    private int IndexOf(ulong messageId)
    {
        var (low, high) = (0, messages.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (messages[middle].Id == messageId)
                return middle;
            (low, high) = messages[middle].Id < messageId ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private void Permit(FakeBot bot, Func<Permissions, Permissions> change) => Discord.Locked(() =>
    {
        var before = PermissionsOf(bot);
        denied[bot] = change(denied.GetValueOrDefault(bot));
        if (Guild is not null && ((before | PermissionsOf(bot)) & Permissions.ViewChannel) != 0)
            Discord.Gateway.Dispatch(bot, Guild, Intents.Guilds, IsThread ? "THREAD_UPDATE" : "CHANNEL_UPDATE", _ => Wire.Channel(this));
        Discord.Changes.Raise();
        return 0;
    });
}
