namespace Bus.Llm.Catalog;

/// <summary>A name that somebody may ask for.</summary>
/// <param name="Name">What to send as the model.</param>
/// <param name="Model">What it leads to; of a route the first that is in use, and nothing when none is.</param>
/// <param name="IsRoute">It is a route.</param>
internal sealed record Choosable(string Name, LlmModel? Model, bool IsRoute)
{
    /// <summary>What somebody may ask for, each once: routes before models. The built-in model is among it while it answers whoever names none.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="owner">Who, in the catalog; null: nobody in particular.</param>
    /// <param name="allowed">The names that their key may ask for; null: all.</param>
    public static IEnumerable<Choosable> Of(CatalogSnapshot catalog, Guid? owner, IReadOnlyList<string>? allowed)
    {
        if (allowed is not null)
            return allowed.Distinct(StringComparer.Ordinal).Select(name => Named(catalog, name, owner)).OfType<Choosable>();
        var routes = catalog.Routes.Select(route => new Choosable(route.Name, FirstOf(catalog, route), IsRoute: true));
        var models = catalog.Models
            .Where(model => model.Status == ModelStatuses.Enabled && (model.Owner is null || model.Owner == owner))
            .Select(model => new Choosable(model.Owner is null ? model.ModelId : model.Name, model, IsRoute: false));
        IEnumerable<Choosable> builtIn = catalog.Routes.Any(route => route.Name == Route.Default) ? [] : [new Choosable(BuiltIn.Demo.ModelId, BuiltIn.Demo, IsRoute: false)];
        return routes.Concat(models).Concat(builtIn).DistinctBy(found => found.Name, StringComparer.Ordinal);
    }

    private static Choosable? Named(CatalogSnapshot catalog, string name, Guid? owner)
    {
        if (catalog.Routes.FirstOrDefault(route => route.Name == name) is { } route)
            return new Choosable(name, FirstOf(catalog, route), IsRoute: true);
        try
        {
            return new Choosable(name, catalog.Resolve(name, null, owner)[0].Model, IsRoute: false);
        }
        catch (ModelNotFoundException)
        {
            return null;
        }
    }

    private static LlmModel? FirstOf(CatalogSnapshot catalog, Route route) =>
        route.Targets.Select(target => catalog.Models.FirstOrDefault(model => model.Id == target.ModelId && model.Status == ModelStatuses.Enabled)).FirstOrDefault(model => model is not null);
}
