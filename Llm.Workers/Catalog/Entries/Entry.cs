using Bus.Contracts;
using Bus.Llm.Vault;

namespace Bus.Llm.Catalog.Entries;

/// <summary>An entry of the catalog as it is kept: its keys are sealed.</summary>
internal sealed record Entry(
    Guid Id,
    string Name,
    string ModelId,
    string Provider,
    string Type,
    string Description,
    string Status,
    string BaseUrl,
    string AuthType,
    string KeyMode,
    IReadOnlyList<StoredKey> Keys,
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
    /// <summary>One that says nothing yet.</summary>
    public static Entry New(Guid id, DateTimeOffset now) => new(
        id, "", "", "", ModelTypes.Text, "", ModelStatuses.Enabled, "", AuthTypes.ApiKey, KeyModes.First, [], false, null, null, [], null, null, false, null, null, now, now);

    /// <summary>With its keys opened, as far as they can be.</summary>
    public LlmModel Opened(KeyVault vault) => new(
        Id, Name, ModelId, Provider, Type, Description, Status, new Uri(BaseUrl), AuthType, KeyMode, [.. Keys.Select(key => key.Opened(vault, Owner, BaseUrl))],
        SupportsVision, MaxTokens, ContextWindow, Prices, Rpm, Tpm, AllowsOtherModels, UsageUrl, Owner, CreatedAt, UpdatedAt);

    /// <summary>The price at a time; null when none is known.</summary>
    public PriceOfTheDay? PriceAt(DateTimeOffset time) => Prices.LastOrDefault(price => price.From <= time);
}

/// <summary>A key as it is kept.</summary>
/// <param name="Id">The key; another secret is another key.</param>
/// <param name="Sealed">The secret, which only the vault can open, for its owner and the address it was given for.</param>
/// <param name="Hint">What may be shown of it.</param>
/// <param name="Status"><c>enabled</c> or <c>disabled</c>.</param>
/// <param name="Weight">How often it is used, beside the others, where that is weighted.</param>
/// <param name="Rpm">Requests that it is good for in a minute; null: any number.</param>
/// <param name="Tpm">Tokens that it is good for in a minute; null: any number.</param>
internal sealed record StoredKey(Guid Id, string Sealed, string Hint, string Status = ModelStatuses.Enabled, int Weight = 1, int? Rpm = null, int? Tpm = null)
{
    /// <summary>Seals a secret.</summary>
    public static StoredKey Of(string secret, KeyVault vault, Guid? owner, string baseUrl, Guid id) =>
        new(id, vault.Seal(secret, new KeyBinding(owner, baseUrl, id)), KeyHint.Of(secret));

    /// <summary>With the secret, where it can be opened.</summary>
    public ProviderKey Opened(KeyVault vault, Guid? owner, string baseUrl) =>
        new(Id, vault.Open(Sealed, new KeyBinding(owner, baseUrl, Id)), Hint, Status, Weight, Rpm, Tpm);
}
