using Bus.Contracts;
using Bus.Llm.Catalog.Entries;
using Bus.Llm.Vault;

namespace Bus.Llm.Catalog.OwnModels;

/// <summary>What somebody has chosen for themselves, as it is kept (contract, C-22).</summary>
/// <param name="Identifier">Who.</param>
/// <param name="ModelType">The model or route that answers when they name none.</param>
/// <param name="MaxTokens">The most tokens of an answer when they do not say.</param>
/// <param name="ApiUrl">Where their own model is; null when they have none.</param>
/// <param name="ApiModel">What it is called there.</param>
/// <param name="SealedKey">Its key.</param>
/// <param name="KeyId">What the key is called.</param>
/// <param name="KeyHint">What may be shown of it.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
internal sealed record OwnConfig(
    string Identifier, string? ModelType, int? MaxTokens, string? ApiUrl, string? ApiModel, string? SealedKey, Guid KeyId, string? KeyHint, DateTimeOffset UpdatedAt)
{
    /// <summary>What somebody's own model is called.</summary>
    public const string Custom = "custom";

    private const string Provider = "own";

    private static readonly Guid People = new("0b7f6a0e-3c1d-5f0e-9d8a-5f2f1f0c7a11");

    /// <summary>Whose own model it is, in the catalog.</summary>
    public Guid Owner => OwnerOf(Identifier);

    /// <summary>They have said something of what answers them.</summary>
    public bool HasChosen => ModelType is not null || MaxTokens is not null;

    /// <summary>Their own model; null when they have none.</summary>
    public LlmModel? Model(KeyVault vault) => ApiUrl is null || ApiModel is null ? null : new LlmModel(
        Ids.From(People, Identifier, Custom), Custom, ApiModel, Provider, ModelTypes.Text, "", ModelStatuses.Enabled, new Uri(ApiUrl),
        SealedKey is null ? AuthTypes.None : AuthTypes.ApiKey, KeyModes.First,
        SealedKey is null ? [] : [new StoredKey(KeyId, SealedKey, KeyHint ?? "…").Opened(vault, Owners.UserOf(Identifier), ApiUrl)],
        SupportsVision: true, null, null, [], null, null, AllowsOtherModels: false, null, Owner, UpdatedAt, UpdatedAt);

    /// <summary>Whose what somebody has chosen is: the account, or for people without one an id that follows from what they are called.</summary>
    public static Guid OwnerOf(string identifier) => Owners.UserOf(identifier) ?? Ids.From(People, identifier);
}
