using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bus.Messaging.Http;

/// <summary>Reads the JSON bodies of requests, with errors that name what is wrong.</summary>
public static class JsonBody
{
    /// <summary>The body as a record.</summary>
    /// <exception cref="ProblemException">It is too large (413), not JSON (400, 415) or of another shape (400, naming the field).</exception>
    public static async Task<T> Read<T>(HttpRequest request)
    {
        var body = await Read(request);
        var options = request.HttpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        try
        {
            return JsonSerializer.Deserialize<T>(body.Span, options)
                ?? throw new ProblemException(StatusCodes.Status400BadRequest, "The body must be a JSON object, not null.");
        }
        catch (JsonException failure) when (FieldOf(failure) is { } field)
        {
            throw ProblemException.Invalid(field, "is of the wrong type.");
        }
        catch (JsonException failure)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                $"The body is not a JSON object in UTF-8, or is more than {options.MaxDepth} levels deep (line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}).");
        }
    }

    /// <summary>The body as it came.</summary>
    /// <exception cref="ProblemException">It is too large (413) or says that it is no JSON (415).</exception>
    public static async Task<ReadOnlyMemory<byte>> Read(HttpRequest request)
    {
        if (!string.IsNullOrEmpty(request.ContentType) && !request.HasJsonContentType())
            throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, "The body must be application/json.");
        try
        {
            return await Bytes(request);
        }
        catch (BadHttpRequestException failure)
        {
            throw failure.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? new ProblemException(failure.StatusCode, "The body is larger than the server accepts.")
                : new ProblemException(failure.StatusCode, "The body could not be read.");
        }
    }

    /// <summary>
    /// The limit is ours and not the web server's, which hangs up on a caller in the middle of a body that is too large;
    /// so the caller can still read why.
    /// </summary>
    private static async Task<ReadOnlyMemory<byte>> Bytes(HttpRequest request)
    {
        var limit = request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>() ?? request.HttpContext.RequestServices.GetRequiredService<BodyLimit>();
        if (request.ContentLength > limit.Bytes)
            throw TooLarge(limit);
        limit.Lift(request.HttpContext);
        var body = new ArrayBufferWriter<byte>();
        while (await request.Body.ReadAsync(body.GetMemory(4096), request.HttpContext.RequestAborted) is > 0 and var count)
        {
            body.Advance(count);
            if (body.WrittenCount > limit.Bytes)
                throw TooLarge(limit);
        }

        return body.WrittenMemory;
    }

    private static ProblemException TooLarge(BodyLimit limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than the server accepts ({limit.Setting}).");

    /// <summary>The member of a wrong type: <c>$.name</c> in the path that the serializer reports for a readable body.</summary>
    private static string? FieldOf(JsonException failure) =>
        failure is { Path: { Length: > 2 } path, InnerException: not JsonException } && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
}

/// <summary>How large the body of a request may be: of all requests, or of those to endpoints that have one of their own among their metadata.</summary>
/// <param name="Bytes">The most bytes.</param>
/// <param name="Setting">The setting that says so.</param>
public sealed record BodyLimit(int Bytes, string Setting)
{
    private const int StillRead = 2;

    /// <summary>Has the web server read bodies of that size, and somewhat larger ones, so that whoever sent one can read why it is refused.</summary>
    public void Lift(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server && server.MaxRequestBodySize < (long)StillRead * Bytes)
            server.MaxRequestBodySize = (long)StillRead * Bytes;
    }
}
