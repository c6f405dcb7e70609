using System.Text.Json;
using Bus.Contracts;
using Bus.Llm.Catalog.Entries;
using Bus.Llm.Vault;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;

namespace Bus.Llm.Catalog.OwnModels;

/// <summary>What somebody wants of what answers them: the members that they sent, and no others.</summary>
/// <param name="members">What they sent.</param>
/// <param name="vault">Seals their key.</param>
/// <param name="now">When.</param>
internal sealed class OwnConfigChange(IReadOnlyDictionary<string, JsonElement> members, KeyVault vault, DateTimeOffset now)
{
    private const string ModelType = "model_type";
    private const string MaxTokens = "max_tokens";
    private const string Url = "custom_api_url";
    private const string Model = "custom_model";
    private const string Key = "custom_api_key";

    /// <summary>What may be sent.</summary>
    public static IReadOnlyList<string> Members { get; } = [ModelType, MaxTokens, Url, Model, Key];

    /// <summary>What was chosen, as it is to be.</summary>
    /// <param name="before">What there was.</param>
    /// <param name="isKnown">A name leads to something that answers.</param>
    /// <exception cref="ProblemException">Something is not as it must be.</exception>
    public OwnConfig Of(OwnConfig before, Action<string, string> isKnown)
    {
        var after = WithOwnModel(before) with { UpdatedAt = now };
        if (members.TryGetValue(MaxTokens, out var most))
            after = after with { MaxTokens = Given.NumberOrNone(MaxTokens, most, Limits.MostTokens) };
        if (members.TryGetValue(ModelType, out var type))
            after = after with { ModelType = type.ValueKind == JsonValueKind.Null ? null : Given.Text(ModelType, type, Limits.LongestId) };
        if (after.ModelType == OwnConfig.Custom && after.ApiUrl is null)
        {
            // Whoever takes their model away is answered by the usual one again.
            after = before.ApiUrl is not null && !members.ContainsKey(ModelType)
                ? after with { ModelType = null }
                : throw ProblemException.Invalid(ModelType, "is your own model, and you have none: send custom_api_url and custom_model, too.");
        }
        else if (after.ModelType is not (null or OwnConfig.Custom) && members.ContainsKey(ModelType))
        {
            isKnown(ModelType, after.ModelType);
        }

        return after;
    }

    private OwnConfig WithOwnModel(OwnConfig before)
    {
        if (members.TryGetValue(Url, out var url) && url.ValueKind == JsonValueKind.Null)
        {
            return members.Present(Model) is null && members.Present(Key) is null
                ? before with { ApiUrl = null, ApiModel = null, SealedKey = null, KeyHint = null }
                : throw ProblemException.Invalid(Url, "is missing: a model and a key belong to an address.");
        }

        var after = before with
        {
            ApiUrl = members.Present(Url) is { } given ? Given.BaseUrl(Url, given) : before.ApiUrl,
            ApiModel = members.TryGetValue(Model, out var model) ? Given.Text(Model, model, Limits.LongestId) : before.ApiModel,
        };
        if (after.ApiUrl is null && (after.ApiModel is not null || members.Present(Key) is not null))
            throw ProblemException.Invalid(Url, "is missing: a model and a key belong to an address.");
        if (after.ApiUrl is not null && after.ApiModel is null)
            throw ProblemException.Invalid(Model, "is missing: the model to ask for at custom_api_url.");
        return WithKey(after, before);
    }

    private OwnConfig WithKey(OwnConfig after, OwnConfig before)
    {
        if (members.TryGetValue(Key, out var key) && key.ValueKind == JsonValueKind.Null)
            return after with { SealedKey = null, KeyHint = null };
        var isKept = !members.ContainsKey(Key) || (before.KeyHint is not null && key.ValueKind == JsonValueKind.String && key.ValueEquals(before.KeyHint));
        // A key is for the address that it was given for.
        if (isKept && before.SealedKey is not null && after.ApiUrl != before.ApiUrl)
            throw ProblemException.Invalid(Key, "must be given again when custom_api_url changes: it is for the address it was given for.");
        if (isKept)
            return after;
        var secret = Given.Key(Key, key);
        if (!vault.CanSeal)
            throw new ProblemException(StatusCodes.Status409Conflict, "custom_api_key cannot be kept: there is nothing to encrypt it with (the operator sets BUS_MASTER_KEYS or JWT_SECRET).", Key);
        var stored = StoredKey.Of(secret, vault, Owners.UserOf(after.Identifier), after.ApiUrl!, Guid.CreateVersion7(now));
        return after with { KeyId = stored.Id, SealedKey = stored.Sealed, KeyHint = stored.Hint };
    }
}
