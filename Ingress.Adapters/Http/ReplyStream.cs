using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bus.Contracts;
using Bus.Messaging;
using Microsoft.AspNetCore.Http;

namespace Bus.Ingress.Http;

/// <summary>Writes a reply as server-sent events while it comes (contract, C-17).</summary>
internal sealed partial class ReplyStream(HttpResponse response)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly JsonSerializerOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ShownReply shown = new();

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
                    await Piece(shown.NewOf(chunk), cancellation);
                    break;
                case TurnEnded end:
                    await Piece(shown.RestOf(end), cancellation);
                    if (end.Outcome == TurnOutcomes.Failed)
                        await Data($$"""{"error": {{Json(end.Text)}}, "trace_id": {{Json(end.TraceId)}}}""", cancellation);
                    await Data("""{"done": true}""", cancellation);
                    return;
                case null when turn.IsOver:
                    var late = turn.Late();
                    await Piece(shown.IsEmpty ? late.Message : $"\n\n{late.Message}", cancellation);
                    await Data($$"""{"error": {{Json(late.Message)}}}""", cancellation);
                    await Data("""{"done": true}""", cancellation);
                    return;
                default:
                    await Line(": keep-alive\n\n", cancellation);
                    break;
            }
        }
    }

    private Task Piece(string text, CancellationToken cancellation) =>
        text.Length == 0 ? Task.CompletedTask : Data($$"""{"chunk": {{Json(text)}}}""", cancellation);

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
