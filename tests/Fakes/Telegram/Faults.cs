namespace Bus.Fakes.Telegram;

/// <summary>Decides what a call meets.</summary>
internal sealed class Faults(FakeTelegram telegram)
{
    private readonly List<Rule> rules = [];
    private readonly Dictionary<(FakeBot Bot, long? Chat), DateTimeOffset> windows = [];
    private readonly RateLimit limit = new();
    private int callsInsideWindows;

    public int CallsInsideWindows => callsInsideWindows;

    public Func<FakeCall, Failure?>? Plan { get; set; }

    public void Add(string? method, long? chat, Failure failure, int times) => telegram.Locked(() =>
    {
        rules.Add(new Rule(method, chat, failure) { Left = times });
        return 0;
    });

    public void Heal()
    {
        Plan = null;
        telegram.Locked(() => rules.RemoveAll(_ => true));
    }

    public Failure? Of(FakeCall call) => telegram.Locked(() =>
    {
        var failure = Window(call) ?? NextRule(call) ?? Plan?.Invoke(call);
        if (failure is null && telegram.LimitsRate && limit.Wait(call, telegram.Now) is { } wait)
            failure = Failure.TooMany((int)Math.Ceiling(wait.TotalSeconds), staysInForce: true);
        if (failure?.StaysInForce == true)
            windows.TryAdd((call.Bot, call.ChatId), telegram.Now.AddSeconds(failure.RetryAfter));
        return failure;
    });

    private Failure? Window(FakeCall call)
    {
        if (call.ChatId is null || !windows.TryGetValue((call.Bot, call.ChatId), out var end))
            return null;
        if (end <= telegram.Now)
        {
            windows.Remove((call.Bot, call.ChatId));
            return null;
        }

        callsInsideWindows++;
        return Failure.TooMany((int)Math.Ceiling((end - telegram.Now).TotalSeconds));
    }

    private Failure? NextRule(FakeCall call)
    {
        var rule = rules.Find(rule => (rule.Method?.Equals(call.Method, StringComparison.OrdinalIgnoreCase) ?? true) && (rule.Chat is null || rule.Chat == call.ChatId));
        if (rule is not null && --rule.Left <= 0)
            rules.Remove(rule);
        return rule?.Failure;
    }

    private sealed record Rule(string? Method, long? Chat, Failure Failure)
    {
        public int Left { get; set; }
    }
}
