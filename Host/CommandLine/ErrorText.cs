using System.Text.Encodings.Web;
using System.Text.Json;
using Bus.Messaging.Errors;

namespace Bus.Host.CommandLine;

/// <summary>Messages that could not be handled, for people or for machines.</summary>
internal static class ErrorText
{
    private static readonly JsonSerializerOptions AsOverHttp = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(ErrorList list, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new ErrorsResponse(list.Errors, list.IsComplete), AsOverHttp));
            return;
        }

        foreach (var error in list.Errors)
            Console.WriteLine(Line(error));
        if (!list.IsComplete)
            Console.WriteLine($"There are more than these {list.Errors.Count}; --queue lists those of one queue.");
        else if (list.Errors.Count == 0)
            Console.WriteLine("Nothing is parked.");
    }

    public static void Write(IReadOnlyList<ErrorDetails> found, bool json)
    {
        if (json && found.Count > 0)
        {
            Console.WriteLine(JsonSerializer.Serialize(new ErrorDetailsResponse(found), AsOverHttp));
            return;
        }

        foreach (var details in found)
        {
            Console.WriteLine(Line(details.Error));
            Console.WriteLine($"  goes back to {details.BackTo ?? "nowhere: nothing tells where it came from"}; {details.Size} bytes of {details.ContentType ?? "no type"}");
            foreach (var (name, value) in details.Headers)
                Console.WriteLine($"  {name}: {Readable(value)}");
            if (details.Body is { } body)
                Console.WriteLine(Readable(body));
        }
    }

    private static string Line(ErrorItem error) =>
        $"{error.Id}  {error.Queue}  {Readable(error.Type ?? "?")}  {error.At?.ToString("u") ?? "?"}  {error.Tries?.ToString() ?? "?"} tries  {Readable(error.Reason).ReplaceLineEndings(" ")}";

    /// <summary>Strangers' bytes must not steer the terminal.</summary>
    public static string Readable(string text) => string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));
}
