using System.Text.Json;
using Bus.Contracts;
using Bus.Llm.Vault;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;

namespace Bus.Llm.Catalog.Entries;

/// <summary>The keys of an entry, as somebody sends them: those that there are by their ids, new ones with their secrets.</summary>
internal static class EntryKeys
{
    private static readonly string[] Members = ["id", "key", "status", "weight", "rpm", "tpm", "state", "rests_until", "reason"];
    private static readonly string[] Statuses = [ModelStatuses.Enabled, ModelStatuses.Disabled];

    /// <summary>The whole list.</summary>
    /// <param name="field">What it is called.</param>
    /// <param name="value">What was sent.</param>
    /// <param name="entry">Whose they are to be, with the keys that there are.</param>
    /// <param name="vault">Seals new ones.</param>
    /// <param name="now">When.</param>
    /// <exception cref="ProblemException">One is not as it must be, or cannot be kept.</exception>
    public static IReadOnlyList<StoredKey> Of(string field, JsonElement value, Entry entry, KeyVault vault, DateTimeOffset now)
    {
        var keys = Given.List(field, value, Limits.MostProviderKeys).Select(key => One(key.Path, key.Value, entry, vault, now)).ToList();
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys.FindIndex(key => key.Id == keys[i].Id) < i)
                throw ProblemException.Invalid($"{field}[{i}].id", "is there twice.");
        }

        return keys;
    }

    private static StoredKey One(string path, JsonElement value, Entry entry, KeyVault vault, DateTimeOffset now)
    {
        var members = Given.Members($"{path}.", value, Members);
        var kept = members.Present("id") is { } id ? Known($"{path}.id", id, entry) : null;
        var key = Secret(path, members, kept) is { } secret ? Sealed(secret, entry, vault, now) with { Status = kept?.Status ?? ModelStatuses.Enabled, Weight = kept?.Weight ?? 1, Rpm = kept?.Rpm, Tpm = kept?.Tpm }
            : kept ?? throw ProblemException.Invalid($"{path}.key", "is missing.");
        if (members.Present("status") is { } status)
            key = key with { Status = Given.Word($"{path}.status", status, Statuses) };
        if (members.Present("weight") is { } weight)
            key = key with { Weight = Given.Number($"{path}.weight", weight, Limits.HeaviestWeight) };
        if (members.TryGetValue("rpm", out var rpm))
            key = key with { Rpm = Given.NumberOrNone($"{path}.rpm", rpm, Limits.HighestRate) };
        if (members.TryGetValue("tpm", out var tpm))
            key = key with { Tpm = Given.NumberOrNone($"{path}.tpm", tpm, Limits.HighestRate) };
        return key;
    }

    /// <summary>What is shown of a key that there is, sent back, says that it stays.</summary>
    private static string? Secret(string path, IReadOnlyDictionary<string, JsonElement> members, StoredKey? kept) =>
        members.Present("key") is not { } key || (kept is not null && key.ValueKind == JsonValueKind.String && key.ValueEquals(kept.Hint)) ? null : Given.Key($"{path}.key", key);

    private static StoredKey Sealed(string secret, Entry entry, KeyVault vault, DateTimeOffset now) => vault.CanSeal
        ? StoredKey.Of(secret, vault, entry.Owner, entry.BaseUrl, Guid.CreateVersion7(now))
        : throw new ProblemException(StatusCodes.Status409Conflict, "api_keys cannot be kept: there is nothing to encrypt them with (set BUS_MASTER_KEYS or JWT_SECRET).", "api_keys");

    private static StoredKey Known(string path, JsonElement id, Entry entry) =>
        (id.ValueKind == JsonValueKind.String && id.TryGetGuid(out var guid) ? entry.Keys.FirstOrDefault(key => key.Id == guid) : null)
        ?? throw ProblemException.Invalid(path, "must be the id of a key that this model has; a new key has none.");
}
