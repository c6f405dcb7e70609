namespace Bus.Ingress.Discord.Gateway;

/// <summary>
/// What a session has told, on its way to the broker: of one channel one after the other, of several at the same time. It knows up to
/// which number all is there, so that a session is gone on with from there.
/// </summary>
/// <param name="prepare">Does what cannot wait for others.</param>
/// <param name="take">Takes one in; it fails only when it is told to give up.</param>
internal sealed class Dispatches(Func<Dispatch, CancellationToken, Task> prepare, Func<Dispatch, CancellationToken, Task> take) : IDisposable
{
    private const int MostAtOnce = 16;

    private readonly Lock gate = new();
    private readonly SemaphoreSlim places = new(MostAtOnce);
    private readonly Dictionary<string, Task> last = new(StringComparer.Ordinal);
    private readonly SortedSet<long> waiting = [];
    private TaskCompletionSource empty = Done();
    private long newest;

    /// <summary>How many are on their way.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    /// <summary>All up to this number are taken in.</summary>
    public long Confirmed
    {
        get
        {
            lock (gate)
                return waiting.Count > 0 ? waiting.Min - 1 : newest;
        }
    }

    /// <summary>Another session begins, or the same from a number on; nothing is on its way.</summary>
    public void Begin(long number)
    {
        lock (gate)
            newest = number;
    }

    /// <summary>There is nothing to take in with this number.</summary>
    public void Pass(long number)
    {
        lock (gate)
            newest = Math.Max(newest, number);
    }

    /// <summary>Takes one in.</summary>
    /// <param name="key">Behind those with the same.</param>
    /// <param name="behind">And behind the last with this.</param>
    /// <param name="dispatch">What was told.</param>
    /// <param name="cancellation">Gives up.</param>
    public void Add(string key, string? behind, Dispatch dispatch, CancellationToken cancellation)
    {
        lock (gate)
        {
            newest = Math.Max(newest, dispatch.Number);
            if (!waiting.Add(dispatch.Number))
                return;
            if (empty.Task.IsCompleted)
                empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var before = Task.WhenAll(last.GetValueOrDefault(key, Task.CompletedTask), last.GetValueOrDefault(behind ?? key, Task.CompletedTask));
            var task = Task.Run(() => Take(before, dispatch, cancellation), CancellationToken.None);
            last[key] = task;
        }
    }

    /// <summary>Until nothing is on its way.</summary>
    public Task Drained()
    {
        lock (gate)
            return empty.Task;
    }

    public void Dispose() => places.Dispose();

    private async Task Take(Task before, Dispatch dispatch, CancellationToken cancellation)
    {
        await prepare(dispatch, cancellation);
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await places.WaitAsync(cancellation);
        try
        {
            await take(dispatch, cancellation);
        }
        finally
        {
            places.Release();
        }

        lock (gate)
        {
            waiting.Remove(dispatch.Number);
            if (waiting.Count > 0)
                return;
            last.Clear();
            empty.TrySetResult();
        }
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        done.SetResult();
        return done;
    }
}
