using Bus.Contracts;
using Bus.Events.Projections;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Npgsql;

namespace Bus.Memory.Repricings;

/// <summary>What a re-pricing would change, or has changed.</summary>
/// <param name="Id">Which it is; none: nothing was changed.</param>
/// <param name="Model">The entry of the catalog.</param>
/// <param name="From">Calls that began then or later.</param>
/// <param name="To">Calls that began before.</param>
/// <param name="Price">The price.</param>
/// <param name="Currency">The currency of the costs.</param>
/// <param name="Totals">All together.</param>
/// <param name="By">Each owner, those with the greatest difference first; empty for one that was begun before.</param>
/// <param name="IsComplete">There are no more owners than these.</param>
public sealed record RepricingReport(
    Guid? Id, Guid Model, DateTimeOffset From, DateTimeOffset To, PriceOfTheDay Price, string Currency,
    RepricingFigures Totals, IReadOnlyList<RepricingFigures> By, bool IsComplete);

/// <summary>Puts a wrong price right for calls that are over.</summary>
public sealed class Repricer
{
    private readonly BaseCurrency currency;
    private readonly TimeProvider time;
    private readonly RepricedAttempts attempts;
    private readonly RepricingBook book;
    private readonly RepricingRun run;

    /// <summary>Works on the ledger.</summary>
    /// <param name="database">Where the projection is.</param>
    /// <param name="corrections">Where attempts are corrected.</param>
    /// <param name="reads">Whether projections are up to date.</param>
    /// <param name="audit">Where it is kept who did it.</param>
    /// <param name="currency">The base currency.</param>
    /// <param name="time">The clock.</param>
    public Repricer(NpgsqlDataSource database, ILedgerCorrections corrections, ProjectionReads reads, IAudit audit, BaseCurrency currency, TimeProvider time)
    {
        (this.currency, this.time) = (currency, time);
        attempts = new RepricedAttempts(database);
        book = new RepricingBook(database, audit, time);
        run = new RepricingRun(attempts, corrections, book, reads, time);
    }

    /// <summary>Tells what one would change, and changes nothing.</summary>
    /// <exception cref="ProblemException">It is not as it must be (400).</exception>
    public async Task<RepricingReport> Preview(RepricingRequest request, CancellationToken cancellation)
    {
        var repricing = request.Check(currency, time.GetUtcNow());
        var sum = await attempts.Preview(repricing, cancellation);
        return Report(null, repricing, sum.Totals, [.. sum.Owners]);
    }

    /// <summary>Applies one; one that was begun by the same id is brought to its end.</summary>
    /// <returns>What it changes, as it was when it was begun.</returns>
    /// <exception cref="ProblemException">It is not as it must be (400), another has its id (409), or the projection is behind (503).</exception>
    public async Task<RepricingReport> Apply(RepricingRequest request, Actor by, CancellationToken cancellation)
    {
        var wanted = request.Check(currency, time.GetUtcNow());
        await run.UpToDate(cancellation); // before anything is begun
        var sum = await attempts.Preview(wanted, cancellation);
        var begun = await book.Begin(wanted, sum.Totals, by, cancellation);
        if (!begun.IsFinished)
            await run.Run(begun, cancellation);
        return Report(begun.Repricing.Id, begun.Repricing, begun.Totals, begun.IsNew ? [.. sum.Owners] : []);
    }

    /// <summary>Goes on with those that nobody has gone on with for a while.</summary>
    /// <exception cref="ProblemException">The projection is behind (503).</exception>
    internal async Task Resume(TimeSpan leftAlone, CancellationToken cancellation)
    {
        foreach (var id in await book.LeftAlone(leftAlone, cancellation))
        {
            if (await book.Find(id, cancellation) is { } begun)
                await run.Run(begun, cancellation);
        }
    }

    private RepricingReport Report(Guid? id, Repricing repricing, RepricingFigures totals, IReadOnlyList<RepricingFigures> owners) => new(
        id, repricing.Model, repricing.From, repricing.To, repricing.Price, currency.Code,
        totals, [.. owners.Take(Limits.MostListedUsage)], owners.Count <= Limits.MostListedUsage);
}
