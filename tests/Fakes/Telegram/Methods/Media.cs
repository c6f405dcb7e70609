using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram.Methods;

internal static class Media
{
    private const int LongestCaption = 1024;
    private const int LargestPhoto = 10 * 1024 * 1024;
    private const int LargestDownload = 20 * 1024 * 1024;

    public static JsonNode Send(Request request, string kind)
    {
        var message = Messages.Draft(request) with { File = File(request, kind, request.Arguments.Text(kind) ?? (request.Arguments.Parts.ContainsKey(kind) ? $"attach://{kind}" : "")) };
        var caption = Caption(request);
        return Messages.Post(request, message with { Text = caption.Text, Entities = caption.Entities });
    }

    public static JsonNode SendMediaGroup(Request request)
    {
        if (request.Arguments.Json("media", "media") is not JsonArray { Count: >= 2 and <= 10 } media)
            throw Refusal.Bad("album must contain from 2 to 10 media");
        var draft = Messages.Draft(request) with { MediaGroup = $"{request.Telegram.NextNumber()}" };
        var messages = media.Select(item =>
        {
            var fields = new Arguments((JsonObject)item!, []);
            var caption = Caption(request with { Arguments = fields });
            return draft with { File = File(request, fields.Text("type") ?? "", fields.Text("media") ?? ""), Text = caption.Text, Entities = caption.Entities };
        }).ToList();
        return new JsonArray([.. messages.Select(message => Messages.Post(request, message))]);
    }

    public static FormattedText Caption(Request request) =>
        TextReader.Read(request, "caption", "caption_entities", mayBeEmpty: true, LongestCaption, "message caption is too long");

    public static JsonNode GetFile(Request request)
    {
        if (request.Arguments.Text("file_id") is not { } id || request.Telegram.FindFile(id) is not { } file)
            throw Refusal.Bad("invalid file_id");
        if (file.Content.Length > LargestDownload)
            throw Refusal.Bad("file is too big");
        return new JsonObject { ["file_id"] = id, ["file_unique_id"] = $"u{id}", ["file_size"] = file.Content.Length, ["file_path"] = file.Path };
    }

    private static FakeFile File(Request request, string kind, string source)
    {
        if (source.Length == 0)
            throw Refusal.Bad($"there is no {kind} in the request");
        if (source.StartsWith("http", StringComparison.OrdinalIgnoreCase))
            throw Refusal.Bad("failed to get HTTP URL content");
        if (!source.StartsWith("attach://", StringComparison.Ordinal))
        {
            var known = request.Telegram.FindFile(source) ?? throw Refusal.Bad("wrong file identifier/HTTP URL specified");
            return known.Kind == kind ? known : throw Refusal.Bad($"can't use file of type {Title(known.Kind)} as {Title(kind)}");
        }

        if (!request.Arguments.Parts.TryGetValue(source["attach://".Length..], out var file))
            throw Refusal.Bad("wrong file identifier/HTTP URL specified");
        if (file.Content.Length == 0)
            throw Refusal.Bad("file must be non-empty");
        if (kind == "photo" && file.Content.Length > LargestPhoto)
            throw Refusal.Bad($"file of size {file.Content.Length} bytes is too big for a photo");
        return request.Telegram.Keep(file with { Kind = kind });
    }

    private static string Title(string kind) => kind switch { "photo" => "Photo", "voice" => "VoiceNote", _ => "Document" };
}
