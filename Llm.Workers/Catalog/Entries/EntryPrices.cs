using System.Text.Json;
using Bus.Contracts;
using Bus.Messaging.Http;

namespace Bus.Llm.Catalog.Entries;

/// <summary>What an entry costs, as somebody sends it: all prices there have been, or that of today in short.</summary>
internal static class EntryPrices
{
    private const string All = "prices";
    private const string Input = "input_price";
    private const string Output = "output_price";
    private const string Currency = "currency";

    private static readonly string[] OfOne = ["from", "currency", "input", "output", "cached_input", "reasoning", "rate"];

    /// <summary>The members of an entry that say it.</summary>
    public static IReadOnlyList<string> Members { get; } = [All, Input, Output, Currency];

    /// <summary>An entry with its prices.</summary>
    /// <exception cref="ProblemException">One is not as it must be.</exception>
    public static Entry Of(Entry entry, IReadOnlyDictionary<string, JsonElement> members, BaseCurrency currency, DateTimeOffset now)
    {
        var today = entry.PriceAt(now);
        if (members.TryGetValue(All, out var prices))
            entry = entry with { Prices = List(prices, currency, now) };
        if (Short(members, today, currency, now) is not { } price)
            return entry;
        if (members.ContainsKey(All))
            throw ProblemException.Invalid(Input, "and prices say different things: send one of them.");
        return entry.Prices.Count < Limits.MostPrices
            ? entry with { Prices = [.. entry.Prices.Append(price).OrderBy(price => price.From)] }
            : throw ProblemException.Invalid(Input, $"cannot be another: there are {Limits.MostPrices} prices already.");
    }

    private static List<PriceOfTheDay> List(JsonElement value, BaseCurrency currency, DateTimeOffset now)
    {
        var prices = Given.List(All, value, Limits.MostPrices).Select(price => One(price.Path, price.Value, currency, now)).ToList();
        for (var i = 0; i < prices.Count; i++)
        {
            if (prices.FindIndex(price => price.From == prices[i].From) < i)
                throw ProblemException.Invalid($"{All}[{i}].from", "is that of another price.");
        }

        return [.. prices.OrderBy(price => price.From)];
    }

    private static PriceOfTheDay One(string path, JsonElement value, BaseCurrency currency, DateTimeOffset now)
    {
        var members = Given.Members($"{path}.", value, OfOne);
        var code = members.Present("currency") is { } given ? Code($"{path}.currency", given) : currency.Code;
        return new PriceOfTheDay(
            members.Present("from") is { } from ? Given.Time($"{path}.from", from) : now,
            code,
            Needed(path, "input", members),
            Needed(path, "output", members),
            members.Present("cached_input") is { } cached ? Given.Amount($"{path}.cached_input", cached) : null,
            members.Present("reasoning") is { } reasoning ? Given.Amount($"{path}.reasoning", reasoning) : null,
            Rate($"{path}.rate", members.Present("rate"), code, currency));
    }

    /// <summary>What one of the currency is in the base currency.</summary>
    private static decimal Rate(string field, JsonElement? given, string code, BaseCurrency currency)
    {
        if (given is null)
            return code == currency.Code ? 1 : throw ProblemException.Invalid(field, $"is missing: what one {code} is in {currency.Code}.");
        var rate = Given.Amount(field, given.Value);
        return rate > 0 && (code != currency.Code || rate == 1) ? rate : throw ProblemException.Invalid(field, $"must be what one {code} is in {currency.Code}.");
    }

    /// <summary>The price that the short members say; null when they say none, or that of today, as they do where an answer is sent back.</summary>
    private static PriceOfTheDay? Short(IReadOnlyDictionary<string, JsonElement> members, PriceOfTheDay? today, BaseCurrency currency, DateTimeOffset now)
    {
        var saysNothing = today is null
            ? members.Present(Input) is null && members.Present(Output) is null
            : !members.ContainsKey(Input) && !members.ContainsKey(Output) && members.Present(Currency) is null;
        if (saysNothing)
            return null;
        var code = members.Present(Currency) is { } given ? Code(Currency, given) : today?.Currency ?? currency.Code;
        var price = new PriceOfTheDay(now, code, Half(members, Input, today?.Input), Half(members, Output, today?.Output), null, null, 1);
        return Same(price, today) ? null
            : code == currency.Code ? price
            : today?.Currency == code ? price with { Rate = today.Rate }
            : throw ProblemException.Invalid(Currency, $"is not {currency.Code}: its rate is needed, which prices have.");
    }

    private static decimal Half(IReadOnlyDictionary<string, JsonElement> members, string name, decimal? today) =>
        members.TryGetValue(name, out var value) ? Given.Amount(name, value) : today ?? throw ProblemException.Invalid(name, "is missing: a price has input_price and output_price.");

    private static bool Same(PriceOfTheDay price, PriceOfTheDay? other) =>
        other is not null && (price.Currency, price.Input, price.Output) == (other.Currency, other.Input, other.Output);

    private static string Code(string field, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && Given.Text(field, value, Limits.LongestId) is var code && BaseCurrency.IsCurrency(code)
            ? code
            : throw ProblemException.Invalid(field, "must be three capital letters, as USD.");

    private static decimal Needed(string path, string name, IReadOnlyDictionary<string, JsonElement> members) =>
        Given.Amount($"{path}.{name}", members.TryGetValue(name, out var value) ? value : throw ProblemException.Invalid($"{path}.{name}", "is missing."));
}
