namespace Bus.Llm.Catalog;

/// <summary>The catalog as it is at a time.</summary>
/// <param name="Version">Which; it grows with each change.</param>
/// <param name="Models">All entries, the oldest first.</param>
/// <param name="Routes">Our own names for models.</param>
public sealed record CatalogSnapshot(long Version, IReadOnlyList<LlmModel> Models, IReadOnlyList<Route> Routes)
{
    /// <summary>What people have chosen for themselves, by their accounts.</summary>
    public IReadOnlyDictionary<Guid, Choice> Choices { get; init; } = new Dictionary<Guid, Choice>();
}

/// <summary>What somebody has chosen for the calls that say nothing of it.</summary>
/// <param name="Model">The model or route; null: the usual one.</param>
/// <param name="MaxTokens">The most tokens of an answer; null when it was not said.</param>
public sealed record Choice(string? Model, int? MaxTokens);

/// <summary>A name of ours that stands for one or several models.</summary>
/// <param name="Name">The name; <see cref="Default"/> stands for all who name none.</param>
/// <param name="Mode">A name of <see cref="RouteModes"/>.</param>
/// <param name="Targets">The models.</param>
public sealed record Route(string Name, string Mode, IReadOnlyList<RouteTarget> Targets)
{
    /// <summary>The route of whoever names no model.</summary>
    public const string Default = "default";
}

/// <summary>A model of a route.</summary>
/// <param name="ModelId">The entry of the catalog.</param>
/// <param name="Weight">How often it is asked first, beside the others, where that is weighted.</param>
public sealed record RouteTarget(Guid ModelId, int Weight);

/// <summary>Which model of a route is asked.</summary>
public static class RouteModes
{
    /// <summary>The first; the next when it does not answer.</summary>
    public const string Ordered = "ordered";

    /// <summary>By chance, the heavier ones more often; another when it does not answer.</summary>
    public const string Weighted = "weighted";

    /// <summary>Each in its turn; another when it does not answer.</summary>
    public const string RoundRobin = "round_robin";

    /// <summary>The one that began to answer soonest lately; the next when it does not.</summary>
    public const string Fastest = "fastest";
}

/// <summary>A model that a call may go to.</summary>
/// <param name="Model">The entry of the catalog.</param>
/// <param name="Name">The model to ask for: the entry's own, or another of its provider.</param>
public sealed record Target(LlmModel Model, string Name);
