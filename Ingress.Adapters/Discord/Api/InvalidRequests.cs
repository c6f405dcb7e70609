using Bus.Contracts;

namespace Bus.Ingress.Discord.Api;

/// <summary>
/// Whoever is refused ten thousand times within ten minutes (401, 403, 429) is shut out by address. Long before that nothing is called any more;
/// other processes may have the same address.
/// </summary>
internal sealed class InvalidRequests(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Queue<DateTimeOffset> refused = new();

    /// <summary>How long to call nothing; null when calls may be made.</summary>
    public TimeSpan? Wait
    {
        get
        {
            lock (gate)
            {
                var now = time.GetUtcNow();
                while (refused.TryPeek(out var oldest) && oldest + Window <= now)
                    refused.Dequeue();
                return refused.Count < Limits.MostRefusedCalls ? null : refused.Peek() + Window - now;
            }
        }
    }

    /// <summary>A call was refused.</summary>
    public void Add()
    {
        lock (gate)
            refused.Enqueue(time.GetUtcNow());
    }
}
