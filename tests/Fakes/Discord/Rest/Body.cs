using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bus.Fakes.Discord.Rest;

/// <summary>What a call brings: JSON, or files with the JSON in a part of its own.</summary>
internal static class Body
{
    private const int LargestFile = 10 * 1024 * 1024;

    public static async Task Read(HttpRequest request, FakeCall call, CancellationToken ended)
    {
        try
        {
            if (request.HasFormContentType)
                await ReadForm(request, call, ended);
            else if (request.HasJsonContentType() && request.ContentLength != 0)
                call.Body = await JsonNode.ParseAsync(request.Body, cancellationToken: ended);
        }
        catch (Exception broken) when (broken is JsonException or InvalidDataException)
        {
            throw Refusal.NoJson();
        }
        catch (BadHttpRequestException large) when (large.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw Refusal.TooLarge();
        }
    }

    private static async Task ReadForm(HttpRequest request, FakeCall call, CancellationToken ended)
    {
        var form = await request.ReadFormAsync(ended);
        var files = new List<FakeFile>();
        foreach (var part in form.Files.OrderBy(part => Index(part.Name)))
        {
            if (part.Length > LargestFile)
                throw Refusal.TooLarge();
            using var content = new MemoryStream();
            await part.CopyToAsync(content, ended);
            files.Add(new FakeFile(part.FileName, TypeOf(part), content.ToArray()));
        }

        call.Files = files;
        call.Body = form.TryGetValue("payload_json", out var json) ? JsonNode.Parse(json.ToString()) : new JsonObject(form.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Value.ToString())));
    }

    // files[3] is the file that attachments call 3.
    private static int Index(string name) => int.TryParse(name.Replace("files[", "", StringComparison.Ordinal).TrimEnd(']'), out var index) ? index : int.MaxValue;

    // Discord goes by the name where the client did not say.
    private static string TypeOf(IFormFile part) => part.ContentType is { Length: > 0 } type and not "application/octet-stream" ? type : Path.GetExtension(part.FileName).ToUpperInvariant() switch
    {
        ".TXT" => "text/plain; charset=utf-8",
        ".PNG" => "image/png",
        ".JPG" or ".JPEG" => "image/jpeg",
        ".JSON" => "application/json; charset=utf-8",
        _ => "application/octet-stream",
    };
}
