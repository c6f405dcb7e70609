using System.Collections.Concurrent;
using Bus.Contracts;

namespace Bus.Llm.Metering;

/// <summary>The attempts that this process has put something aside for and not settled: PostgreSQL may lose the last of them in a crash, and has them from here again.</summary>
internal sealed class OpenAttempts
{
    private readonly ConcurrentDictionary<Guid, OpenAttempt> all = new();
    private volatile Task writing = Task.CompletedTask;

    /// <summary>The statement that puts something aside at the moment; its task is over when it is, well or not. Nothing that is under way in it can be settled before.</summary>
    public Task Writing
    {
        get => writing;
        set => writing = value;
    }

    /// <summary>How many there are.</summary>
    public int Count => all.Count;

    /// <summary>Those that something is put aside for, as far as it is not just under way.</summary>
    public IEnumerable<OpenAttempt> All => all.Select(entry => entry.Value).Where(attempt => !attempt.IsUnderWay);

    /// <summary>Something is put aside for one.</summary>
    public void Add(OpenAttempt attempt) => all[attempt.Reservation.AttemptId] = attempt;

    /// <summary>One is settled.</summary>
    public void Remove(Guid attemptId) => all.TryRemove(attemptId, out _);

    /// <summary>One that something is put aside for; null when it is settled.</summary>
    public OpenAttempt? Find(Guid attemptId) => all.GetValueOrDefault(attemptId);

    /// <summary>Those of which there is something to tell since it was asked last.</summary>
    public IReadOnlyList<OpenAttempt> TakeChanged() => [.. All.Where(attempt => attempt.TakeChange())];
}

/// <summary>An attempt that is not settled.</summary>
/// <param name="reservation">What is put aside.</param>
/// <param name="body">The same as JSON.</param>
internal sealed class OpenAttempt(UsageReserved reservation, byte[] body)
{
    private volatile TokenCounts? soFar;
    private volatile bool isUnderWay;
    private volatile string? providerCallId;
    private int isChanged;

    public UsageReserved Reservation { get; } = reservation;

    public byte[] Body { get; } = body;

    /// <summary>What is put aside for it was sent to PostgreSQL, which has not answered yet.</summary>
    public bool IsUnderWay
    {
        get => isUnderWay;
        set => isUnderWay = value;
    }

    /// <summary>What it has taken so far; null when nobody has said.</summary>
    public TokenCounts? SoFar
    {
        get => soFar;
        set
        {
            soFar = value;
            Volatile.Write(ref isChanged, 1);
        }
    }

    /// <summary>What the provider calls it; null when nobody has said.</summary>
    public string? ProviderCallId
    {
        get => providerCallId;
        set
        {
            providerCallId = value;
            Volatile.Write(ref isChanged, 1);
        }
    }

    /// <summary>There is something that was not told yet; now it is.</summary>
    public bool TakeChange() => Volatile.Read(ref isChanged) == 1 && Interlocked.Exchange(ref isChanged, 0) == 1;

    /// <summary>It was not told after all.</summary>
    public void Untell() => Volatile.Write(ref isChanged, 1);
}
