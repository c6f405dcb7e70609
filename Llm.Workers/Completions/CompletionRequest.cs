using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Llm.Completions;

/// <summary>Reads requests as the earlier server took them (contract, P-29 to P-34): as JSON or as a form, each field of which is a member.</summary>
internal static class CompletionRequest
{
    private const string Messages = "messages";
    private const string Attachments = "attachments";

    /// <summary>These are texts, whatever they look like.</summary>
    private static readonly string[] Texts = ["model", "provider", "purpose", "user"];

    /// <summary>The body as JSON.</summary>
    /// <exception cref="ProblemException">It is too large (413), of another type (415), or not as it must be (400).</exception>
    public static async Task<ReadOnlyMemory<byte>> Read(HttpRequest request)
    {
        var json = request.HasFormContentType ? JsonSerializer.SerializeToUtf8Bytes(await ReadForm(request)) : await JsonBody.Read(request);
        return json.Span.IndexOf("\"attachments\""u8) < 0 ? json : WithoutAttachments(json);
    }

    private static async Task<JsonObject> ReadForm(HttpRequest request)
    {
        var limit = request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>() ?? request.HttpContext.RequestServices.GetRequiredService<BodyLimit>();
        if (request.ContentLength > limit.Bytes)
            throw TooLarge(limit);
        limit.Lift(request.HttpContext);
        try
        {
            var form = await request.ReadFormAsync(
                new FormOptions { BufferBody = false, MemoryBufferThreshold = limit.Bytes, ValueLengthLimit = limit.Bytes, MultipartBodyLengthLimit = limit.Bytes },
                request.HttpContext.RequestAborted);
            if (form.Files.Count > 0)
                throw ProblemException.Invalid(form.Files[0].Name, "is a file: this endpoint takes the ids of files.");
            var body = new JsonObject();
            foreach (var (name, values) in form)
                body[name] = ValueOf(name, values.ToString());
            return body;
        }
        catch (BadHttpRequestException failure)
        {
            throw failure.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge(limit) : Unreadable(failure.StatusCode);
        }
        catch (InvalidDataException failure)
        {
            throw failure.Message.Contains("limit", StringComparison.OrdinalIgnoreCase) ? TooLarge(limit) : Unreadable(StatusCodes.Status400BadRequest);
        }
        catch (IOException)
        {
            throw Unreadable(StatusCodes.Status400BadRequest); // it ends before it should
        }
    }

    /// <summary>What is JSON is taken as such; any other value is a text.</summary>
    private static JsonNode? ValueOf(string name, string value)
    {
        if (Texts.Contains(name))
            return JsonValue.Create(value);
        try
        {
            return JsonNode.Parse(value, documentOptions: new JsonDocumentOptions { MaxDepth = Limits.DeepestRequest });
        }
        catch (JsonException) when (name != Messages)
        {
            return JsonValue.Create(value);
        }
        catch (JsonException)
        {
            throw ProblemException.Invalid(name, "must be a list of messages as JSON.");
        }
    }

    /// <summary>No provider knows the member; what is in it must not be left out unsaid.</summary>
    private static ReadOnlyMemory<byte> WithoutAttachments(ReadOnlyMemory<byte> json)
    {
        try
        {
            if (JsonNode.Parse(json.Span, documentOptions: new JsonDocumentOptions { MaxDepth = Limits.DeepestRequest }) is not JsonObject body || body[Messages] is not JsonArray messages)
                return json;
            for (var number = 0; number < messages.Count; number++)
            {
                if (messages[number] is not JsonObject message || !message.Remove(Attachments, out var attachments))
                    continue;
                if (attachments is not (null or JsonArray { Count: 0 }))
                    throw ProblemException.Invalid($"messages[{number}].attachments", "names files that are not there.");
            }

            return JsonSerializer.SerializeToUtf8Bytes(body, SseWriter.AsItIs);
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException or InvalidOperationException)
        {
            // Whoever reads it as a request says what is wrong with it.
            return json;
        }
    }

    private static ProblemException Unreadable(int status) => new(status, "The form could not be read.");

    private static ProblemException TooLarge(BodyLimit limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than the server accepts ({limit.Setting}).");
}
