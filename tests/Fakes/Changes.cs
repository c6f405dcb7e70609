namespace Bus.Fakes;

/// <summary>Tells whoever waits that something is different now.</summary>
internal sealed class Changes
{
    /// <summary>Long, since a machine may be busy with other tests; nobody waits for what does not come but a test that fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private TaskCompletionSource next = New();

    /// <summary>Taken before looking, so that no change between looking and waiting is missed.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    public void Raise() => Interlocked.Exchange(ref next, New()).SetResult();

    /// <summary>Looks again after each change until there is an answer. Patience is real time, also when the fake's clock is not.</summary>
    public async Task<T> Until<T>(Func<(bool IsThere, T Answer)> look, TimeSpan? timeout, Func<string> dump)
    {
        using var patience = new CancellationTokenSource(timeout ?? Patience);
        while (true)
        {
            var change = Next;
            var (isThere, answer) = look();
            if (isThere)
                return answer;
            try
            {
                await change.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Not within {timeout ?? Patience}. There was:\n{dump()}");
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
