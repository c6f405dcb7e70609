using Bus.Contracts;
using Bus.Events.Projections;
using Bus.Messaging;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;

namespace Bus.Memory.Repricings;

/// <summary>Brings a re-pricing to its end: each attempt that costs something else is corrected once, whoever is interrupted and whoever goes on.</summary>
/// <param name="attempts">Which attempts are concerned.</param>
/// <param name="corrections">Where they are corrected.</param>
/// <param name="book">What was begun.</param>
/// <param name="reads">Whether the projection is up to date.</param>
/// <param name="time">The clock.</param>
internal sealed class RepricingRun(
    RepricedAttempts attempts, ILedgerCorrections corrections, RepricingBook book, ProjectionReads reads, TimeProvider time)
{
    private const int Batch = 200;
    private const int MostRounds = 10;

    /// <summary>Goes on with one. Where an attempt got other tokens just then, there is another round, with these.</summary>
    /// <exception cref="ProblemException">The projection is behind the log, or there is no end of other corrections; somebody goes on later (503).</exception>
    public async Task Run(BegunRepricing begun, CancellationToken cancellation)
    {
        for (var round = 1; round <= MostRounds; round++)
        {
            await UpToDate(cancellation);
            if (await Round(begun, cancellation))
            {
                await book.Finish(begun.Repricing.Id, cancellation);
                return;
            }
        }

        throw Later("Attempts are corrected by others just now.");
    }

    /// <summary>Waits for the projection, which names the attempts.</summary>
    /// <exception cref="ProblemException">It is behind the log (503).</exception>
    public async Task UpToDate(CancellationToken cancellation)
    {
        if (await reads.CatchUp(["Ledger"], cancellation) is > 0 and var behind)
            throw Later($"The projection Ledger is {behind} events behind the log, and would not name all attempts.");
    }

    /// <returns>False when some are to be reckoned anew.</returns>
    private async Task<bool> Round(BegunRepricing begun, CancellationToken cancellation)
    {
        var isWhole = true;
        for (var place = 0L; await attempts.Next(begun.Repricing, place, Batch, cancellation) is [.., var last] batch; place = last.Id)
        {
            await book.Touch(begun.Repricing.Id, cancellation);
            var now = time.GetUtcNow();
            List<UsageCorrected> wanted = [.. batch.Select(attempt => begun.Repricing.Correct(attempt, begun.Actor, now)).OfType<UsageCorrected>()];
            if (wanted.Count > 0)
                isWhole &= await corrections.Reprice(wanted, cancellation) is [];
        }

        return isWhole;
    }

    private static ProblemException Later(string why) => new(StatusCodes.Status503ServiceUnavailable, why) { RetryAfter = Limits.LongestRetryAfter };
}
