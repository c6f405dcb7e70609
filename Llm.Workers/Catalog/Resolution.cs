namespace Bus.Llm.Catalog;

/// <summary>Stand-in until the catalog is merged.</summary>
internal static class Resolution
{
    public static readonly LlmModel Demo = new(
        new Guid(0, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]), "demo", "demo", "demo", "生文", "", ModelStatuses.Enabled, null, AuthTypes.None, KeyModes.First, [], false, null, null, [], null, null, false, null, null, default, default);

    public static IReadOnlyList<Target> Resolve(this CatalogSnapshot snapshot, string? name, string? provider, Guid? user)
    {
        var found = snapshot.Models.Where(model => model.Status == ModelStatuses.Enabled && (name is null || model.ModelId == name) && (provider is null || model.Provider == provider)).ToList();
        return found.Count > 0 ? [.. found.Select(model => new Target(model, model.ModelId))]
            : name is null or "demo" ? [new Target(Demo, "demo")]
            : throw new ModelNotFoundException($"There is no model '{name}'.");
    }
}

/// <summary>There is no such model.</summary>
internal sealed class ModelNotFoundException(string reason) : Exception(reason);
