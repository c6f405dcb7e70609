using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bus.Fakes.Telegram;

/// <summary>What a call brings, whichever way it came: in the query, as JSON, as a form, in parts with files.</summary>
internal sealed class Arguments(JsonObject values, IReadOnlyList<FakeFile> files)
{
    public JsonObject Values => values;

    public IReadOnlyList<FakeFile> Files => files;

    /// <summary>The files by the names of their parts.</summary>
    public Dictionary<string, FakeFile> Parts { get; } = [];

    public static async Task<Arguments> Read(HttpRequest request, CancellationToken hungUp)
    {
        var values = new JsonObject();
        foreach (var (name, value) in request.Query)
            values[name] = value.ToString();
        if (request.HasFormContentType)
            return await ReadForm(request, values, hungUp);
        if (request.HasJsonContentType() && request.ContentLength != 0)
            await ReadJson(request, values, hungUp);
        return new Arguments(values, []);
    }

    public bool Has(string name) => values[name] is not null;

    public string? Text(string name) => values[name] switch
    {
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonValue value => value.ToJsonString(),
        _ => null,
    };

    public long? Long(string name) => long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public bool Flag(string name) => Text(name) is { } text && (text.Equals("true", StringComparison.OrdinalIgnoreCase) || text == "1");

    /// <summary>An object or a list, which a form carries as text.</summary>
    public JsonNode? Json(string name, string whatItIs)
    {
        if (values[name] is not JsonValue value)
            return values[name];
        if (!value.TryGetValue(out string? text) || text.Length == 0)
            return null;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            throw Refusal.Bad($"can't parse {whatItIs} JSON object");
        }
    }

    private static async Task ReadJson(HttpRequest request, JsonObject values, CancellationToken hungUp)
    {
        try
        {
            if (await JsonNode.ParseAsync(request.Body, cancellationToken: hungUp) is not JsonObject body)
                throw Refusal.Bad("can't parse request JSON: expected an Object");
            foreach (var (name, value) in body.ToList())
            {
                body.Remove(name);
                values[name] = value;
            }
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Refusal.Bad("can't parse request JSON");
        }
    }

    private static async Task<Arguments> ReadForm(HttpRequest request, JsonObject values, CancellationToken hungUp)
    {
        var form = await request.ReadFormAsync(hungUp);
        foreach (var (name, value) in form)
            values[name] = value.ToString();
        var parts = new List<(string Part, FakeFile File)>();
        foreach (var part in form.Files)
        {
            using var content = new MemoryStream();
            await part.CopyToAsync(content, hungUp);
            parts.Add((part.Name, new FakeFile("", part.FileName, part.ContentType ?? "application/octet-stream", content.ToArray())));
        }

        var arguments = new Arguments(values, [.. parts.Select(part => part.File)]);
        foreach (var (part, file) in parts)
            arguments.Parts[part] = file;
        return arguments;
    }
}
