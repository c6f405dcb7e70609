using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Bus.Llm;

/// <summary>Reads JSON that may have anything anywhere: what is not there, or is of another type, is absent.</summary>
internal static class LooseJson
{
    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    public static JsonElement First(this JsonElement element) =>
        element.ValueKind is JsonValueKind.Array && element.GetArrayLength() > 0 ? element[0] : default;

    /// <summary>A text that is not empty.</summary>
    public static string? Text(this JsonElement element) =>
        element.ValueKind is JsonValueKind.String && ReadString(element) is { Length: > 0 } text ? text : null;

    /// <summary>A count: a number that is not negative; the fraction that some servers write is dropped.</summary>
    public static int? Count(this JsonElement element) =>
        element.ValueKind is JsonValueKind.Number && element.TryGetDouble(out var number) && number is >= 0 and <= int.MaxValue ? (int)number : null;

    /// <summary>A whole number, whether written as a number or as a string.</summary>
    public static int? Code(this JsonElement element) =>
        element.Count()
        ?? (int.TryParse(element.Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);

    private static string ReadString(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: its other half comes in the next piece.
            return Unescape(element.GetRawText().AsSpan(1..^1));
        }
    }

    private static string Unescape(ReadOnlySpan<char> raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            text.Append(raw[i] switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\b',
                'f' => '\f',
                'u' => (char)int.Parse(raw.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                var other => other,
            });
            if (raw[i] == 'u')
                i += 4;
        }

        return text.ToString();
    }
}
