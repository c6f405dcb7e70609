using Bus.Contracts;

namespace Bus.Llm.Catalog;

/// <summary>An entry of the catalog: a model that a provider serves, and how it is asked.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Name">What people call it.</param>
/// <param name="ModelId">What the provider calls it, and callers who ask for it.</param>
/// <param name="Provider">Who serves it.</param>
/// <param name="Type">What it is for, a free word (contract, L-21).</param>
/// <param name="Description">In words for people.</param>
/// <param name="Status">A name of <see cref="ModelStatuses"/>.</param>
/// <param name="BaseUrl">Where, up to and without <c>/chat/completions</c>; null for the built-in model.</param>
/// <param name="AuthType">How the key is shown: a name of <see cref="AuthTypes"/>.</param>
/// <param name="KeyMode">Which of several keys is used: a name of <see cref="KeyModes"/>.</param>
/// <param name="Keys">The keys, in the order of their use.</param>
/// <param name="SupportsVision">It takes pictures.</param>
/// <param name="MaxTokens">The most tokens of an answer; null when nobody said.</param>
/// <param name="ContextWindow">The most tokens of prompt and answer together; null when nobody said.</param>
/// <param name="Prices">What it costs and has cost, the oldest first; empty when nobody said.</param>
/// <param name="Rpm">Requests that it takes in a minute; null: any number.</param>
/// <param name="Tpm">Tokens that it takes in a minute; null: any number.</param>
/// <param name="AllowsOtherModels">Other models of the provider may be asked for by their names.</param>
/// <param name="UsageUrl">Where the provider tells what a call took, with <c>{id}</c> for the id that we gave it; null when nowhere.</param>
/// <param name="Owner">The account whose own it is; null when it is everybody's.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record LlmModel(
    Guid Id,
    string Name,
    string ModelId,
    string Provider,
    string Type,
    string Description,
    string Status,
    Uri? BaseUrl,
    string AuthType,
    string KeyMode,
    IReadOnlyList<ProviderKey> Keys,
    bool SupportsVision,
    int? MaxTokens,
    int? ContextWindow,
    IReadOnlyList<PriceOfTheDay> Prices,
    int? Rpm,
    int? Tpm,
    bool AllowsOtherModels,
    string? UsageUrl,
    Guid? Owner,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>The price at a time; null when none is known.</summary>
    public PriceOfTheDay? PriceAt(DateTimeOffset time) => Prices.LastOrDefault(price => price.From <= time);
}

/// <summary>A key that we hold.</summary>
/// <param name="Id">The key.</param>
/// <param name="Secret">The key itself; null when it cannot be decrypted. Never shown, logged or traced.</param>
/// <param name="Hint">What may be shown of it: <c>sk-…abcd</c>.</param>
/// <param name="Status"><c>enabled</c> or <c>disabled</c>.</param>
/// <param name="Weight">How often it is used, beside the others, where that is weighted.</param>
/// <param name="Rpm">Requests that it is good for in a minute; null: any number.</param>
/// <param name="Tpm">Tokens that it is good for in a minute; null: any number.</param>
public sealed record ProviderKey(Guid Id, string? Secret, string Hint, string Status, int Weight, int? Rpm, int? Tpm)
{
    /// <summary>It can be used, as far as we have decided.</summary>
    public bool IsUsable => Status == ModelStatuses.Enabled && Secret is not null;

    /// <summary>Without the secret.</summary>
    public override string ToString() => Hint;
}

/// <summary>Whether a model is in use (contract, L-11 and X-14).</summary>
public static class ModelStatuses
{
    /// <summary>In use.</summary>
    public const string Enabled = "enabled";

    /// <summary>Switched off.</summary>
    public const string Disabled = "disabled";

    /// <summary>It failed for good, and is not asked.</summary>
    public const string Inactive = "inactive";
}

/// <summary>How a key is shown to a provider (contract, L-12).</summary>
public static class AuthTypes
{
    /// <summary><c>Authorization: Bearer</c>.</summary>
    public const string ApiKey = "api_key";

    /// <summary>The header <c>x-api-key</c>.</summary>
    public const string XApiKey = "x_api_key";

    /// <summary>The header <c>api-key</c>, as Azure wants it.</summary>
    public const string Azure = "azure";

    /// <summary>None is wanted.</summary>
    public const string None = "none";
}

/// <summary>Which of several keys is used (contract, L-22).</summary>
public static class KeyModes
{
    /// <summary>The first that is enabled, and no other.</summary>
    public const string First = "single";

    /// <summary>Each in its turn.</summary>
    public const string RoundRobin = "round_robin";

    /// <summary>By chance, the heavier ones more often.</summary>
    public const string Weighted = "weighted";

    /// <summary>The first, as long as it works; then the next.</summary>
    public const string Failover = "failover";
}
