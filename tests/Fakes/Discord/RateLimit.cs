namespace Bus.Fakes.Discord;

/// <summary>About what Discord lets pass: some calls per bucket and window, and fifty a second in all.</summary>
internal sealed class RateLimit
{
    private const int MostPerSecond = 50;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Window> windows = [];

    /// <summary>How long the call would have to wait; if it need not, it counts.</summary>
    public (TimeSpan For, bool IsGlobal)? Wait(FakeCall call, DateTimeOffset now)
    {
        var all = Buckets.IsOfInteraction(call) ? null : Open($"all of {call.Bot?.Id}", MostPerSecond, Second, now);
        if (all is { Left: 0 })
            return (all.End - now, true);
        var own = Buckets.LimitOf(call) is { } limit ? Open($"{call.Bot?.Id} {Buckets.Of(call)}", limit.Calls, limit.In, now) : null;
        if (own is { Left: 0 })
            return (own.End - now, false);
        if (all is not null)
            all.Left--;
        if (own is not null)
            own.Left--;
        return null;
    }

    /// <summary>What is left in the bucket of the call, and until when.</summary>
    public (int Left, DateTimeOffset End)? State(FakeCall call) =>
        windows.TryGetValue($"{call.Bot?.Id} {Buckets.Of(call)}", out var window) ? (window.Left, window.End) : null;

    private Window Open(string key, int calls, TimeSpan length, DateTimeOffset now) =>
        windows.TryGetValue(key, out var window) && window.End > now ? window : windows[key] = new Window(now + length) { Left = calls };

    private sealed record Window(DateTimeOffset End)
    {
        public int Left { get; set; }
    }
}
