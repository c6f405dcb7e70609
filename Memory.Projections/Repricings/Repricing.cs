using System.Text.Json.Serialization;
using Bus.Contracts;
using Bus.Memory.Ledger;

namespace Bus.Memory.Repricings;

/// <summary>Another price for the calls of a model that began in a stretch of time.</summary>
/// <param name="Id">Which re-pricing it is.</param>
/// <param name="Model">The entry of the catalog.</param>
/// <param name="From">Calls that began then or later.</param>
/// <param name="To">Calls that began before.</param>
/// <param name="Price">The price.</param>
public sealed record Repricing(Guid Id, Guid Model, DateTimeOffset From, DateTimeOffset To, PriceOfTheDay Price)
{
    /// <summary>Which of an attempt's corrections is this one's: each attempt has one.</summary>
    public Guid CorrectionOf(Guid attempt) => Ids.From(Id, attempt.ToString());

    /// <summary>What corrects an attempt; null when it is corrected, or costs the same anyway.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="now">The time.</param>
    internal UsageCorrected? Correct(LedgerRow attempt, string by, DateTimeOffset now)
    {
        var (id, cost) = (CorrectionOf(attempt.AttemptId), Cost.Of(Price, attempt.Took()));
        return attempt.Cost == cost || attempt.Corrections.Contains(id)
            ? null
            : new UsageCorrected(id, attempt.AttemptId, CorrectionReasons.Repriced, attempt.Basis!, attempt.Took(), cost, Price, by, now);
    }
}

/// <summary>What a re-pricing changes, for somebody or in all.</summary>
/// <param name="Owner">Whose calls; none: everybody's.</param>
/// <param name="Attempts">How many attempts are looked at.</param>
/// <param name="Changed">How many of them cost something else than before.</param>
/// <param name="UnpricedBefore">How many of them had no cost, because no price was known.</param>
/// <param name="CostBefore">What they cost, as recorded, in the base currency.</param>
/// <param name="CostAfter">What they cost with the new price.</param>
/// <param name="Difference">How much that is more.</param>
public sealed record RepricingFigures(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Owner,
    long Attempts,
    long Changed,
    long UnpricedBefore,
    decimal CostBefore,
    decimal CostAfter,
    decimal Difference);

/// <summary>Adds up what a re-pricing changes.</summary>
internal sealed class RepricingSum
{
    private readonly Dictionary<string, RepricingFigures> owners = new(StringComparer.Ordinal);

    /// <summary>All together.</summary>
    public RepricingFigures Totals { get; private set; } = new(null, 0, 0, 0, 0, 0, 0);

    /// <summary>Each owner, those with the greatest difference first.</summary>
    public IEnumerable<RepricingFigures> Owners => owners.Values.OrderByDescending(owner => Math.Abs(owner.Difference)).ThenBy(owner => owner.Owner, StringComparer.Ordinal);

    /// <summary>Adds an attempt.</summary>
    public void Add(string owner, decimal? before, decimal after)
    {
        Totals = Plus(Totals, before, after);
        owners[owner] = Plus(owners.GetValueOrDefault(owner) ?? new RepricingFigures(owner, 0, 0, 0, 0, 0, 0), before, after);
    }

    private static RepricingFigures Plus(RepricingFigures sum, decimal? before, decimal after) => sum with
    {
        Attempts = sum.Attempts + 1,
        Changed = sum.Changed + (before == after ? 0 : 1),
        UnpricedBefore = sum.UnpricedBefore + (before is null ? 1 : 0),
        CostBefore = sum.CostBefore + (before ?? 0),
        CostAfter = sum.CostAfter + after,
        Difference = sum.Difference + after - (before ?? 0),
    };
}
