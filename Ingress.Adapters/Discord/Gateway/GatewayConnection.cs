using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bus.Contracts;
using Bus.Ingress.Discord.Api;

namespace Bus.Ingress.Discord.Gateway;

/// <summary>One connection to the gateway: whole payloads in, payloads out, no more than Discord takes.</summary>
internal sealed class GatewayConnection(TimeProvider time) : IAsyncDisposable
{
    /// <summary>Discord ends a connection that sends more than 120 payloads in a minute; heartbeats must always go.</summary>
    private const int MostInMinute = 115;

    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    /// <summary>A beat says null when there was no dispatch, and not nothing.</summary>
    private static readonly JsonSerializerOptions WithNulls = new(DiscordApi.Json) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    private readonly ClientWebSocket socket = new();
    private readonly SemaphoreSlim sending = new(1);
    private readonly Queue<DateTimeOffset> sent = new();
    private readonly ArrayBufferWriter<byte> message = new(16 * 1024);

    /// <summary>Connects.</summary>
    /// <exception cref="WebSocketException">Nobody is there, or wants no connection.</exception>
    public async Task Connect(Uri gateway, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(ConnectPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        socket.Options.KeepAliveInterval = TimeSpan.Zero; // Discord has its own heartbeat
        try
        {
            await socket.ConnectAsync(WithVersion(gateway), either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new WebSocketException("The gateway does not answer in time.");
        }
    }

    /// <summary>The next payload; null when the connection is closed.</summary>
    /// <exception cref="JsonException">What came is none.</exception>
    /// <exception cref="WebSocketException">The connection is lost.</exception>
    public async Task<GatewayPayload?> Read(CancellationToken cancellation)
    {
        message.ResetWrittenCount();
        while (true)
        {
            var received = await socket.ReceiveAsync(message.GetMemory(16 * 1024), cancellation);
            if (received.MessageType == WebSocketMessageType.Close)
                return null;
            message.Advance(received.Count);
            if (message.WrittenCount > Limits.LargestGatewayMessage)
                throw new JsonException($"A message is larger than {Limits.LargestGatewayMessage} bytes.");
            if (received.EndOfMessage)
                return JsonSerializer.Deserialize<GatewayPayload>(message.WrittenSpan, DiscordApi.Json) ?? throw new JsonException("A message is empty.");
        }
    }

    /// <summary>Why it is closed.</summary>
    public GatewayEnd End => CloseCodes.Meaning((int?)socket.CloseStatus, socket.CloseStatusDescription);

    /// <summary>Sends a payload, as soon as it may be.</summary>
    public async Task Send<T>(int op, T data, CancellationToken cancellation)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new { op, d = data }, WithNulls);
        await sending.WaitAsync(cancellation);
        try
        {
            while (op != Opcodes.Heartbeat && Wait() is { } wait)
                await Task.Delay(wait, time, cancellation);
            sent.Enqueue(time.GetUtcNow());
            await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, cancellation);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Leaves; the session stays.</summary>
    public async Task Leave(string why)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            return;
        using var patience = new CancellationTokenSource(ClosePatience, time);
        try
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)CloseCodes.Leaving, why, patience.Token);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or IOException)
        {
            // It is gone already.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Leave("");
        socket.Dispose();
        sending.Dispose();
    }

    private TimeSpan? Wait()
    {
        var now = time.GetUtcNow();
        while (sent.TryPeek(out var oldest) && oldest + Minute <= now)
            sent.Dequeue();
        return sent.Count < MostInMinute ? null : sent.Peek() + Minute - now;
    }

    private static Uri WithVersion(Uri gateway) => new UriBuilder(gateway) { Query = "v=10&encoding=json" }.Uri;
}
