using Bus.Contracts;
using Bus.Events;
using Bus.Events.Projections;
using Bus.Memory.Ledger;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Bus.Memory.Repricings;

/// <summary>
/// Corrects the ledger for a re-pricing: each attempt that costs something else is corrected once, in its stream, whoever is interrupted and whoever goes on.
/// </summary>
/// <param name="database">Where the log is.</param>
/// <param name="log">The log.</param>
/// <param name="attempts">Which attempts are concerned.</param>
/// <param name="book">What was begun.</param>
/// <param name="reads">Whether the projection is up to date.</param>
/// <param name="time">The clock.</param>
internal sealed class RepricingRun(
    NpgsqlDataSource database, EventStore log, RepricedAttempts attempts, RepricingBook book, ProjectionReads reads, TimeProvider time)
{
    private const string StreamType = "ledger";
    private const int Batch = 200;
    private const int MostTries = 10;

    /// <summary>Goes on with one until it is at its end.</summary>
    /// <param name="begun">The re-pricing.</param>
    /// <param name="cancellation">Interrupts it.</param>
    /// <exception cref="ProblemException">The projection is behind the log, and would not name all attempts (503).</exception>
    public async Task<RepricingSum> Run(BegunRepricing begun, CancellationToken cancellation)
    {
        if (await reads.CatchUp(["Ledger"], cancellation) is > 0 and var behind)
        {
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable, $"The projection Ledger is {behind} events behind; the re-pricing goes on by itself when it is not.")
            {
                RetryAfter = Limits.LongestRetryAfter,
            };
        }

        var sum = new RepricingSum();
        for (var place = 0L; await attempts.Next(begun.Repricing, place, Batch, cancellation) is [.., var last] batch; place = last.Id)
            await Correct(begun, batch.Select(one => one.AttemptId).ToHashSet(), batch.Select(one => one.StreamId), sum, cancellation);
        await book.Finish(begun.Repricing.Id, sum.Totals, cancellation);
        return sum;
    }

    /// <summary>What else is corrected at the same time is looked at again.</summary>
    private async Task Correct(BegunRepricing begun, HashSet<Guid> concerned, IEnumerable<Guid> streams, RepricingSum sum, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var found = (await attempts.Read(streams, cancellation)).GroupBy(e => e.StreamId)
                .Select(stream => (Stream: stream.Key, stream.Last().Version, Attempts: Decide(begun, stream, concerned))).ToList();
            try
            {
                await Append(begun, [.. found.Select(one => (one.Stream, one.Version, one.Attempts.Select(attempt => attempt.Correction).OfType<object>().ToList()))], cancellation);
            }
            catch (PostgresException failure) when (EventStore.RefusalOf(failure) is StreamVersionConflictException && tries < MostTries)
            {
                continue;
            }

            foreach (var (owner, before, after, _) in found.SelectMany(one => one.Attempts))
                sum.Add(owner, before, after);
            return;
        }
    }

    /// <summary>What an attempt cost before this re-pricing, what it costs now, and the correction unless it is made, or needless.</summary>
    private IEnumerable<(string Owner, decimal? Before, decimal After, UsageCorrected? Correction)> Decide(
        BegunRepricing begun, IEnumerable<StreamEvent> stream, HashSet<Guid> concerned)
    {
        foreach (var events in stream.GroupBy(e => AttemptHistory.AttemptOf(e.Data)).Where(events => events.Key is { } id && concerned.Contains(id)))
        {
            var correctionId = begun.Repricing.CorrectionOf(events.Key!.Value);
            var (before, isMade) = (default(LedgerRow), false);
            foreach (var e in events)
            {
                isMade = e.Data is UsageCorrected made && made.CorrectionId == correctionId;
                if (isMade)
                    break;
                before = AttemptHistory.After(before, e.Data, e.Version, e.StreamId);
            }

            var after = begun.Repricing.CostOf(before!);
            yield return (before!.Owner, before.Cost, after, isMade || before.Cost == after ? null : Correction(begun, correctionId, before, after));
        }
    }

    private UsageCorrected Correction(BegunRepricing begun, Guid id, LedgerRow attempt, decimal cost) => new(
        id, attempt.AttemptId, CorrectionReasons.Repriced, attempt.Basis!, new TokenCounts(attempt.InputTokens, attempt.OutputTokens, attempt.CachedTokens, attempt.ReasoningTokens),
        cost, begun.Repricing.Price, begun.Actor, time.GetUtcNow());

    private async Task Append(BegunRepricing begun, IReadOnlyList<(Guid Stream, long Version, List<object> Corrections)> streams, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await book.Touch(connection, begun.Repricing.Id, cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var (stream, version, corrections) in streams.Where(one => one.Corrections.Count > 0))
            batch.BatchCommands.Add(log.AppendCommand(stream, StreamType, version, corrections));
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
