using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bus.Tests.Llm;

/// <summary>A provider on a socket of its own, which does to each request what its script says; the last step repeats.</summary>
public sealed class FakeProvider : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly Func<FakeCall, Task>[] script;
    private readonly ConcurrentBag<Task> connections = [];
    private readonly Task accepting;
    private int step = -1;
    private int connectionCount;

    public FakeProvider(params Func<FakeCall, Task>[] script)
    {
        this.script = script;
        listener.Start();
        accepting = Accept();
    }

    public Uri BaseUrl => new($"http://{listener.LocalEndpoint}/v1");

    public ConcurrentQueue<FakeCall> Calls { get; } = [];

    public int Connections => connectionCount;

    /// <summary>A provider that streams these lines, ends the answer and keeps the connection.</summary>
    public static FakeProvider Streaming(params string[] lines) => new(call => call.Stream(lines));

    /// <summary>A provider that streams pieces of text as it should be done.</summary>
    public static FakeProvider Saying(params string[] pieces) =>
        Streaming([.. pieces.Select(Wire.Piece), Wire.Finish("stop"), Wire.Done]);

    /// <summary>A provider that answers with a status and a body.</summary>
    public static FakeProvider Answering(int status, string body, string type = "application/json", string headers = "") =>
        new(call => call.Answer(status, body, type, headers));

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await accepting;
        listener.Stop();
        await Task.WhenAll(connections);
        closing.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                connections.Add(Serve(await listener.AcceptSocketAsync(closing.Token)));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task Serve(Socket socket)
    {
        Interlocked.Increment(ref connectionCount);
        socket.NoDelay = true;
        using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            while (await FakeCall.Read(stream, socket, closing.Token) is { } call)
            {
                Calls.Enqueue(call);
                await script[Math.Min(Interlocked.Increment(ref step), script.Length - 1)](call);
                if (call.IsClosed)
                    return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }
}

/// <summary>One request, and the means to answer it byte by byte.</summary>
public sealed class FakeCall(string head, string body, NetworkStream stream, Socket socket, CancellationToken closing)
{
    public string Head { get; } = head;

    public string Body { get; } = body;

    public bool IsClosed { get; private set; }

    public static async Task<FakeCall?> Read(NetworkStream stream, Socket socket, CancellationToken closing)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, closing) == 0)
                return null;
            head.Append((char)one[0]);
        }

        var length = head.ToString().Split("\r\n")
            .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line[15..], System.Globalization.CultureInfo.InvariantCulture))
            .FirstOrDefault();
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, closing);
        return new FakeCall(head.ToString(), Encoding.UTF8.GetString(body), stream, socket, closing);
    }

    public async Task Stream(params string[] lines)
    {
        await BeginStream();
        foreach (var line in lines)
            await Send(line);
        await End();
    }

    public Task BeginStream(string type = "text/event-stream") =>
        Raw(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n"));

    public Task Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    public async Task Send(byte[] bytes)
    {
        if (bytes.Length > 0)
            await Raw([.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8]);
    }

    public Task End() => Raw("0\r\n\r\n"u8.ToArray());

    public Task Answer(int status, string body, string type, string headers) =>
        Raw(Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status} Status\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}"));

    public async Task Raw(byte[] bytes) => await stream.WriteAsync(bytes, closing);

    /// <summary>Closes the connection, as a server does that dies or does not care.</summary>
    public Task Close()
    {
        IsClosed = true;
        return Task.CompletedTask;
    }

    /// <summary>Resets the connection.</summary>
    public Task Reset()
    {
        IsClosed = true;
        socket.LingerState = new LingerOption(true, 0);
        return Task.CompletedTask;
    }

    /// <summary>Waits until the client has hung up.</summary>
    public async Task ClientGone()
    {
        try
        {
            while (await stream.ReadAsync(new byte[1], closing) > 0)
            {
            }
        }
        catch (IOException)
        {
        }
    }
}
