using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bus.Contracts;

namespace Bus.Ingress.Settings;

/// <summary>The settings by their names, and what each may be.</summary>
internal static class SettingFields
{
    private static readonly Dictionary<string, PropertyInfo> All = typeof(PlaceSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .ToDictionary(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), StringComparer.Ordinal);

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Keys];

    /// <summary>What a setting is in some settings; null when nothing.</summary>
    public static object? ValueOf(PlaceSettings settings, string name) => All[name].GetValue(settings);

    /// <summary>What of the narrower place takes the place of what the wider one says.</summary>
    public static PlaceSettings Over(PlaceSettings wider, PlaceSettings narrower)
    {
        var merged = wider with { };
        foreach (var property in All.Values)
        {
            if (property.GetValue(narrower) is { } value)
                property.SetValue(merged, value);
        }

        return merged;
    }

    /// <summary>A value as people write it: on or off, a number, words separated by commas, a text; nothing or <c>-</c> takes it away.</summary>
    public static JsonNode? Parse(string name, string text)
    {
        if (text is "" or "-")
            return null;
        var type = All[name].PropertyType;
        if (type == typeof(bool?))
        {
            return text.ToLowerInvariant() switch
            {
                "on" or "yes" or "true" => true,
                "off" or "no" or "false" => false,
                _ => JsonValue.Create(text),
            };
        }

        if (type == typeof(double?) || type == typeof(int?))
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(text);
        return type == typeof(string)
            ? text
            : new JsonArray([.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => (JsonNode)part)]);
    }

    /// <summary>What is wrong with a change; null when nothing is.</summary>
    public static string? Problem(string name, JsonNode? value)
    {
        if (!All.TryGetValue(name, out var property))
            return $"is no setting. There are: {string.Join(", ", Names)}.";
        if (value is null)
            return null;
        object? read;
        try
        {
            read = value.Deserialize(property.PropertyType, PlaceSettings.Json);
        }
        catch (JsonException)
        {
            return $"must be {KindOf(property.PropertyType)}.";
        }

        return read is string { Length: 0 } or string { Length: > Limits.LargestText } ? "must not be empty or that long." : Range(name, read);
    }

    private static string? Range(string name, object? value) => (name, value) switch
    {
        ("temperature", double t) when !(t >= 0 && t <= Limits.HighestTemperature) => $"must be from 0 to {Limits.HighestTemperature}.",
        ("max_tokens", int n) when n is < 1 or > Limits.MostTokens => $"must be from 1 to {Limits.MostTokens}.",
        ("probability", double p) when !(p >= 0 && p <= 1) => "must be from 0 to 1.",
        ("gather_seconds" or "gather_seconds_in_groups", double s) when !(s >= 0 && s <= Limits.LongestGathering.TotalSeconds) =>
            $"must be from 0 to {Limits.LongestGathering.TotalSeconds}.",
        ("scope", string s) => OneOf(s, Scopes.All),
        ("when_busy", string s) => OneOf(s, WhenBusy.All),
        ("on_edit", string s) => OneOf(s, EditPolicies.All),
        ("on_delete", string s) => OneOf(s, DeletePolicies.All),
        ("on_late", string s) => OneOf(s, LatePolicies.All),
        ("late_minutes", int n) when n < 0 || n > Limits.MostLateMinutes => $"must be from 0 to {Limits.MostLateMinutes}.",
        ("on_possible_repeat", string s) => OneOf(s, RepeatPolicies.All),
        ("language", string s) => OneOf(s, Texts.Languages),
        ("model", string { Length: > Limits.LongestId }) => $"must not be longer than {Limits.LongestId} characters.",
        ("regex", string r) => RegexProblem(r),
        (_, IReadOnlyList<string> list) when list.Count > Limits.MostListedIds || list.Any(id => string.IsNullOrWhiteSpace(id) || id.Length > Limits.LongestId) =>
            $"must be a list of at most {Limits.MostListedIds} words, none of them empty or longer than {Limits.LongestId} characters.",
        _ => null,
    };

    private static string? OneOf(string value, IReadOnlyList<string> allowed) =>
        allowed.Contains(value) ? null : $"must be one of {string.Join(", ", allowed)}.";

    private static string? RegexProblem(string pattern)
    {
        try
        {
            _ = Pattern(pattern);
            return null;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return "is no regular expression, or one that could take for ever (look-around and back references).";
        }
    }

    /// <summary>A regular expression that takes no longer than the text is long.</summary>
    public static Regex Pattern(string pattern) => new(
        pattern.Length > Limits.LongestId ? throw new ArgumentException("It is too long.", nameof(pattern)) : pattern,
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static string KindOf(Type type) =>
        type == typeof(bool?) ? "on or off (true or false in JSON)"
        : type == typeof(double?) ? "a number"
        : type == typeof(int?) ? "a whole number"
        : type == typeof(string) ? "a text"
        : "a list of words";
}
