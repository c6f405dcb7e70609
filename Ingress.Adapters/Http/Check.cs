using System.Text;
using Bus.Contracts;
using Bus.Messaging.Http;

namespace Bus.Ingress.Http;

/// <summary>Checks of what callers send. Each failure names the field.</summary>
internal static class Check
{
    public static string Text(string field, string? value)
    {
        var text = Present(field, value);
        if (string.IsNullOrWhiteSpace(text))
            throw ProblemException.Invalid(field, "is empty.");
        if (text.Contains('\0', StringComparison.Ordinal))
            throw ProblemException.Invalid(field, "contains U+0000, which cannot be kept.");
        return Encoding.UTF8.GetByteCount(text) <= Limits.LargestText
            ? text
            : throw ProblemException.Invalid(field, $"is longer than {Limits.LargestText} bytes in UTF-8.");
    }

    public static string Id(string field, string? value)
    {
        var id = Present(field, value);
        if (string.IsNullOrWhiteSpace(id))
            throw ProblemException.Invalid(field, "is empty.");
        if (id.Length > Limits.LongestId)
            throw ProblemException.Invalid(field, $"is longer than {Limits.LongestId} characters.");
        return id.Any(char.IsControl) ? throw ProblemException.Invalid(field, "contains control characters.") : id;
    }

    public static Guid SessionId(string field, string? value) =>
        Guid.TryParseExact(Present(field, value), "D", out var id) ? id : throw ProblemException.Invalid(field, "is no UUID.");

    /// <summary>An id in a path that is no UUID names nothing that exists.</summary>
    public static Guid SessionInPath(string value) =>
        Guid.TryParseExact(value, "D", out var id) ? id : throw ProblemException.NotFound("session_id", "The session");

    public static double? Temperature(string field, double? value) =>
        value is null or (>= 0 and <= Limits.HighestTemperature) ? value : throw ProblemException.Invalid(field, $"must be from 0 to {Limits.HighestTemperature}.");

    public static int? MaxTokens(string field, int? value) =>
        value is null or (>= 1 and <= Limits.MostTokens) ? value : throw ProblemException.Invalid(field, $"must be from 1 to {Limits.MostTokens}.");

    private static string Present(string field, string? value) => value ?? throw ProblemException.Invalid(field, "is missing.");
}
