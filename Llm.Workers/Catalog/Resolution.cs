namespace Bus.Llm.Catalog;

/// <summary>From a name to the models that may answer, in the order in which they are asked (docs/providers.md has the rules).</summary>
public static class Resolution
{
    /// <summary>The models that a name leads to; one at least.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="name">A route, a model as its provider or people call it, a provider, or <c>provider:model</c>; null: the usual one.</param>
    /// <param name="provider">Only of this provider; null: of any.</param>
    /// <param name="user">Whose own models count as well.</param>
    /// <param name="random">Draws where a route is weighted.</param>
    /// <param name="turns">Knows whose turn it is, and who is fast; null: the models of such routes stay in their order.</param>
    /// <exception cref="ModelNotFoundException">It leads to none that may be asked.</exception>
    public static IReadOnlyList<Target> Resolve(this CatalogSnapshot catalog, string? name, string? provider, Guid? user, Random? random = null, RouteTurns? turns = null)
    {
        var search = new NameSearch(catalog, user, random ?? Random.Shared, turns);
        var (wanted, from) = (Written(name), Written(provider));
        return from is not null ? search.Of(from, wanted)
            : wanted is not null ? search.Named(wanted)
            : catalog.Chosen(user) is { } chosen && search.Find(chosen) is { Count: > 0 } own ? own
            : search.Usual();
    }

    /// <summary>What somebody has chosen; what became of it since does not keep them from an answer.</summary>
    private static string? Chosen(this CatalogSnapshot catalog, Guid? user) =>
        user is { } id && catalog.Choices.TryGetValue(id, out var choice) ? Written(choice.Model) : null;

    private static string? Written(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
