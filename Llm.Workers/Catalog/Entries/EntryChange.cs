using System.Text.Json;
using Bus.Contracts;
using Bus.Llm.Vault;
using Bus.Messaging.Http;

namespace Bus.Llm.Catalog.Entries;

/// <summary>What somebody wants of an entry: the members that they sent, and no others.</summary>
/// <param name="members">What they sent.</param>
/// <param name="vault">Seals keys.</param>
/// <param name="currency">What prices are reckoned in.</param>
/// <param name="now">When.</param>
internal sealed class EntryChange(IReadOnlyDictionary<string, JsonElement> members, KeyVault vault, BaseCurrency currency, DateTimeOffset now)
{
    private const string Keys = "api_keys";

    private static readonly string[] Required = ["name", "model_id", "provider", "base_url"];

    /// <summary>What answers have besides: whoever sends an answer back is not refused for it.</summary>
    private static readonly string[] Answered = ["id", "created_at", "updated_at"];

    private static readonly string[] Statuses = [ModelStatuses.Enabled, ModelStatuses.Disabled, ModelStatuses.Inactive];

    private static readonly Dictionary<string, string> Auth = new(StringComparer.Ordinal)
    {
        [AuthTypes.ApiKey] = AuthTypes.ApiKey,
        ["bearer"] = AuthTypes.ApiKey,
        [AuthTypes.XApiKey] = AuthTypes.XApiKey,
        [AuthTypes.Azure] = AuthTypes.Azure,
        [AuthTypes.None] = AuthTypes.None,
    };

    private static readonly Dictionary<string, string> Modes = new(StringComparer.Ordinal)
    {
        [KeyModes.First] = KeyModes.First,
        ["单个"] = KeyModes.First,
        [KeyModes.RoundRobin] = KeyModes.RoundRobin,
        ["轮询"] = KeyModes.RoundRobin,
        ["rotation"] = KeyModes.RoundRobin,
        ["polling"] = KeyModes.RoundRobin,
        ["round-robin"] = KeyModes.RoundRobin,
        [KeyModes.Weighted] = KeyModes.Weighted,
        [KeyModes.Failover] = KeyModes.Failover,
    };

    private static readonly Dictionary<string, Func<Entry, string, JsonElement, Entry>> Fields = new(StringComparer.Ordinal)
    {
        ["name"] = (entry, field, value) => entry with { Name = Given.Text(field, value, Limits.LongestId) },
        ["model_id"] = (entry, field, value) => entry with { ModelId = Given.Text(field, value, Limits.LongestId) },
        ["provider"] = (entry, field, value) => entry with { Provider = Provider(field, value) },
        ["type"] = (entry, field, value) => entry with { Type = IsNull(value) ? ModelTypes.Text : Given.Text(field, value, Limits.LongestId) },
        ["description"] = (entry, field, value) => entry with { Description = IsNull(value) ? "" : Given.Prose(field, value, Limits.LongestDescription) },
        ["status"] = (entry, field, value) => entry with { Status = IsNull(value) ? ModelStatuses.Enabled : Given.Word(field, value, Statuses) },
        ["base_url"] = (entry, field, value) => entry with { BaseUrl = Given.BaseUrl(field, value) },
        ["auth_type"] = (entry, field, value) => entry with { AuthType = IsNull(value) ? AuthTypes.ApiKey : Auth[Given.Word(field, value, Auth.Keys)] },
        ["key_usage_mode"] = (entry, field, value) => entry with { KeyMode = IsNull(value) ? KeyModes.First : Modes[Given.Word(field, value, Modes.Keys)] },
        ["supports_vision"] = (entry, field, value) => entry with { SupportsVision = !IsNull(value) && Given.Flag(field, value) },
        ["max_tokens"] = (entry, field, value) => entry with { MaxTokens = Given.NumberOrNone(field, value, Limits.MostTokens) },
        ["context_window"] = (entry, field, value) => entry with { ContextWindow = Given.NumberOrNone(field, value, Limits.LargestContextWindow) },
        ["rpm"] = (entry, field, value) => entry with { Rpm = Given.NumberOrNone(field, value, Limits.HighestRate) },
        ["tpm"] = (entry, field, value) => entry with { Tpm = Given.NumberOrNone(field, value, Limits.HighestRate) },
        ["allows_other_models"] = (entry, field, value) => entry with { AllowsOtherModels = !IsNull(value) && Given.Flag(field, value) },
        ["usage_url"] = (entry, field, value) => entry with { UsageUrl = IsNull(value) ? null : Given.Text(field, value, Limits.LongestUrl) },
    };

    /// <summary>What an entry may be given.</summary>
    public static IReadOnlyCollection<string> Members { get; } = [.. Fields.Keys, Keys, .. EntryPrices.Members, .. Answered];

    /// <summary>A new entry.</summary>
    /// <exception cref="ProblemException">Something is missing, or not as it must be.</exception>
    public Entry Create(Guid id) => Required.FirstOrDefault(field => !members.ContainsKey(field)) is { } missing
        ? throw ProblemException.Invalid(missing, "is missing.")
        : Of(Entry.New(id, now));

    /// <summary>An entry as it is to be.</summary>
    /// <exception cref="ProblemException">Something is not as it must be.</exception>
    public Entry Of(Entry before)
    {
        var entry = members.Where(member => Fields.ContainsKey(member.Key)).Aggregate(before, (entry, member) => Fields[member.Key](entry, member.Key, member.Value));
        if (members.TryGetValue(Keys, out var keys))
            entry = entry with { Keys = EntryKeys.Of(Keys, keys, entry, vault, now) };
        // A key is for the address that it was given for: whoever could turn that elsewhere would have the key sent there.
        if (entry.BaseUrl != before.BaseUrl && entry.Keys.Any(key => before.Keys.Any(old => old.Id == key.Id)))
            throw ProblemException.Invalid(Keys, "must have every key again when base_url changes: a key that is kept is for the address it was given for.");
        if (entry.UsageUrl is not null)
            CheckUsageUrl(entry.UsageUrl, new Uri(entry.BaseUrl));
        return EntryPrices.Of(entry, members, currency, now);
    }

    /// <summary>It is asked with the same key.</summary>
    private static void CheckUsageUrl(string address, Uri baseUrl)
    {
        if (!address.Contains("{id}", StringComparison.Ordinal) || !Uri.TryCreate(address.Replace("{id}", "1", StringComparison.Ordinal), UriKind.Absolute, out var url)
            || url.UserInfo.Length > 0 || url.GetLeftPart(UriPartial.Authority) != baseUrl.GetLeftPart(UriPartial.Authority))
        {
            throw ProblemException.Invalid("usage_url", $"must be an address of {baseUrl.GetLeftPart(UriPartial.Authority)} with {{id}} where the id of the call belongs.");
        }
    }

    /// <summary>It can stand before a colon or a slash.</summary>
    private static string Provider(string field, JsonElement value)
    {
        var provider = Given.Text(field, value, Limits.LongestId);
        if (provider.AsSpan().ContainsAny(':', '/'))
            throw ProblemException.Invalid(field, "must have no colon and no slash: names such as openai:gpt-4o begin with a provider.");
        return provider.Equals(Cost.FreeProvider, StringComparison.OrdinalIgnoreCase) ? throw ProblemException.Invalid(field, "must not be that of the built-in model.") : provider;
    }

    private static bool IsNull(JsonElement value) => value.ValueKind == JsonValueKind.Null;
}
