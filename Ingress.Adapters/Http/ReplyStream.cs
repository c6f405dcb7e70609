using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bus.Contracts;
using Microsoft.AspNetCore.Http;

namespace Bus.Ingress.Http;

/// <summary>Writes a reply as server-sent events while it comes (contract, C-17).</summary>
internal sealed partial class ReplyStream(HttpResponse response)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly JsonSerializerOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder written = new();
    private Guid? runId;

    public async Task Write(HttpTurn turn, CancellationToken cancellation)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.Body.FlushAsync(cancellation);

        while (true)
        {
            switch (await turn.Next(KeepAlive, cancellation))
            {
                case ReplyChunk chunk:
                    await Piece(NewOf(chunk), cancellation);
                    break;
                case TurnEnded end:
                    await Piece(RestOf(end), cancellation);
                    if (end.Outcome == TurnOutcomes.Failed)
                        await Data($$"""{"error": {{Json(end.Text)}}, "trace_id": {{Json(end.TraceId)}}}""", cancellation);
                    await Data("""{"done": true}""", cancellation);
                    return;
                case null when turn.IsOver:
                    var late = turn.Late();
                    await Piece(written.Length == 0 ? late.Message : $"\n\n{late.Message}", cancellation);
                    await Data($$"""{"error": {{Json(late.Message)}}}""", cancellation);
                    await Data("""{"done": true}""", cancellation);
                    return;
                default:
                    await Line(": keep-alive\n\n", cancellation);
                    break;
            }
        }
    }

    /// <summary>
    /// What a piece adds. One that was overtaken or comes twice adds nothing, nor does one of a second run, which may have
    /// found other words; the end makes good for it.
    /// </summary>
    private string NewOf(ReplyChunk chunk)
    {
        runId ??= chunk.RunId;
        return chunk.RunId == runId && chunk.Offset == written.Length ? chunk.Text : "";
    }

    private string RestOf(TurnEnded end)
    {
        var shown = written.ToString();
        if (end.Text.StartsWith(shown, StringComparison.Ordinal))
            return end.Text[shown.Length..];
        return $"\n\n{end.Text}";
    }

    private Task Piece(string text, CancellationToken cancellation)
    {
        written.Append(text);
        return text.Length == 0 ? Task.CompletedTask : Data($$"""{"chunk": {{Json(text)}}}""", cancellation);
    }

    private Task Data(string json, CancellationToken cancellation) => Line($"data: {json}\n\n", cancellation);

    private async Task Line(string line, CancellationToken cancellation)
    {
        await response.WriteAsync(line, cancellation);
        await response.Body.FlushAsync(cancellation);
    }

    /// <summary>As JSON in which nothing is escaped that need not be: the encoder always escapes what lies beyond U+FFFF.</summary>
    private static string Json(string text) => EscapedPair().Replace(
        JsonSerializer.Serialize(text, AsItIs), pair => $"{CodeUnit(pair.Groups[1])}{CodeUnit(pair.Groups[2])}");

    private static char CodeUnit(Capture digits) => (char)ushort.Parse(digits.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\\u(D[89AB][0-9A-F]{2})\\u(D[C-F][0-9A-F]{2})")]
    private static partial Regex EscapedPair();
}
