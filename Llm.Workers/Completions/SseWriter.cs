using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Llm.Completions;

/// <summary>Writes server-sent events as OpenAI's clients read them.</summary>
internal sealed class SseWriter(HttpContext http)
{
    /// <summary>Nothing is escaped that need not be.</summary>
    public static readonly JsonSerializerOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly TimeSpan UntilSent = TimeSpan.FromMilliseconds(250);

    private readonly HttpResponse response = http.Response;

    /// <summary>Says what comes; nothing of it may be held back on its way.</summary>
    public void Begin()
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    /// <summary>An event; it goes out with the next <see cref="Flush"/>.</summary>
    public void Event(JsonObject data) => Event(JsonSerializer.SerializeToUtf8Bytes(data, AsItIs));

    /// <inheritdoc cref="Event(JsonObject)"/>
    public void Event(ReadOnlySpan<byte> data)
    {
        var room = response.BodyWriter.GetSpan(data.Length + 8);
        "data: "u8.CopyTo(room);
        var line = room.Slice(6, data.Length);
        data.CopyTo(line);
        // Between the tokens of JSON a line break says nothing, and within an event it would end the line.
        line.Replace((byte)'\n', (byte)' ');
        "\n\n"u8.CopyTo(room[(6 + data.Length)..]);
        response.BodyWriter.Advance(data.Length + 8);
    }

    /// <summary>Shows those in between that somebody is still there.</summary>
    public void KeepAlive() => Raw(": keep-alive\n\n"u8);

    public async ValueTask Flush() => await response.BodyWriter.FlushAsync(http.RequestAborted);

    /// <summary>The answer is whole.</summary>
    public ValueTask End()
    {
        Event("[DONE]"u8);
        return Flush();
    }

    /// <summary>The answer is not whole: an error, no <c>[DONE]</c>, and the connection ends with it, so that no client takes it for whole.</summary>
    public async Task Fail(ProblemException told)
    {
        Event(JsonSerializer.SerializeToUtf8Bytes(OpenAIErrors.Of(told.Status, told.Message, told.Field, told.Code), AsItIs));
        await Flush();
        // What the connection has not sent yet when it is ended, it does not send any more; and nobody tells when it has.
        await Task.Delay(UntilSent, http.RequestServices.GetRequiredService<TimeProvider>(), http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Abort();
    }

    private void Raw(ReadOnlySpan<byte> line)
    {
        line.CopyTo(response.BodyWriter.GetSpan(line.Length));
        response.BodyWriter.Advance(line.Length);
    }
}
