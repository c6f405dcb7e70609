namespace Bus.Llm.Catalog.Routing;

/// <summary>A name of ours for models, as administrators see it and send it.</summary>
/// <param name="Name">The name; <c>default</c> is for all who name no model.</param>
/// <param name="Mode">ordered: the first answers, the next when it does not. weighted: by chance, the heavier ones more often.</param>
/// <param name="Targets">The models.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
internal sealed record RouteItem(string Name, string Mode, IReadOnlyList<RouteTargetItem> Targets, DateTimeOffset UpdatedAt);

/// <summary>A model of a route.</summary>
/// <param name="Model">The entry of the catalog. Sent, it may also be a model id or a name that only one entry has.</param>
/// <param name="Weight">How often it is asked first, beside the others, where that is weighted.</param>
/// <param name="Name">What people call it.</param>
/// <param name="ModelId">What the provider calls it.</param>
/// <param name="Provider">Who serves it.</param>
/// <param name="Status">Whether it is in use; what is not is left out.</param>
internal sealed record RouteTargetItem(Guid Model, int Weight, string Name, string ModelId, string Provider, string Status);

/// <summary>The routes.</summary>
/// <param name="Routes">In the order of their names.</param>
internal sealed record RoutesResponse(IReadOnlyList<RouteItem> Routes);

/// <summary>A model of a route as it is kept.</summary>
/// <param name="Model">The entry.</param>
/// <param name="Weight">Its weight.</param>
internal sealed record StoredTarget(Guid Model, int Weight);

/// <summary>A model of a route, as somebody names it.</summary>
/// <param name="Path">What the member is called.</param>
/// <param name="Name">An id, a model id or a name.</param>
/// <param name="Weight">Its weight.</param>
internal sealed record NamedTarget(string Path, string Name, int Weight);
