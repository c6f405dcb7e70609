namespace Bus.Tests.Support;

/// <summary>Waits for something that another process does.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is as wanted.</summary>
    public static async Task<T> Get<T>(Func<Task<T>> ask, Func<T, bool> wanted)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        using var timer = new PeriodicTimer(Interval);
        while (true)
        {
            var answer = await ask();
            if (wanted(answer))
                return answer;
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"Still {answer} after {Patience.Limit.TotalSeconds} s.");
            await timer.WaitForNextTickAsync();
        }
    }
}
