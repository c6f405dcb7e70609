namespace Bus.Contracts;

/// <summary>What a reply cost. No prices are kept yet: only the demo model, which is free, has a known one.</summary>
public static class Cost
{
    /// <summary>The provider of the built-in model.</summary>
    public const string FreeProvider = "demo";

    /// <summary>In US dollars; null when no price is known.</summary>
    public static decimal? Of(string provider) => provider == FreeProvider ? 0m : null;
}
