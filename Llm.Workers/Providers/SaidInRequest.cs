using System.Text.Json;

namespace Bus.Llm;

/// <summary>What is said in a request: every text in its JSON.</summary>
internal static class SaidInRequest
{
    /// <summary>The texts; none when the request is no JSON.</summary>
    public static IEnumerable<string> Texts(ReadOnlyMemory<byte> request)
    {
        var texts = new List<string>();
        var json = new Utf8JsonReader(request.Span, isFinalBlock: true, state: default);
        try
        {
            while (json.Read())
            {
                if (json.TokenType is JsonTokenType.String)
                    texts.Add(json.GetString()!);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What could not be read was not sent either.
        }

        return texts;
    }
}
