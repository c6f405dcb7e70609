namespace Bus.Fakes.Telegram;

/// <summary>A chat as people see it: with one bot, or a group. Ids of messages count from 1 in each.</summary>
public sealed partial class FakeChat
{
    private static readonly TimeSpan DraftLifetime = TimeSpan.FromSeconds(30);

    private readonly List<FakeMessage> messages = [];
    private readonly List<FakeDraft> drafts = [];
    private readonly List<FakeAction> actions = [];
    private readonly Dictionary<long, string> topics = [];
    private FakeBot? lastToSpeak;

    internal FakeChat(FakeTelegram telegram, long id, string kind) => (Telegram, Id, Kind) = (telegram, id, kind);

    public FakeTelegram Telegram { get; }

    public long Id { get; }

    /// <summary>private, group or supergroup.</summary>
    public string Kind { get; }

    public string? Title { get; internal init; }

    public string? Username { get; init; }

    public bool IsForum { get; internal init; }

    /// <summary>The person, when it is private.</summary>
    public FakeUser? User { get; internal init; }

    /// <summary>The supergroup that came of it.</summary>
    public FakeChat? MigratedTo { get; private set; }

    /// <summary>All that was ever said, deleted ones too.</summary>
    public IReadOnlyList<FakeMessage> Messages => Telegram.Locked(() => (IReadOnlyList<FakeMessage>)[.. messages]);

    /// <summary>What people still see, without messages of Telegram about the chat.</summary>
    public IReadOnlyList<FakeMessage> Visible => [.. Messages.Where(message => !message.IsDeleted && message.Service is null)];

    /// <summary>What bots said and people still see.</summary>
    public IReadOnlyList<FakeMessage> Answers => [.. Visible.Where(message => message.From.IsBot)];

    /// <summary>Drafts that are shown now.</summary>
    public IReadOnlyList<FakeDraft> Drafts => Telegram.Locked(() => (IReadOnlyList<FakeDraft>)[.. drafts.Where(draft => draft.At + DraftLifetime > Telegram.Now)]);

    public IReadOnlyList<FakeAction> Actions => Telegram.Locked(() => (IReadOnlyList<FakeAction>)[.. actions]);

    public bool IsPrivate => Kind == "private";

    internal Dictionary<FakeBot, Membership> Memberships { get; } = [];

    /// <summary>A message by its id.</summary>
    public FakeMessage this[long messageId] => Find(messageId) ?? throw new ArgumentException($"There is no message {messageId}:\n{this}");

    /// <summary>Waits until the chat is as wanted.</summary>
    public Task Until(Func<FakeChat, bool> wanted, TimeSpan? timeout = null) =>
        Telegram.Changes.Until(() => wanted(this) ? (true, true) : (false, false), timeout, Telegram.Dump);

    /// <summary>Waits until there is one, and gives it.</summary>
    public async Task<T> Until<T>(Func<FakeChat, T?> wanted, TimeSpan? timeout = null)
        where T : class =>
        (await Telegram.Changes.Until(() => wanted(this) is { } found ? (true, found) : (false, null), timeout, Telegram.Dump))!;

    /// <summary>Waits for a message of a bot with this text.</summary>
    public Task<FakeMessage> Shows(string text, TimeSpan? timeout = null) => Until(chat => chat.Answers.LastOrDefault(message => message.Text == text), timeout);

    public override string ToString() => $"{Kind} {Id} {Title ?? User?.FirstName}{string.Concat(Messages.Select(message => $"\n  {message}"))}{string.Concat(Drafts.Select(draft => $"\n  (draft {draft.Id}) {draft.Text}"))}";

    internal FakeMessage? Find(long? messageId) => Telegram.Locked(() => messageId >= 1 && messageId <= messages.Count ? messages[(int)messageId - 1] : null);

    internal FakeMessage? FindShown(long? messageId) => Find(messageId) is { IsDeleted: false } message ? message : null;

    internal string? TopicName(long topic) => topics.GetValueOrDefault(topic);

    internal FakeMessage Add(FakeMessage message, FakeBot? by = null)
    {
        Telegram.Locked(() =>
        {
            message = message with { Id = messages.Count + 1 };
            messages.Add(message);
            if (by is not null)
            {
                lastToSpeak = by;
                drafts.Clear();
            }

            return 0;
        });
        Telegram.Changes.Raise();
        return message;
    }

    internal FakeMessage Replace(FakeMessage message)
    {
        Telegram.Locked(() => messages[(int)message.Id - 1] = message);
        Telegram.Changes.Raise();
        return message;
    }

    internal void Show(FakeDraft draft)
    {
        Telegram.Locked(() => drafts.RemoveAll(other => other.Id == draft.Id));
        Telegram.Locked(() =>
        {
            drafts.Add(draft);
            return 0;
        });
        Telegram.Changes.Raise();
    }

    internal void Show(FakeAction action)
    {
        Telegram.Locked(() =>
        {
            actions.Add(action);
            return 0;
        });
        Telegram.Changes.Raise();
    }
}
