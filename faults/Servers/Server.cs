namespace Bus.Faults.Servers;

/// <summary>A server that can be ended in several ways and comes up again on the same port with the same data.</summary>
internal abstract class Server(int pid, TimeProvider time)
{
    private static readonly TimeSpan ComesUpWithin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private int pid = pid;

    /// <summary>When it was asked to end, and when it had.</summary>
    public List<(DateTimeOffset From, DateTimeOffset Until)> Ends { get; } = [];

    public abstract string Name { get; }

    /// <summary>Ends it and waits until it is gone.</summary>
    /// <exception cref="FaultsException">It was not there: then nothing would be broken, and nothing shown.</exception>
    public async Task End(string signal)
    {
        if (!Child.Runs(pid))
            throw new FaultsException($"{Name} is not there to be ended.");
        var from = time.GetUtcNow();
        await Child.Signal(pid, signal);
        await Until(() => Task.FromResult(!Child.Runs(pid)), EndsWithin, "did not end");
        Ends.Add((from, time.GetUtcNow()));
    }

    public Task Pause() => Child.Signal(pid, "STOP");

    public Task Resume() => Child.Signal(pid, "CONT");

    /// <summary>Starts it, as often as it takes: what the one before left behind may be in its way for a moment.</summary>
    public async Task Start()
    {
        pid = Launch();
        await Until(Answers, ComesUpWithin, "did not come up");

        async Task<bool> Answers()
        {
            if (await Listens())
                return true;
            if (!Child.Runs(pid))
                pid = Launch();
            return false;
        }
    }

    /// <summary>Starts the process.</summary>
    protected abstract int Launch();

    /// <summary>Whether it does its work.</summary>
    protected abstract Task<bool> Listens();

    private async Task Until(Func<Task<bool>> condition, TimeSpan limit, string otherwise)
    {
        for (var started = time.GetTimestamp(); !await condition(); await Task.Delay(LookInterval, time))
        {
            if (time.GetElapsedTime(started) > limit)
                throw new FaultsException($"{Name} {otherwise} within {limit.TotalSeconds:0} s.");
        }
    }
}
