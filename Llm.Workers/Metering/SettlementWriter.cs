using System.Threading.Channels;
using Bus.Contracts;
using Microsoft.Extensions.Logging;

namespace Bus.Llm.Metering;

/// <summary>
/// Writes what attempts took. Nobody waits for it, so those of a moment are one statement; what could not be written is tried again until it is, as long as
/// the process lives: before all else while PostgreSQL is away, and now and then where it refuses. An attempt is forgotten when its settlement is on the disk. Projections
/// are not told: they look twice a second, and what they find then together costs a fraction of what each would cost alone.
/// </summary>
internal sealed partial class SettlementWriter(
    SettlementStatements statements, Corrections corrections, OpenAttempts open, TimeProvider time, ILogger<SettlementWriter> log)
{
    /// <summary>Others come meanwhile, and cost less together.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    /// <summary>When what PostgreSQL refused is tried again.</summary>
    public static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(5);

    private const int MostAtOnce = 128;
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SaidAgainAfter = TimeSpan.FromSeconds(10);

    private readonly Channel<PendingSettlement?> pending = Channel.CreateUnbounded<PendingSettlement?>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<PendingSettlement> refused = [];
    private int waiting;
    private long refusedAt;
    private volatile bool restores;
    private volatile bool isClosed;
    private long saidAt = long.MinValue;

    /// <summary>How many wait to be written.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>An attempt is over.</summary>
    public void Settle(OpenAttempt attempt, UsageSettled settlement) => Add(new PendingSettlement(attempt, settlement, IsWithdrawal: false));

    /// <summary>Whoever asked for a reservation does not want it any more; nobody was asked. It may not have been written at all.</summary>
    public void Withdraw(OpenAttempt attempt, DateTimeOffset now) => Add(new PendingSettlement(
        attempt,
        new UsageSettled(
            attempt.Reservation.AttemptId, AttemptOutcomes.Cancelled, UsageBases.Measured, TokenCounts.None, attempt.Reservation.Cost is null ? null : 0, null, null, null, null, now),
        IsWithdrawal: true));

    /// <summary>PostgreSQL may not have some reservations, since it was away or something went wrong: those that are open are written again.</summary>
    public void Restore()
    {
        restores = true;
        pending.Writer.TryWrite(null);
    }

    /// <summary>No more come.</summary>
    public void Complete()
    {
        isClosed = true;
        pending.Writer.TryComplete();
    }

    /// <summary>Writes what comes, until no more does.</summary>
    /// <param name="abandon">What is not written by then is left to others.</param>
    public async Task Run(CancellationToken abandon)
    {
        try
        {
            while (await pending.Reader.WaitToReadAsync(abandon))
            {
                if (!isClosed && Waiting < MostAtOnce)
                    await Task.Delay(Gathering, time, abandon);
                if (restores)
                    await Until(RestoreOpen, abandon);
                if (Take() is { Count: > 0 } batch)
                    await Until(() => Write(batch, abandon), abandon);
                if (refused.Count > 0 && time.GetElapsedTime(refusedAt) >= AfterRefusal)
                    await WriteRefused(abandon);
            }

            await WriteRefused(abandon);
            if (refused.Count > 0)
                LogAbandoned(refused.Count);
        }
        catch (Exception) when (abandon.IsCancellationRequested)
        {
            LogAbandoned(Waiting);
        }
    }

    private void Add(PendingSettlement settlement)
    {
        Interlocked.Increment(ref waiting);
        if (pending.Writer.TryWrite(settlement))
            return;
        Interlocked.Decrement(ref waiting);
        LogTooLate(settlement.Attempt.Reservation.AttemptId);
    }

    /// <summary>Of two settlements of an attempt the first counts.</summary>
    private List<PendingSettlement> Take()
    {
        var batch = new List<PendingSettlement>();
        var attempts = new HashSet<Guid>();
        while (batch.Count < MostAtOnce && pending.Reader.TryRead(out var next))
        {
            if (next is null)
                continue;
            if (attempts.Add(next.Attempt.Reservation.AttemptId))
                batch.Add(next);
            else
                Interlocked.Decrement(ref waiting);
        }

        return batch;
    }

    private async Task Until(Func<Task> write, CancellationToken abandon)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception failure) when (statements.KindOf(failure) != LedgerFailure.Refused && !abandon.IsCancellationRequested)
            {
                if (statements.KindOf(failure) != LedgerFailure.Away)
                    continue;
                await statements.Drop();
                if (saidAt == long.MinValue || time.GetElapsedTime(saidAt) >= SaidAgainAfter)
                {
                    LogWaits(Waiting, failure.Message);
                    saidAt = time.GetTimestamp();
                }

                await Task.Delay(AfterFailure, time, abandon);
            }
        }
    }

    private async Task RestoreOpen()
    {
        restores = false;
        try
        {
            await statements.Restore([.. open.All]);
        }
        catch (Exception failure) when (statements.KindOf(failure) == LedgerFailure.Refused)
        {
            LogNotRestored(failure); // they are once more when they are settled, each alone if need be
        }
        catch
        {
            restores = true;
            throw;
        }
    }

    private async Task Write(List<PendingSettlement> batch, CancellationToken abandon)
    {
        await open.Writing;
        Settled settled;
        try
        {
            settled = await Settle(batch);
        }
        catch (Exception failure) when (statements.KindOf(failure) == LedgerFailure.Refused)
        {
            await Refused(batch, failure, abandon);
            return;
        }

        if (settled.WasLost.Length > 0)
            await corrections.Correct([.. settled.WasLost.Select(number => batch[number - 1].CameBack())], CancellationToken.None);
        foreach (var settlement in batch)
            Forget(settlement);
    }

    private async Task<Settled> Settle(List<PendingSettlement> batch)
    {
        var settled = await statements.Settle(batch);
        var lost = settled.Unknown.Select(number => batch[number - 1]).Where(settlement => !settlement.IsWithdrawal).ToList();
        if (lost.Count > 0)
        {
            // PostgreSQL has lost the reservations in a crash, or never had them: they are written again, and then settled.
            await statements.Restore([.. lost.Select(settlement => settlement.Attempt)]);
            await statements.Settle(lost);
        }

        return settled;
    }

    /// <summary>One that PostgreSQL does not take must not keep the others from being written; it is tried again, for what refuses it may end.</summary>
    private async Task Refused(List<PendingSettlement> batch, Exception failure, CancellationToken abandon)
    {
        if (batch.Count > 1)
        {
            foreach (var settlement in batch)
                await Until(() => Write([settlement], abandon), abandon);
            return;
        }

        LogRefused(batch[0].Attempt.Reservation.AttemptId, failure);
        if (refused.Count == 0)
            _ = WakeAfterRefusal(abandon);
        refused.Add(batch[0]);
    }

    private async Task WriteRefused(CancellationToken abandon)
    {
        var again = refused.ToList();
        refused.Clear();
        foreach (var settlement in again)
            await Until(() => Write([settlement], abandon), abandon);
    }

    /// <summary>Nothing else may come that would bring it to mind.</summary>
    private async Task WakeAfterRefusal(CancellationToken abandon)
    {
        refusedAt = time.GetTimestamp();
        await Task.Delay(AfterRefusal, time, abandon).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        pending.Writer.TryWrite(null);
    }

    private void Forget(PendingSettlement settlement)
    {
        open.Remove(settlement.Attempt.Reservation.AttemptId);
        Interlocked.Decrement(ref waiting);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} settlements of calls to models wait to be written: {Reason}")]
    private partial void LogWaits(int count, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} settlements of calls to models could not be written before the process ends; other processes settle them as lost")]
    private partial void LogAbandoned(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The settlement of attempt {AttemptId} came when the process ended; other processes settle it as lost")]
    private partial void LogTooLate(Guid attemptId);

    [LoggerMessage(Level = LogLevel.Error, Message = "What is put aside for running calls to models could not be written again")]
    private partial void LogNotRestored(Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL refuses the settlement of attempt {AttemptId}, which is tried again")]
    private partial void LogRefused(Guid attemptId, Exception failure);
}

/// <summary>A settlement that is not written.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Settlement">What it took.</param>
/// <param name="IsWithdrawal">Its reservation may not have been written either, and then nothing is to be.</param>
internal sealed record PendingSettlement(OpenAttempt Attempt, UsageSettled Settlement, bool IsWithdrawal)
{
    /// <summary>What it took, as JSON.</summary>
    public byte[] Body { get; } = LedgerJson.Of(Settlement);

    /// <summary>The same as a correction of what somebody else took it for.</summary>
    public UsageCorrected CameBack() => new(
        LedgerIds.CameBack(Settlement.AttemptId), Settlement.AttemptId, CorrectionReasons.CameBack, Settlement.Basis, Settlement.Tokens, Settlement.Cost, Settlement.Price, GatewayActor.Name, Settlement.SettledAt);
}
