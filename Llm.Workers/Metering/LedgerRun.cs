namespace Bus.Llm.Metering;

/// <summary>This run of the process, as the ledger knows it: it has streams of its own, so that no other process waits for them.</summary>
internal sealed class LedgerRun(TimeProvider time)
{
    /// <summary>How long a stream gets: so that one is read at once, and there are not too many.</summary>
    public const int LongestStream = 10_000;

    private Stream current = new(NewId(time));

    /// <summary>The run. Whoever holds its lock is alive.</summary>
    public Guid Id { get; } = NewId(time);

    /// <summary>The stream that reservations go to.</summary>
    public Guid StreamId => Volatile.Read(ref current).Id;

    /// <summary>The stream has become so long; another is begun when that is enough.</summary>
    public void Appended(Guid stream, long version)
    {
        if (version >= LongestStream && stream == StreamId)
            Volatile.Write(ref current, new Stream(NewId(time)));
    }

    private static Guid NewId(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());

    private sealed record Stream(Guid Id);
}
