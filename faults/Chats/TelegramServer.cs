using System.Collections.Concurrent;
using Bus.Fakes.Telegram;

namespace Bus.Faults.Chats;

/// <summary>Telegram with one bot; from time to time it is in trouble. It knows which process each call came from.</summary>
internal sealed class TelegramServer : IAsyncDisposable
{
    private const string Token = "4242:faults";
    private const double UsualTrouble = 0.02;

    private static readonly Looseness[] Loosenesses = [Looseness.Nulls | Looseness.Milliseconds, Looseness.NullResult, Looseness.BareError, Looseness.NoWaiting];

    private readonly FakeTelegram telegram;
    private readonly Random random;
    private readonly ConcurrentDictionary<long, string> pollers = new();
    private readonly ConcurrentDictionary<long, TimeSpan> windows = new();

    private TelegramServer(FakeTelegram telegram, int seed)
    {
        (this.telegram, random) = (telegram, new Random(seed));
        Bot = telegram.AddBot(Token, "counting_bot");
        Bot.SeesAllMessages = true;
        telegram.Schedule(Meets);
    }

    public Uri Url => telegram.Url;

    public FakeBot Bot { get; }

    /// <summary>What every call meets now.</summary>
    public TelegramTrouble Trouble { get; set; }

    /// <summary>No call is in trouble any more.</summary>
    public bool IsHealed { get; set; }

    /// <summary>Which process, and which of its lives, has the connection that comes from a port.</summary>
    public Func<int, string?> CallerAt { get; set; } = _ => null;

    public int CallsInsideWindows => telegram.CallsInsideWindows;

    /// <summary>How many chats it asked to be left alone.</summary>
    public int Windows => windows.Count;

    /// <summary>How many calls there were.</summary>
    public int Count => telegram.Calls.Count;

    public static async Task<TelegramServer> Start(int seed) => new(await FakeTelegram.Start(), seed);

    /// <summary>What makes a process talk to it.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?> { ["TELEGRAM_BOT_TOKEN"] = Token };

    /// <summary>A place for a conversation: by turns a private chat, a group and a topic of a forum.</summary>
    public TelegramChat Place(int conversation, int number)
    {
        var user = new FakeUser(1000 + conversation, $"Person {conversation}");
        switch (number % 4)
        {
            case 1:
                return new TelegramChat(telegram.Group($"Group {number}"), null, user, Bot.Username);
            case 3:
                var forum = telegram.Supergroup($"Forum {number}", isForum: true);
                return new TelegramChat(forum, forum.AddTopic($"Topic {number}"), user, Bot.Username);
            default:
                return new TelegramChat(Bot.PrivateChat(user), null, user, Bot.Username);
        }
    }

    /// <summary>Polls that were ended because another process asked for updates, too.</summary>
    public IReadOnlyList<Conflict> Conflicts() =>
    [
        .. telegram.Calls
            .Where(call => call is { Method: "getUpdates", Status: 409, AnsweredAt: not null })
            .Select(call => new Conflict(pollers.GetValueOrDefault(call.Number, "nobody known"), call.AnsweredAt!.Value)),
    ];

    /// <summary>Calls to chats that were to be left alone.</summary>
    public IReadOnlyList<CallTooSoon> CallsTooSoon()
    {
        var last = new Dictionary<long, FakeCall>();
        var found = new List<CallTooSoon>();
        foreach (var call in telegram.Calls)
        {
            if (windows.ContainsKey(call.Number))
                last[call.ChatId!.Value] = call;
            else if (call.Failure?.Name.StartsWith("too many", StringComparison.Ordinal) == true && call.ChatId is { } chat && last.TryGetValue(chat, out var first))
                found.Add(new CallTooSoon(chat, call.Method, first.At, first.AnsweredAt ?? first.At, call.At));
        }

        return found;
    }

    /// <summary>All that was said in chats, and every call, with the process that asked for updates.</summary>
    public IEnumerable<string> Story() =>
    [
        .. telegram.Chats.Select(chat => $"{chat}"),
        .. telegram.Calls.Select(call => $"{call} at {call.AnsweredAt:HH:mm:ss.fff} {pollers.GetValueOrDefault(call.Number)}"),
    ];

    public ValueTask DisposeAsync() => telegram.DisposeAsync();

    private Failure? Meets(FakeCall call)
    {
        if (call.Method == "getUpdates" && CallerAt(call.RemotePort) is { } caller)
            pollers[call.Number] = caller;
        lock (random)
        {
            var trouble = Trouble;
            if (trouble == TelegramTrouble.None && !IsHealed && random.NextDouble() < UsualTrouble)
                trouble = (TelegramTrouble)random.Next(1, 1 + (int)TelegramTrouble.Loose);
            return Failure(trouble, call);
        }
    }

    private Failure? Failure(TelegramTrouble trouble, FakeCall call) => trouble switch
    {
        TelegramTrouble.TooManyRequests => TooMany(call),
        TelegramTrouble.ServerError => Fakes.Telegram.Failure.Status(500, "Internal Server Error"),
        TelegramTrouble.BadGateway => Fakes.Telegram.Failure.ServerError,
        TelegramTrouble.CutBefore => Fakes.Telegram.Failure.CutBefore,
        TelegramTrouble.CutAfter => Fakes.Telegram.Failure.CutAfter,
        TelegramTrouble.Hang => Fakes.Telegram.Failure.Hang(applied: random.Next(2) == 0),
        TelegramTrouble.Loose => Fakes.Telegram.Failure.LooseAnswer(Loosenesses[random.Next(Loosenesses.Length)]),
        _ => null,
    };

    private Failure TooMany(FakeCall call)
    {
        if (call.ChatId is null)
            return Fakes.Telegram.Failure.TooMany(1);
        var seconds = random.Next(4, 9);
        windows[call.Number] = TimeSpan.FromSeconds(seconds);
        return Fakes.Telegram.Failure.TooMany(seconds, staysInForce: true);
    }
}

/// <summary>A poll was ended because another began.</summary>
/// <param name="Life">The process that it was answered to, and which of its lives.</param>
/// <param name="At">When.</param>
internal sealed record Conflict(string Life, DateTimeOffset At);
