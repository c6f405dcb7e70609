using Bus.Contracts;
using Bus.Llm.Catalog;

namespace Bus.Llm.Completions;

/// <summary>What a caller can ask.</summary>
/// <param name="Models">The models and routes.</param>
internal sealed record AvailableModels(IReadOnlyList<AvailableModel> Models);

/// <summary>A model or a route that a caller can ask.</summary>
/// <param name="Id">What to send as <c>model</c>.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Provider">Who serves it; <c>bus</c> for a route.</param>
/// <param name="Type">What it is for, a free word.</param>
/// <param name="Description">In words for people.</param>
/// <param name="SupportsVision">It takes pictures.</param>
/// <param name="MaxTokens">The most tokens of an answer; null when nobody said.</param>
/// <param name="ContextWindow">The most tokens of prompt and answer together; null when nobody said.</param>
/// <param name="InputPrice">Today's price of a million tokens of prompts, in <paramref name="Currency"/>; null when none is known.</param>
/// <param name="OutputPrice">Today's price of a million tokens of answers; null when none is known.</param>
/// <param name="Currency">As ISO 4217 names it; null when no price is known.</param>
/// <param name="CreatedAt">When it was added.</param>
internal sealed record AvailableModel(
    string Id, string Name, string Provider, string Type, string Description, bool SupportsVision, int? MaxTokens, int? ContextWindow,
    decimal? InputPrice, decimal? OutputPrice, string? Currency, DateTimeOffset CreatedAt)
{
    private const string Ours = "bus";

    /// <summary>What somebody can ask.</summary>
    public static IEnumerable<AvailableModel> Of(CatalogSnapshot catalog, Guid? owner, IReadOnlyList<string>? allowed, DateTimeOffset now) =>
        from found in Choosable.Of(catalog, owner, allowed)
        let model = found.Model
        where model is not null
        select Of(found.Name, model, found.IsRoute, model.PriceAt(now));

    private static AvailableModel Of(string name, LlmModel model, bool isRoute, PriceOfTheDay? price) => new(
        name, isRoute ? name : model.Name, isRoute ? Ours : model.Provider, model.Type, isRoute ? "" : model.Description, model.SupportsVision, model.MaxTokens,
        model.ContextWindow, price?.Input, price?.Output, price?.Currency, model.CreatedAt);
}
