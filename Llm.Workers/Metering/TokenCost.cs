using Bus.Contracts;

namespace Bus.Llm.Metering;

/// <summary>What tokens cost.</summary>
internal static class TokenCost
{
    private const decimal Million = 1_000_000;

    /// <summary>In the base currency.</summary>
    public static decimal Of(PriceOfTheDay price, TokenCounts tokens)
    {
        var cached = Math.Min(tokens.Cached, tokens.Input);
        var reasoning = Math.Min(tokens.Reasoning, tokens.Output);
        var cost = ((tokens.Input - cached) * price.Input) + (cached * (price.CachedInput ?? price.Input))
            + ((tokens.Output - reasoning) * price.Output) + (reasoning * (price.Reasoning ?? price.Output));
        return cost / Million * price.Rate;
    }
}
