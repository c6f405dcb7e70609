using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Bus.Llm;

internal static class ProviderSettings
{
    private const string Completions = "/chat/completions";

    // Compose files pass settings that nobody filled in as empty strings.
    public static string? Text(this IConfiguration settings, string name) =>
        settings[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    public static string? Key(this IConfiguration settings, string name) => settings.Text(name) switch
    {
        { } key when key.Any(c => c is <= ' ' or > '~') =>
            throw new LlmSettingException(name, "holds a character that no key has (a space, a line break or a letter outside ASCII)."),
        var key => key,
    };

    public static Uri? BaseUrl(this IConfiguration settings, string name) =>
        settings.Text(name) is { } text ? ToBaseUrl(name, text) : null;

    public static TimeSpan Milliseconds(this IConfiguration settings, string name, int otherwise) => settings.Text(name) switch
    {
        null => TimeSpan.FromMilliseconds(otherwise),
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => TimeSpan.FromMilliseconds(number),
        _ => throw new LlmSettingException(name, "must be a whole number of milliseconds."),
    };

    public static Uri ToBaseUrl(string name, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            throw new LlmSettingException(name, "must be an address that begins with http:// or https://.");
        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
            throw new LlmSettingException(name, "must hold no name, password, query or fragment; a key has a setting of its own.");

        var path = url.AbsolutePath.TrimEnd('/');
        if (path.EndsWith(Completions, StringComparison.OrdinalIgnoreCase))
            path = path[..^Completions.Length];
        else if (path.Length == 0)
            path = "/v1";

        return new UriBuilder(url) { Path = path }.Uri;
    }
}
