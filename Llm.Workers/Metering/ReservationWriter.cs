using Bus.Contracts;
using Bus.Llm.Metering.Limiting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Llm.Metering;

/// <summary>
/// Puts aside what calls may take. Those that wait at the same time are one statement. It is committed and not waited for until it is on the disk: that survives
/// the end of this process, and what a crash of PostgreSQL takes away, this process still has. Whom no limit can refuse, as far as PostgreSQL said a moment ago, goes on when the
/// statement is sent, which survives the end of this process as well; should it fail, what they put aside is written again.
/// </summary>
internal sealed partial class ReservationWriter(
    NpgsqlDataSource database, LedgerRun run, LimitBook limits, OpenAttempts open, SettlementWriter settlements, TimeProvider time, ILogger<ReservationWriter> log)
    : IAsyncDisposable
{
    private const int MostAtOnce = 128;
    private const int MostTries = 10;

    private readonly Lock gate = new();
    private readonly List<PendingReservation> waiting = [];
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly KeptConnection connection = new(database);
    private readonly ReserveStatement statement = new();
    private bool isOpen;
    private bool isClosed;
    private bool isWriting;

    /// <summary>When the last statement was begun that went well: the limits were those that are known here. Null when the last one did not.</summary>
    private long? wellAt;

    /// <inheritdoc cref="ILedger.Reserve"/>
    public async ValueTask<Admission> Reserve(UsageReserved reservation, ModelBudget budget, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var call = new PendingReservation(new OpenAttempt(reservation, LedgerJson.Of(reservation)), budget);
        bool begins;
        lock (gate)
        {
            if (isClosed)
                throw new NpgsqlException("The ledger is closed: the process ends.");
            waiting.Add(call);
            begins = isOpen && !isWriting;
            isWriting |= begins;
        }

        // Whoever finds nobody writing sends it at once, without waiting for another thread.
        if (begins)
            Begin();
        await using var registration = cancellation.UnsafeRegister(static (call, token) => ((PendingReservation)call!).Answer.TrySetCanceled(token), call);
        return await call.Answer.Task;
    }

    /// <summary>Writes from now on; what came before has waited.</summary>
    public void Open()
    {
        lock (gate)
            isOpen = isWriting = true;
        Begin();
    }

    /// <summary>No more come; returns when all are written.</summary>
    public Task Close()
    {
        lock (gate)
        {
            isClosed = true;
            if (!isWriting)
                over.TrySetResult();
        }

        return over.Task;
    }

    private void Begin()
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = Run();
            return;
        }

        // What follows is for others as well, and no part of what this caller does.
        using (ExecutionContext.SuppressFlow())
            _ = Run();
    }

    private async Task Run()
    {
        var calls = new List<PendingReservation>();
        while (Take(calls))
        {
            if (calls.Count > 0)
                await Write(calls);
        }
    }

    private bool Take(List<PendingReservation> calls)
    {
        calls.Clear();
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                isWriting = false;
                if (isClosed)
                    over.TrySetResult();
                return false;
            }

            var count = Math.Min(waiting.Count, MostAtOnce);
            calls.AddRange(waiting.Take(count).Where(call => !call.Answer.Task.IsCompleted));
            waiting.RemoveRange(0, count);
            return true;
        }
    }

    private async Task Write(List<PendingReservation> calls)
    {
        var isUncertain = false;
        for (var tries = 1; ; tries++)
        {
            try
            {
                var begun = time.GetTimestamp();
                await Send(calls, isUncertain);
                wellAt = begun;
                return;
            }
            catch (Exception failure)
            {
                wellAt = null;
                if (calls.RemoveAll(call => call.HasGoneOn) > 0)
                    settlements.Restore();
                if (calls.Count == 0)
                    return;
                var kind = LedgerFailures.Of(failure, database);
                if (kind == LedgerFailure.Away)
                    await connection.Drop();
                if (kind == LedgerFailure.Refused && calls.Count > 1)
                {
                    foreach (var call in calls)
                        await Write([call]); // so that the one that is wrong does not refuse the others
                    return;
                }

                // A connection that broke while nobody used it is known only now. More than that is not waited for: whoever asks has others to ask.
                if (kind == LedgerFailure.Refused || (kind == LedgerFailure.Away && isUncertain) || tries == MostTries)
                {
                    GiveUp(calls, failure, kind);
                    return;
                }

                isUncertain |= kind == LedgerFailure.Away;
            }
        }
    }

    private async Task Send(List<PendingReservation> calls, bool isUncertain)
    {
        var known = limits.Known;
        var missing = calls.SelectMany(call => known.Missing(call.Attempt.Reservation, call.Budget)).Distinct().ToList();
        if (missing.Count > 0)
        {
            await limits.Count(missing, CancellationToken.None);
            known = limits.Known;
        }

        statement.Clear();
        foreach (var call in calls)
            known.Add(statement.Raises, statement.Add(call.Attempt), call.Attempt.Reservation, call.Budget);
        var (stream, now) = (run.StreamId, time.GetUtcNow());
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        open.Writing = written.Task;
        try
        {
            var answer = await statement.Send(connection, known.Version, run.Id, stream, isUncertain, now);
            if (wellAt is { } well && time.GetElapsedTime(well) < LimitBook.Believed)
                GoOn(calls, now);
            var reserved = await answer;
            run.Appended(stream, reserved.Version);
            Answer(calls, reserved, known, now);
        }
        catch (PostgresException failure) when (LedgerFailures.Of(failure, database) == LedgerFailure.LimitsChanged)
        {
            await limits.Read(CancellationToken.None);
            throw;
        }
        finally
        {
            foreach (var call in calls)
                call.Attempt.IsUnderWay = false;
            written.SetResult();
        }
    }

    /// <summary>Whom no limit can refuse need not wait for the answer.</summary>
    private void GoOn(List<PendingReservation> calls, DateTimeOffset now)
    {
        for (var number = 1; number <= calls.Count; number++)
        {
            if (statement.Raises.IsLimited(number))
                continue;
            var call = calls[number - 1];
            call.HasGoneOn = call.Attempt.IsUnderWay = true;
            Admit(call, now);
        }
    }

    private void Answer(List<PendingReservation> calls, Reserved reserved, KnownLimits known, DateTimeOffset now)
    {
        var next = 0;
        for (var number = 1; number <= calls.Count; number++)
        {
            var call = calls[number - 1];
            if (next < reserved.Refused.Length && reserved.Refused[next] == number)
            {
                var (counter, used, previous) = (statement.Raises[reserved.By[next]], reserved.Used[next], reserved.Previous[next]);
                call.Answer.TrySetResult(new Admission(known.Reached(counter, call.Budget, limit => Room.After(counter.Window, now, used, previous, limit))));
                next++;
            }
            else if (!call.HasGoneOn)
            {
                Admit(call, now);
            }
        }
    }

    private void Admit(PendingReservation call, DateTimeOffset now)
    {
        open.Add(call.Attempt);
        if (!call.Answer.TrySetResult(default))
            settlements.Withdraw(call.Attempt, now); // nobody waits for it any more
    }

    private void GiveUp(List<PendingReservation> calls, Exception failure, LedgerFailure kind)
    {
        LogNotReserved(calls.Count, failure.Message);
        var reason = failure as NpgsqlException ?? new NpgsqlException(failure.Message, failure);
        foreach (var call in calls)
        {
            if (kind == LedgerFailure.Away)
                settlements.Withdraw(call.Attempt, time.GetUtcNow()); // it may have been written
            call.Answer.TrySetException(reason);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await statement.DisposeAsync();
        await connection.DisposeAsync();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nothing could be put aside for {Count} calls to models: {Reason}")]
    private partial void LogNotReserved(int count, string reason);

    private sealed class PendingReservation(OpenAttempt attempt, ModelBudget budget)
    {
        public OpenAttempt Attempt => attempt;

        public ModelBudget Budget => budget;

        /// <summary>It was admitted when the statement was sent.</summary>
        public bool HasGoneOn { get; set; }

        public TaskCompletionSource<Admission> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
