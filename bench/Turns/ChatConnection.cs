using System.Diagnostics;
using System.Text.Json;

namespace Bus.Bench.Turns;

/// <summary>A connection to the HTTP API, as one client has it.</summary>
internal sealed class ChatConnection : IDisposable
{
    private readonly HttpConnection http;

    private ChatConnection(HttpConnection http) => this.http = http;

    public static async Task<ChatConnection> Open(int port, CancellationToken cancellation) => new(await HttpConnection.Open(port, cancellation));

    public async Task<Guid> OpenSession(CancellationToken cancellation)
    {
        await http.Send(HttpConnection.Post("/conversations", []), cancellation);
        return JsonDocument.Parse(await http.Body(cancellation)).RootElement.GetProperty("session_id").GetGuid();
    }

    /// <summary>Says something and reads the answer to its end.</summary>
    /// <exception cref="BenchException">The answer is no whole one.</exception>
    public async Task<Answer> Say(Guid session, string text, CancellationToken cancellation)
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(new { user_id = "bench", session_id = session, message = text, stream = true });
        var sent = TimeProvider.System.GetUtcNow();
        var started = Stopwatch.GetTimestamp();
        await http.Send(HttpConnection.Post("/chat", request), cancellation);

        var stream = new AnswerStream();
        DateTimeOffset? first = null;
        TimeSpan? whole = null;
        while (await http.Part(cancellation) is { Length: > 0 } part)
        {
            stream.Add(part.Span);
            if (stream.Chunks > 0)
                first ??= TimeProvider.System.GetUtcNow();
            if (stream.IsDone)
                whole ??= Stopwatch.GetElapsedTime(started);
        }

        return whole is { } took && first is { } chunkAt
            ? new Answer(stream.Text, stream.Chunks, sent, chunkAt, took)
            : throw new BenchException($"The stream of session {session} ended without chunk or done.");
    }

    public void Dispose() => http.Dispose();
}

/// <summary>An answer as the client saw it.</summary>
/// <param name="Text">All chunks together.</param>
/// <param name="Chunks">How many there were.</param>
/// <param name="SentAt">When the request was about to be sent.</param>
/// <param name="FirstChunkAt">When the first chunk had come.</param>
/// <param name="Took">From the request to <c>{"done": true}</c>.</param>
internal sealed record Answer(string Text, int Chunks, DateTimeOffset SentAt, DateTimeOffset FirstChunkAt, TimeSpan Took);
