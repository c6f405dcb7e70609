using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bus.Bench.Turns;

/// <summary>A kept-alive connection to an HTTP server on this machine.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly HttpReader reader;

    private HttpConnection() => reader = new HttpReader(socket);

    public static async Task<HttpConnection> Open(int port, CancellationToken cancellation)
    {
        var connection = new HttpConnection();
        await connection.socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
        return connection;
    }

    /// <summary>A request as it goes over the wire.</summary>
    public static byte[] Post(string path, ReadOnlySpan<byte> body, string headers = "")
    {
        var head = $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{headers}Content-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>Sends a request and reads the headers of the answer.</summary>
    /// <exception cref="BenchException">The answer is another than 200.</exception>
    public async ValueTask Send(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        await socket.SendAsync(request, cancellation);
        if (await reader.Head(cancellation) is var answer && !answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            throw new BenchException($"{FirstLine(request.Span)} answered '{answer}': {Encoding.UTF8.GetString(await Body(cancellation))}");
    }

    /// <summary>The next part of the answer; empty at its end. It is gone with the next call.</summary>
    public ValueTask<ReadOnlyMemory<byte>> Part(CancellationToken cancellation) => reader.Part(cancellation);

    /// <summary>The whole answer.</summary>
    public async Task<byte[]> Body(CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        while (await reader.Part(cancellation) is { Length: > 0 } part)
            body.Write(part.Span);
        return body.ToArray();
    }

    public void Dispose() => socket.Dispose();

    private static string FirstLine(ReadOnlySpan<byte> request) => Encoding.ASCII.GetString(request[..request.IndexOf(" HTTP"u8)]);
}
