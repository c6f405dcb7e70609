using Bus.Messaging.Access;

namespace Bus.Llm.Catalog.OwnModels;

/// <summary>What answers somebody (contract, C-18).</summary>
/// <param name="LlmApiUrl">Where it is; empty for the built-in model.</param>
/// <param name="LlmModel">What it is called there.</param>
/// <param name="LlmApiKey">The ends of their own key; of one of the system's nothing but that there is one.</param>
/// <param name="PresetModels">What they may choose.</param>
/// <param name="CurrentModelType">What they have chosen; <c>default</c> when nothing.</param>
/// <param name="MaxTokens">The most tokens of an answer when they do not say; null when they have not chosen.</param>
internal sealed record ConfigResponse(
    string LlmApiUrl, string LlmModel, string LlmApiKey, IReadOnlyList<PresetModel> PresetModels, string CurrentModelType, int? MaxTokens)
{
    private const string Masked = "…";

    /// <summary>What holds for somebody.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="config">What they have chosen.</param>
    /// <param name="owner">Whose it is, in the catalog.</param>
    /// <param name="caller">Who asks.</param>
    public static ConfigResponse Of(CatalogSnapshot catalog, OwnConfig? config, Guid owner, Caller caller)
    {
        var (url, model, key) = ("", "", "");
        try
        {
            var answers = catalog.Resolve(null, null, owner)[0];
            (url, model) = (answers.Model.BaseUrl?.AbsoluteUri ?? "", answers.Name);
            key = answers.Model.Keys is not [var first, ..] ? "" : answers.Model.Owner == owner ? first.Hint : Masked;
        }
        catch (ModelNotFoundException)
        {
            // Nothing answers for now.
        }

        return new ConfigResponse(url, model, key, [.. PresetModel.Of(catalog, owner, caller.Models)], config?.ModelType ?? Route.Default, config?.MaxTokens);
    }
}

/// <summary>Something that may be chosen.</summary>
/// <param name="ModelType">What to send as <c>model_type</c>.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Provider">Who serves it; empty for a route.</param>
/// <param name="Description">In words for people.</param>
/// <param name="SupportsVision">It takes pictures.</param>
internal sealed record PresetModel(string ModelType, string Name, string Provider, string Description, bool SupportsVision)
{
    /// <summary>What somebody may choose, each once.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="owner">Who.</param>
    /// <param name="allowed">The models that their key may ask; null: all.</param>
    public static IEnumerable<PresetModel> Of(CatalogSnapshot catalog, Guid owner, IReadOnlyList<string>? allowed) =>
        from found in Choosable.Of(catalog, owner, allowed)
        select found.IsRoute || found.Model is null
            ? new PresetModel(found.Name, found.Name, "", "", false)
            : new PresetModel(found.Name, found.Model.Name, found.Model.Provider, found.Model.Description, found.Model.SupportsVision);
}
