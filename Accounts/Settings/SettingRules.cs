using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Contracts;

namespace Bus.Accounts.Settings;

/// <summary>What each setting of the system may be.</summary>
internal static class SettingRules
{
    private const int MostMessages = 1_000_000;
    private const int MostConversations = 1_000_000;
    private const int MostDays = 36_500;
    private const int MostEnvironments = 20;

    private static readonly Dictionary<string, Func<JsonNode, string?>> Rules = new(StringComparer.Ordinal)
    {
        ["registration_enabled"] = Flag,
        ["brand_text"] = value => Text(value, Limits.LongestBrandText) is { Length: > 0 } ? null : $"must be a text of 1 to {Limits.LongestBrandText} characters.",
        ["image_domain"] = ImageDomain,
        ["messages_per_minute"] = value => Number(value, MostMessages),
        ["messages_per_day"] = value => Number(value, MostMessages),
        ["retention_conversations"] = value => Number(value, MostConversations),
        ["task_trace_enabled"] = Flag,
        ["task_trace_default_on"] = Flag,
        ["task_trace_admins_only"] = Flag,
        ["task_trace_environments"] = Environments,
        ["task_trace_retention_days"] = value => Number(value, MostDays),
    };

    /// <summary>The settings there are.</summary>
    public static IReadOnlyCollection<string> Names => Rules.Keys;

    /// <summary>What is wrong with a setting; null when nothing is. Null takes it away.</summary>
    public static string? Problem(string name, JsonNode? value) =>
        !Rules.TryGetValue(name, out var rule) ? $"is no setting. There are: {string.Join(", ", Names)}."
        : value is null ? null
        : rule(value);

    private static string? Flag(JsonNode value) => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : "must be true or false.";

    private static string? Number(JsonNode value, int most) =>
        value is JsonValue number && number.TryGetValue<int>(out var given) && given >= 0 && given <= most ? null : $"must be a whole number from 0 to {most}.";

    private static string? Text(JsonNode value, int longest) =>
        value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is var text && text.Length <= longest && !text.Any(char.IsControl) ? text.Trim() : null;

    private static string? ImageDomain(JsonNode value)
    {
        var text = Text(value, Limits.LongestId);
        var isOrigin = text is not null && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" };
        return text is "" || isOrigin ? null : "must be the beginning of an address (https://pictures.example.org), or empty.";
    }

    private static string? Environments(JsonNode value) =>
        value is JsonArray names && names.Count <= MostEnvironments && names.All(name => name is not null && Text(name, Limits.LongestId) is { Length: > 0 })
            ? null
            : $"must be a list of at most {MostEnvironments} names.";
}
