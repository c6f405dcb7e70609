namespace Bus.Contracts;

/// <summary>What tokens cost.</summary>
public static class Cost
{
    /// <summary>The provider of the built-in model.</summary>
    public const string FreeProvider = "demo";

    /// <summary>A sum is kept to so many digits behind the point: one token at the least price that can be written has that many.</summary>
    public const int Digits = 12;

    private const decimal PricedTokens = 1_000_000m;

    /// <summary>What is known without a price: the built-in model costs nothing; null for all others.</summary>
    public static decimal? Of(string provider) => provider == FreeProvider ? 0m : null;

    /// <summary>What tokens cost at a price, in the base currency.</summary>
    /// <remarks>
    /// Tokens that were cached are some of the prompt's, those for thinking some of the answer's. Some providers report more of them than of the whole: then
    /// they are paid as reported, and there is no rest.
    /// </remarks>
    /// <exception cref="OverflowException">It is more money than there is.</exception>
    public static decimal Of(PriceOfTheDay price, TokenCounts tokens)
    {
        var prompt = (Rest(tokens.Input, tokens.Cached) * price.Input) + (Count(tokens.Cached) * (price.CachedInput ?? price.Input));
        var answer = (Rest(tokens.Output, tokens.Reasoning) * price.Output) + (Count(tokens.Reasoning) * (price.Reasoning ?? price.Output));
        return decimal.Round((prompt + answer) / PricedTokens * price.Rate, Digits);
    }

    private static decimal Rest(int whole, int part) => Math.Max(0, (decimal)Count(whole) - Count(part));

    private static int Count(int tokens) => Math.Max(0, tokens);
}
