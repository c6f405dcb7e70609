using System.Text.Json.Serialization;
using Bus.Contracts;

namespace Bus.Llm.Catalog.Entries;

/// <summary>A model of the catalog, as administrators see it and send it (contract, L-20). Keys are sent and never shown.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Name">What people call it.</param>
/// <param name="ModelId">What the provider calls it.</param>
/// <param name="Provider">Who serves it.</param>
/// <param name="Type">What it is for; <c>生文</c> when nothing is said.</param>
/// <param name="Description">In words for people.</param>
/// <param name="Status">enabled, disabled or inactive.</param>
/// <param name="BaseUrl">Where; it may end in <c>/chat/completions</c>. Another one wants all keys again.</param>
/// <param name="AuthType">api_key, x_api_key, azure or none.</param>
/// <param name="KeyUsageMode">single, round_robin, weighted or failover.</param>
/// <param name="ApiKeys">The keys, in the order of their use. The whole list is sent; a key that stays, with its id.</param>
/// <param name="SupportsVision">It takes pictures.</param>
/// <param name="MaxTokens">The most tokens of an answer.</param>
/// <param name="ContextWindow">The most tokens of prompt and answer together.</param>
/// <param name="Prices">What a million tokens cost and have cost, the oldest first.</param>
/// <param name="InputPrice">What those of prompts cost today. Sent, it is a price from now on.</param>
/// <param name="OutputPrice">The same of answers.</param>
/// <param name="Currency">The currency of these two.</param>
/// <param name="Rpm">Requests that it takes in a minute.</param>
/// <param name="Tpm">Tokens that it takes in a minute.</param>
/// <param name="AllowsOtherModels">Other models of the provider may be asked for by their names.</param>
/// <param name="UsageUrl">Where the provider tells what a call took, with <c>{id}</c> for the call.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
internal sealed record EntryItem(
    Guid Id,
    string Name,
    string ModelId,
    string Provider,
    string Type,
    string Description,
    string Status,
    string BaseUrl,
    string AuthType,
    string KeyUsageMode,
    IReadOnlyList<ProviderKeyItem> ApiKeys,
    bool SupportsVision,
    int? MaxTokens,
    int? ContextWindow,
    IReadOnlyList<PriceOfTheDay> Prices,
    decimal? InputPrice,
    decimal? OutputPrice,
    string Currency,
    int? Rpm,
    int? Tpm,
    bool AllowsOtherModels,
    string? UsageUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>An entry, as it is shown.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="currency">What prices are in where none is known.</param>
    /// <param name="now">What today is.</param>
    /// <param name="states">How its keys do; null where that is not told.</param>
    public static EntryItem Of(Entry entry, BaseCurrency currency, DateTimeOffset now, KeyStates? states = null)
    {
        var price = entry.PriceAt(now);
        return new EntryItem(
            entry.Id, entry.Name, entry.ModelId, entry.Provider, entry.Type, entry.Description, entry.Status, entry.BaseUrl, entry.AuthType, entry.KeyMode,
            [.. entry.Keys.Select(key => ProviderKeyItem.Of(key, states?.Of(entry, key)))],
            entry.SupportsVision, entry.MaxTokens, entry.ContextWindow, entry.Prices, price?.Input, price?.Output, price?.Currency ?? currency.Code,
            entry.Rpm, entry.Tpm, entry.AllowsOtherModels, entry.UsageUrl, entry.CreatedAt, entry.UpdatedAt);
    }
}

/// <summary>A key that we hold, as it is shown.</summary>
/// <param name="Id">The key. With it, it stays.</param>
/// <param name="Key">Its ends: <c>sk-…abcd</c>. Sent: the key.</param>
/// <param name="Status">enabled or disabled.</param>
/// <param name="Weight">How often it is used, beside the others.</param>
/// <param name="Rpm">Requests that it is good for in a minute.</param>
/// <param name="Tpm">Tokens that it is good for in a minute.</param>
/// <param name="State">ok, resting, quarantined or unreadable.</param>
/// <param name="RestsUntil">When it is used again, where it rests.</param>
/// <param name="Reason">Why it is not used.</param>
internal sealed record ProviderKeyItem(
    Guid Id,
    string Key,
    string Status,
    int Weight,
    int? Rpm,
    int? Tpm,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RestsUntil,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason)
{
    public static ProviderKeyItem Of(StoredKey key, KeyState? state) =>
        new(key.Id, key.Hint, key.Status, key.Weight, key.Rpm, key.Tpm, state?.Name, state?.RestsUntil, state?.Reason);
}

/// <summary>The models of the catalog.</summary>
/// <param name="Models">The oldest first.</param>
internal sealed record EntriesResponse(IReadOnlyList<EntryItem> Models);
