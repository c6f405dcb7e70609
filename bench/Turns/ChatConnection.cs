using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Bus.Bench.Turns;

/// <summary>A kept-alive connection to the HTTP API, as one client has it.</summary>
internal sealed class ChatConnection : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly HttpReader reader;

    private ChatConnection() => reader = new HttpReader(socket);

    public static async Task<ChatConnection> Open(int port, CancellationToken cancellation)
    {
        var connection = new ChatConnection();
        await connection.socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
        return connection;
    }

    public async Task<Guid> OpenSession(CancellationToken cancellation)
    {
        await Post("/conversations", [], cancellation);
        var body = await Body(cancellation);
        return JsonDocument.Parse(body).RootElement.GetProperty("session_id").GetGuid();
    }

    /// <summary>Says something and reads the answer to its end.</summary>
    /// <exception cref="BenchException">The answer is no whole one.</exception>
    public async Task<Answer> Say(Guid session, string text, CancellationToken cancellation)
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(new { user_id = "bench", session_id = session, message = text, stream = true });
        var sent = TimeProvider.System.GetUtcNow();
        var started = Stopwatch.GetTimestamp();
        await Post("/chat", request, cancellation);

        var stream = new AnswerStream();
        DateTimeOffset? first = null;
        TimeSpan? whole = null;
        while (await reader.Part(cancellation) is { Length: > 0 } part)
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

    public void Dispose() => socket.Dispose();

    private async Task Post(string path, byte[] body, CancellationToken cancellation)
    {
        var head = $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        byte[] request = [.. Encoding.ASCII.GetBytes(head), .. body];
        await socket.SendAsync(request, cancellation);
        if (await reader.Status(cancellation) is var status && status != 200)
            throw new BenchException($"{path} answered {status}: {Encoding.UTF8.GetString(await Body(cancellation))}");
    }

    private async Task<byte[]> Body(CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        while (await reader.Part(cancellation) is { Length: > 0 } part)
            body.Write(part.Span);
        return body.ToArray();
    }
}

/// <summary>An answer as the client saw it.</summary>
/// <param name="Text">All chunks together.</param>
/// <param name="Chunks">How many there were.</param>
/// <param name="SentAt">When the request was about to be sent.</param>
/// <param name="FirstChunkAt">When the first chunk had come.</param>
/// <param name="Took">From the request to <c>{"done": true}</c>.</param>
internal sealed record Answer(string Text, int Chunks, DateTimeOffset SentAt, DateTimeOffset FirstChunkAt, TimeSpan Took);
