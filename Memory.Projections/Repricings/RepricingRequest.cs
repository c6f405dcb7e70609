using Bus.Contracts;
using Bus.Memory.Usage;
using Bus.Messaging;
using Bus.Messaging.Http;

namespace Bus.Memory.Repricings;

/// <summary>Another price for the calls of a model in a stretch of time that is over.</summary>
/// <param name="Id">Which re-pricing it is: the same that is sent again is applied once. Made up when there is none.</param>
/// <param name="Model">The entry of the catalog, by its id.</param>
/// <param name="From">The first day (UTC), or a time with its offset: calls that began then or later.</param>
/// <param name="To">The last day, or a time that is not part of it; now when there is none.</param>
/// <param name="Price">The price.</param>
public sealed record RepricingRequest(Guid? Id, Guid? Model, string? From, string? To, PriceRequest? Price)
{
    /// <summary>What is wanted, checked.</summary>
    /// <exception cref="ProblemException">Something is not as it must be (400).</exception>
    internal Repricing Check(BaseCurrency currency, DateTimeOffset now)
    {
        if (Model is not { } model)
            throw ProblemException.Invalid("model", "must be the id of an entry of the catalog.");
        if (From is null)
            throw ProblemException.Invalid("from", "must be there.");
        var period = UsagePeriod.Read(From, To, now);
        if (period.From >= now)
            throw ProblemException.Invalid("from", "must be in the past.");
        var price = Price ?? throw ProblemException.Invalid("price", "must be there.");
        // What is not over yet is settled at the price of the catalog.
        var (begin, end) = (Kept(period.From), Kept(period.To < now ? period.To : now));
        return new Repricing(Id ?? Guid.CreateVersion7(now), model, begin, end, price.Check(begin, currency));
    }

    /// <summary>As PostgreSQL keeps it: to the microsecond.</summary>
    private static DateTimeOffset Kept(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}

/// <summary>What a million tokens cost.</summary>
/// <param name="Currency">In which currency; the base currency when there is none.</param>
/// <param name="Input">Of prompts.</param>
/// <param name="Output">Of answers.</param>
/// <param name="CachedInput">Of prompts, where the provider had them cached; as <paramref name="Input"/> when there is none.</param>
/// <param name="Reasoning">Of answers, where they were thinking; as <paramref name="Output"/> when there is none.</param>
/// <param name="Rate">What one of the currency is in the base currency; 1 for that itself.</param>
public sealed record PriceRequest(string? Currency, decimal? Input, decimal? Output, decimal? CachedInput, decimal? Reasoning, decimal? Rate)
{
    internal PriceOfTheDay Check(DateTimeOffset from, BaseCurrency currency)
    {
        var code = Currency ?? currency.Code;
        if (!BaseCurrency.IsCode(code))
            throw ProblemException.Invalid("price.currency", "must be three capital letters, as USD.");
        var rate = Rate ?? (code == currency.Code ? 1 : throw ProblemException.Invalid("price.rate", $"must say what one {code} is in {currency.Code}."));
        if (code == currency.Code && rate != 1)
            throw ProblemException.Invalid("price.rate", $"must be 1: {code} is the base currency.");
        if (rate is <= 0 or > Limits.HighestPrice)
            throw ProblemException.Invalid("price.rate", $"must be more than 0 and at most {Limits.HighestPrice}.");
        return new PriceOfTheDay(
            from, code, Amount("input", Input) ?? throw ProblemException.Invalid("price.input", "must be there."),
            Amount("output", Output) ?? throw ProblemException.Invalid("price.output", "must be there."),
            Amount("cached_input", CachedInput), Amount("reasoning", Reasoning), rate);
    }

    private static decimal? Amount(string name, decimal? amount) =>
        amount is < 0 or > Limits.HighestPrice ? throw ProblemException.Invalid($"price.{name}", $"must be from 0 to {Limits.HighestPrice}.") : amount;
}
