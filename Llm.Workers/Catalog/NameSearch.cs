using Bus.Contracts;

namespace Bus.Llm.Catalog;

/// <summary>One search for what a name means.</summary>
/// <param name="catalog">Where.</param>
/// <param name="user">Who searches.</param>
/// <param name="random">Draws where a route is weighted.</param>
/// <param name="turns">Knows whose turn it is, and who is fast.</param>
internal sealed class NameSearch(CatalogSnapshot catalog, Guid? user, Random random, RouteTurns? turns = null)
{
    private static readonly char[] Separators = [':', '/'];
    private static readonly IReadOnlyList<Target> Demo = [new Target(BuiltIn.Demo, BuiltIn.Demo.ModelId)];

    private bool isOff;
    private bool isBarred;

    /// <summary>What answers when nothing is named.</summary>
    public IReadOnlyList<Target> Usual() => RouteNamed(Route.Default) is { } route ? Of(route) : Demo;

    /// <summary>What a name leads to.</summary>
    /// <exception cref="ModelNotFoundException">Nothing that may be asked.</exception>
    public IReadOnlyList<Target> Named(string name)
    {
        if (RouteNamed(name) is { } route)
            return Of(route);
        return Find(name) is { Count: > 0 } found ? found : throw NotFound($"The model '{name}' is switched off.", $"There is no model '{name}'.");
    }

    /// <summary>What a name leads to; nothing when to nothing that may be asked.</summary>
    public IReadOnlyList<Target> Find(string name)
    {
        if (RouteNamed(name) is { } route)
            return Enabled(route);
        if (name == Route.Default)
            return Demo;
        // What somebody was called is found before what they may have meant.
        if (Those(model => model.ModelId == name) is { Count: > 0 } byId)
            return byId;
        if (Those(model => Same(model.Name, name)) is { Count: > 0 } byName)
            return byName;
        if (Those(model => Same(model.Provider, name)) is { Count: > 0 } served)
            return [served[0]];
        if (OfItsProvider(name) is { Count: > 0 } ofProvider)
            return ofProvider;
        if (IsDemo(name))
            return Demo;
        return isBarred || IsOfDemo(name) ? [] : OthersOfDefault(name);
    }

    /// <summary>What a name means at one provider; its first model when there is no name.</summary>
    /// <exception cref="ModelNotFoundException">Nothing that may be asked.</exception>
    public IReadOnlyList<Target> Of(string provider, string? name)
    {
        if (Same(provider, Cost.FreeProvider) && (name is null || Same(name, Cost.FreeProvider)))
            return Demo;
        if (name is null)
        {
            return Those(model => Same(model.Provider, provider)) is { Count: > 0 } all
                ? [all[0]]
                : throw NotFound($"All models of the provider '{provider}' are switched off.", $"There is no provider '{provider}'.");
        }

        var rest = Split(name) is var (prefix, separator, behind) && separator == ':' && Same(prefix, provider) ? behind : name;
        return Those(model => Same(model.Provider, provider) && (model.ModelId == name || model.ModelId == rest)) is { Count: > 0 } byId ? byId
            : Those(model => Same(model.Provider, provider) && Same(model.Name, name)) is { Count: > 0 } byName ? byName
            : Others(provider, rest) is { Count: > 0 } others ? others
            : throw NotFound($"The model '{name}' of the provider '{provider}' is switched off.", $"The provider '{provider}' has no model '{name}'.");
    }

    /// <summary><c>provider:model</c> and <c>provider/model</c>. Both signs are also parts of many models' names.</summary>
    private List<Target> OfItsProvider(string name)
    {
        if (Split(name) is not var (provider, separator, model) || !catalog.Models.Any(entry => IsSeen(entry) && Same(entry.Provider, provider)))
            return [];
        if (model.Length == 0)
            return Those(entry => Same(entry.Provider, provider)) is { Count: > 0 } all ? [all[0]] : [];
        if (Those(entry => Same(entry.Provider, provider) && entry.ModelId == model) is { Count: > 0 } exact)
            return exact;
        // Who serves the models of others calls them like this, and is meant when it is the usual one.
        if (separator == '/' && !isBarred && OthersOfDefault(name) is { Count: > 0 } usual && usual[0].Model.ModelId.Contains('/', StringComparison.Ordinal))
            return usual;
        return Others(provider, model);
    }

    /// <summary>Another model of a provider, where that is allowed and nobody has switched this one off.</summary>
    private List<Target> Others(string provider, string model) =>
        isBarred ? [] : Those(entry => entry.AllowsOtherModels && Same(entry.Provider, provider), model);

    private List<Target> OthersOfDefault(string name) => RouteNamed(Route.Default) is { } route
        ? [.. Enabled(route).Where(target => target.Model.AllowsOtherModels).Select(target => target with { Name = name })]
        : [];

    private List<Target> Of(Route route) => Enabled(route) is { Count: > 0 } targets
        ? targets
        : throw new ModelNotFoundException($"All models of the route '{route.Name}' are switched off.", isSwitchedOff: true);

    private List<Target> Enabled(Route route)
    {
        var targets = new List<(LlmModel Model, int Weight)>();
        foreach (var target in route.Targets)
        {
            if (catalog.Models.FirstOrDefault(model => model.Id == target.ModelId) is { Status: ModelStatuses.Enabled } model)
                targets.Add((model, target.Weight));
        }

        return [.. InOrder(route, targets).Select(target => new Target(target.Model, target.Model.ModelId))];
    }

    private IEnumerable<(LlmModel Model, int Weight)> InOrder(Route route, List<(LlmModel Model, int Weight)> targets) => route.Mode switch
    {
        RouteModes.Weighted => targets.Drawn(target => target.Weight, random),
        RouteModes.RoundRobin when turns is not null => targets.FromTurn(turns.Next(route.Name)),
        RouteModes.Fastest when turns is not null => targets.OrderBy(target => turns.PaceOf(target.Model.Id)),
        _ => targets,
    };

    /// <summary>The entries in use that are meant, one's own first; and whether one was meant that is not.</summary>
    private List<Target> Those(Func<LlmModel, bool> isMeant, string? asked = null)
    {
        List<Target> found = [];
        var own = 0;
        foreach (var model in catalog.Models)
        {
            if (!IsSeen(model) || !isMeant(model))
                continue;
            if (model.Status == ModelStatuses.Enabled)
            {
                found.Insert(model.Owner is null ? found.Count : own++, new Target(model, asked ?? model.ModelId));
                continue;
            }

            // An example that nobody has filled in says nothing of whether the model may be asked elsewhere.
            isOff = true;
            isBarred |= model.Keys.Count > 0 || model.AuthType == AuthTypes.None;
        }

        return found;
    }

    private ModelNotFoundException NotFound(string off, string unknown) =>
        isOff ? new ModelNotFoundException(off, isSwitchedOff: true) : new ModelNotFoundException($"{unknown} Administrators see and add models at /api/v1/llm-models.", isSwitchedOff: false);

    private Route? RouteNamed(string name) => catalog.Routes.FirstOrDefault(route => route.Name == name);

    private bool IsSeen(LlmModel model) => model.Owner is null || model.Owner == user;

    private static (string Prefix, char Separator, string Behind)? Split(string name) =>
        name.IndexOfAny(Separators) is > 0 and var at ? (name[..at], name[at], name[(at + 1)..]) : null;

    private static bool IsDemo(string name) =>
        Same(name, Cost.FreeProvider) || (Split(name) is var (prefix, separator, rest) && separator == ':' && Same(prefix, Cost.FreeProvider) && (rest.Length == 0 || Same(rest, Cost.FreeProvider)));

    private static bool IsOfDemo(string name) => Split(name) is var (prefix, separator, _) && separator == ':' && Same(prefix, Cost.FreeProvider);

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
