namespace Bus.Ingress.Discord.Api;

/// <summary>
/// How often a bot may call what, as far as this process knows (https://discord.com/developers/docs/topics/rate-limits). Which calls share a limit,
/// and how large it is, is learned from the answers. Other processes call, too: what they use up is learned from a refusal.
/// </summary>
internal sealed class RateLimits(TimeProvider time)
{
    /// <summary>Of all calls together, in a second.</summary>
    private const int MostInSecond = 50;

    /// <summary>Beyond that, what nobody has used for long is forgotten.</summary>
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, string> hashes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Hash, string Major), Bucket> buckets = [];
    private readonly Queue<DateTimeOffset> calls = new();
    private DateTimeOffset freeAt;

    /// <summary>Takes the right to make a call.</summary>
    /// <param name="route">The call.</param>
    /// <param name="ticket">By which it is known when it comes back.</param>
    /// <returns>Null when it may be made now; else how long to wait, and whether all calls have to.</returns>
    public (TimeSpan Wait, bool IsGlobal)? Take(Route route, out long ticket)
    {
        lock (gate)
        {
            ticket = 0;
            var now = time.GetUtcNow();
            if (!route.IsFree && Global(now) is { } all)
                return (all, true);
            var bucket = BucketOf(route);
            if (bucket is not null && bucket.ResetAt > now && bucket.Left <= 0)
                return (bucket.ResetAt - now, false);
            if (bucket is not null)
            {
                // After the reset nobody knows more than the size until an answer comes.
                if (bucket.ResetAt <= now)
                    (bucket.Left, bucket.ResetAt) = (Math.Max(bucket.Size - bucket.InFlight, 1), now + Second);
                bucket.Left--;
                bucket.InFlight++;
                ticket = ++bucket.Begun;
            }

            if (!route.IsFree)
                calls.Enqueue(now);
            return null;
        }
    }

    /// <summary>A call has come back.</summary>
    /// <param name="route">The call.</param>
    /// <param name="ticket">What it was given.</param>
    /// <param name="headers">What the answer says of limits; null when there was none.</param>
    /// <param name="refusal">It was refused, because it was too much.</param>
    public void Learn(Route route, long ticket, LimitHeaders? headers, DiscordException? refusal)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (ticket > 0 && BucketOf(route) is { InFlight: > 0 } called)
                called.InFlight--;
            if (headers is { Bucket: { } hash, Limit: { } limit, Remaining: { } remaining, ResetAfter: { } resetAfter })
            {
                hashes[route.Kind] = hash;
                Keep(BucketOf(route) ?? New(hash, route.Major, now), ticket, limit, remaining, now + resetAfter);
            }

            if (refusal?.RetryAfter is not { } wanted)
                return;
            if (refusal.IsGlobal)
                freeAt = now + wanted > freeAt ? now + wanted : freeAt;
            else
                Empty(BucketOf(route) ?? New(hashes.TryGetValue(route.Kind, out var known) ? known : hashes[route.Kind] = route.Kind, route.Major, now), now + wanted);
        }
    }

    private static void Keep(Bucket bucket, long ticket, int size, int left, DateTimeOffset resetAt)
    {
        // Of answers that overtake each other that to the last call knows best; calls begun since have used up more.
        if (ticket < bucket.Answered)
            return;
        var since = ticket > 0 ? bucket.Begun - ticket : bucket.InFlight;
        (bucket.Answered, bucket.Size, bucket.Left, bucket.ResetAt) = (ticket, size, left - (int)since, resetAt);
    }

    private static void Empty(Bucket bucket, DateTimeOffset until) => (bucket.Left, bucket.ResetAt) = (0, until);

    private Bucket New(string hash, string major, DateTimeOffset now)
    {
        if (buckets.Count > MostRemembered)
            Forget(now);
        return buckets[(hash, major)] = new Bucket { Size = 1 };
    }

    private TimeSpan? Global(DateTimeOffset now)
    {
        if (freeAt > now)
            return freeAt - now;
        while (calls.TryPeek(out var oldest) && oldest + Second <= now)
            calls.Dequeue();
        return calls.Count < MostInSecond ? null : calls.Peek() + Second - now;
    }

    private Bucket? BucketOf(Route route) =>
        hashes.TryGetValue(route.Kind, out var hash) ? buckets.GetValueOrDefault((hash, route.Major)) : null;

    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, bucket) in buckets.Where(entry => entry.Value.InFlight == 0 && entry.Value.ResetAt <= now).ToList())
            buckets.Remove(key);
    }

    private sealed class Bucket
    {
        public int Size { get; set; }

        public int Left { get; set; }

        public int InFlight { get; set; }

        public long Begun { get; set; }

        public long Answered { get; set; }

        public DateTimeOffset ResetAt { get; set; }
    }
}

/// <summary>What an answer says of its limit.</summary>
internal sealed record LimitHeaders(string? Bucket, int? Limit, int? Remaining, TimeSpan? ResetAfter);
