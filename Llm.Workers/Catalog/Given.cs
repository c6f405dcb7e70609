using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;

namespace Bus.Llm.Catalog;

/// <summary>Reads what somebody sent, member by member: which are there matters where only those are changed. One that is not as it must be is named.</summary>
internal static class Given
{
    /// <summary>The body of a request, which is an object.</summary>
    public static async Task<IReadOnlyDictionary<string, JsonElement>> Body(HttpRequest request, IReadOnlyCollection<string> known)
    {
        var body = await JsonBody.Read<JsonElement>(request);
        return body.ValueKind == JsonValueKind.Object
            ? Members("", body, known)
            : throw new ProblemException(StatusCodes.Status400BadRequest, "The body must be a JSON object.");
    }

    /// <summary>The members of an object; of one that comes twice, the last.</summary>
    /// <param name="path">What the object is called, with a dot; empty for the body.</param>
    /// <param name="value">The object.</param>
    /// <param name="known">What it may have.</param>
    public static IReadOnlyDictionary<string, JsonElement> Members(string path, JsonElement value, IReadOnlyCollection<string> known)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw ProblemException.Invalid(path.TrimEnd('.'), "must be an object.");
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var name = known.FirstOrDefault(member.NameEquals)
                ?? throw ProblemException.Invalid($"{path}{Shown(member)}", $"is not known. There are: {string.Join(", ", known)}.");
            members[name] = member.Value;
        }

        return members;
    }

    /// <summary>A member that says something; null when it is absent or null.</summary>
    public static JsonElement? Present(this IReadOnlyDictionary<string, JsonElement> members, string name) =>
        members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The elements of a list, each with what it is called; none when it is null.</summary>
    public static IEnumerable<(string Path, JsonElement Value)> List(string field, JsonElement value, int most)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return [];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > most)
            throw ProblemException.Invalid(field, $"must be a list of at most {most}.");
        return value.EnumerateArray().Select((element, i) => ($"{field}[{i}]", element));
    }

    /// <summary>A line of text.</summary>
    public static string Text(string field, JsonElement value, int longest) =>
        String(value)?.Trim() is { Length: > 0 } text && text.Length <= longest && !text.Any(char.IsControl)
            ? text
            : throw ProblemException.Invalid(field, $"must be a text of 1 to {longest} characters, none of them control characters.");

    /// <summary>A text of several lines, or none.</summary>
    public static string Prose(string field, JsonElement value, int longest) =>
        String(value) is { } text && text.Length <= longest && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'))
            ? text.Trim()
            : throw ProblemException.Invalid(field, $"must be a text of at most {longest} characters, without control characters other than line breaks.");

    /// <summary>A key of a provider.</summary>
    public static string Key(string field, JsonElement value) =>
        String(value)?.Trim() is { Length: > 0 and <= Limits.LongestProviderKey } key && !key.Any(c => c is <= ' ' or > '~')
            ? key
            : throw ProblemException.Invalid(field, $"must be a text of 1 to {Limits.LongestProviderKey} characters of ASCII without spaces, as providers give keys. What is shown of a key is none; with its id it stays.");

    /// <summary>One of several words.</summary>
    public static string Word(string field, JsonElement value, params IReadOnlyCollection<string> words) =>
        String(value) is { } text && words.Contains(text) ? text : throw ProblemException.Invalid(field, $"must be one of: {string.Join(", ", words)}.");

    /// <summary>Yes or no.</summary>
    public static bool Flag(string field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw ProblemException.Invalid(field, "must be true or false."),
    };

    /// <summary>A whole number from 1.</summary>
    public static int Number(string field, JsonElement value, int most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1 && number <= most
            ? number
            : throw ProblemException.Invalid(field, $"must be a whole number from 1 to {most}.");

    /// <summary>The same, or none.</summary>
    public static int? NumberOrNone(string field, JsonElement value, int most) => value.ValueKind == JsonValueKind.Null ? null : Number(field, value, most);

    /// <summary>An amount of money, from 0.</summary>
    public static decimal Amount(string field, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var amount) && amount is >= 0 and <= Limits.HighestPrice
            ? amount
            : throw ProblemException.Invalid(field, $"must be a number from 0 to {Limits.HighestPrice}.");

    /// <summary>A time.</summary>
    public static DateTimeOffset Time(string field, JsonElement value) =>
        String(value) is { } text && PointInTime.TryParse(text, out var time) ? time.ToUniversalTime() : throw ProblemException.Invalid(field, $"must be {PointInTime.Expected}.");

    /// <summary>The address of a provider, up to and without <c>/chat/completions</c>, as it is kept.</summary>
    public static string BaseUrl(string field, JsonElement value)
    {
        try
        {
            return ProviderSettings.ToBaseUrl(field, Text(field, value, Limits.LongestUrl)).AbsoluteUri;
        }
        catch (LlmSettingException wrong)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, wrong.Message, field);
        }
    }

    /// <summary>Null when it is no string, or one with half a character.</summary>
    private static string? String(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Shown(JsonProperty member)
    {
        try
        {
            return member.Name is { Length: <= Limits.LongestId } name && !name.Any(char.IsControl) ? name : "a member";
        }
        catch (InvalidOperationException)
        {
            return "a member";
        }
    }
}
