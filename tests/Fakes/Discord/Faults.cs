namespace Bus.Fakes.Discord;

/// <summary>Decides what a call meets.</summary>
internal sealed class Faults(FakeDiscord discord)
{
    private readonly List<Rule> rules = [];
    private readonly Dictionary<string, Window> windows = [];
    private int callsInsideWindows;

    public int CallsInsideWindows => callsInsideWindows;

    public Func<FakeCall, Failure?>? Plan { get; set; }

    public RateLimit Limit { get; } = new();

    public void Add(string? route, ulong? channel, Failure failure, int times) => discord.Locked(() =>
    {
        rules.Add(new Rule(route, channel, failure) { Left = times });
        return 0;
    });

    public void Heal()
    {
        Plan = null;
        discord.Locked(() => rules.RemoveAll(_ => true));
    }

    public Failure? Of(FakeCall call) => discord.Locked(() =>
    {
        var failure = InWindow(call) ?? NextRule(call) ?? Plan?.Invoke(call);
        if (failure is null && discord.LimitsRate && Limit.Wait(call, discord.Now) is { } wait)
            failure = Failure.TooMany(wait.For.TotalSeconds, wait.IsGlobal ? LimitScope.Global : LimitScope.User);
        if (failure?.TooManyCalls is { } told && Key(call, told) is var key && (!windows.TryGetValue(key, out var known) || known.End <= discord.Now))
            windows[key] = new Window(discord.Now.AddSeconds(told.Seconds), told);
        return failure;
    });

    // What comes before the time that was told is counted, whether it is refused or not.
    private Failure? InWindow(FakeCall call)
    {
        foreach (var key in (string[])[GlobalKey(call), RouteKey(call)])
        {
            if (!windows.TryGetValue(key, out var window))
                continue;
            if (window.End <= discord.Now)
            {
                windows.Remove(key);
                continue;
            }

            callsInsideWindows++;
            return window.Told.StaysInForce
                ? Failure.TooMany((window.End - discord.Now).TotalSeconds, window.Told.Scope, staysInForce: true, window.Told.Html)
                : null;
        }

        return null;
    }

    private Failure? NextRule(FakeCall call)
    {
        var rule = rules.Find(rule => (rule.Route is null || call.Is(rule.Route)) && (rule.Channel is null || rule.Channel == call.ChannelId));
        if (rule is not null && --rule.Left <= 0)
            rules.Remove(rule);
        return rule?.Failure;
    }

    private static string Key(FakeCall call, TooManyCalls told) => told.Scope == LimitScope.Global || told.Html ? GlobalKey(call) : RouteKey(call);

    // Interactions are not counted with the rest.
    private static string GlobalKey(FakeCall call) => Buckets.IsOfInteraction(call) ? "of no bot" : $"all of {call.Bot?.Id}";

    private static string RouteKey(FakeCall call) => $"{call.Bot?.Id} {Buckets.Of(call)}";

    private sealed record Rule(string? Route, ulong? Channel, Failure Failure)
    {
        public int Left { get; set; }
    }

    private sealed record Window(DateTimeOffset End, TooManyCalls Told);
}
