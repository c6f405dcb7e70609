using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Bus.Fakes.Discord;

/// <summary>One WebSocket of a client.</summary>
internal sealed class GatewayConnection(FakeDiscord discord, HttpContext http, WebSocket socket, Frames frames)
{
    private const int LargestPayload = 4096;
    private const int MostInAMinute = 120;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A machine with much to do is no silent client.
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(5);

    private readonly Channel<Outgoing> outgoing = System.Threading.Channels.Channel.CreateUnbounded<Outgoing>();
    private readonly Queue<DateTimeOffset> past = [];
    private readonly TimeSpan interval = discord.Gateway.HeartbeatInterval;
    private DateTimeOffset lastSign;

    public long Number { get; } = discord.Gateway.NextNumber();

    /// <summary>Cleared when it is noted that it ended.</summary>
    public bool IsOpen { get; set; } = true;

    public GatewaySession? Session { get; set; }

    /// <summary>Where the client believes the gateway to be.</summary>
    public string Host => http.Request.Host.Value!;

    public bool IsAtResumeUrl => http.Request.Path.StartsWithSegments(FakeGateway.ResumePath, StringComparison.Ordinal);

    public FakeConnection ToRecord() => new(Number, Session?.Bot, Session?.Shard, Session?.Id, http.Request.Path, frames.IsCompressed, http.Connection.RemotePort, http.Request.Headers.UserAgent, lastSign);

    public async Task Run(CancellationToken ended)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ended, http.RequestAborted);
        lastSign = discord.Now;
        discord.Gateway.Add(this);
        Send(new JsonObject { ["op"] = 10, ["d"] = new JsonObject { ["heartbeat_interval"] = (long)interval.TotalMilliseconds, ["_trace"] = new JsonArray("[\"fake\"]") }, ["s"] = null, ["t"] = null }.ToJsonString());
        var work = Task.WhenAll(Write(over.Token), Watch(over.Token));
        try
        {
            await Read(over.Token);
        }
        finally
        {
            await over.CancelAsync();
            await work;
            discord.Gateway.Ended(this, null, null, isByClient: false);
        }
    }

    public void Send(string text) => outgoing.Writer.TryWrite(new Outgoing(text, null, null));

    public void SendInvalid(bool isResumable) => Send(isResumable ? """{"op":9,"d":true,"s":null,"t":null}""" : """{"op":9,"d":false,"s":null,"t":null}""");

    /// <summary>From then on packed payloads, for a client that asked for them.</summary>
    public void PackPayloads() => frames.PacksPayloads = true;

    public void Close(int code, string reason)
    {
        outgoing.Writer.TryWrite(new Outgoing(null, code, reason));
        outgoing.Writer.TryComplete();
        discord.Gateway.Ended(this, code, reason, isByClient: false);
    }

    public void Cut()
    {
        discord.Gateway.Ended(this, null, "cut", isByClient: false);
        http.Abort();
    }

    public void Heartbeat(int? sequence)
    {
        lastSign = discord.Now;
        discord.Gateway.Note(new FakeHeartbeat(lastSign, Session?.Bot, Session?.Shard, sequence, Number));
        if (!discord.Gateway.StopsAcknowledging)
            Send("""{"op":11,"d":null,"s":null,"t":null}""");
    }

    private async Task Write(CancellationToken ended)
    {
        try
        {
            await foreach (var next in outgoing.Reader.ReadAllAsync(ended))
            {
                if (next.Text is not null)
                    await frames.Send(next.Text, discord.Gateway.SplitsFrames, ended);
                else
                    await Say(next.Code!.Value, next.Reason!, ended);
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
        }
    }

    // A client that does not answer the close is cut off.
    private async Task Say(int code, string reason, CancellationToken ended)
    {
        await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, ended);
        await Task.Delay(Patience, TimeProvider.System, ended);
        http.Abort();
    }

    private async Task Watch(CancellationToken ended)
    {
        try
        {
            while (true)
            {
                await Task.Delay(interval, discord.Time, ended);
                if (discord.Now - lastSign > (2 * interval) + Slowness && !discord.Gateway.StopsAcknowledging)
                    discord.Locked(() =>
                    {
                        Close(4009, "Session timed out.");
                        return 0;
                    });
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task Read(CancellationToken ended)
    {
        var buffer = new byte[LargestPayload + 1];
        try
        {
            while (true)
            {
                var (length, type) = await Receive(buffer, ended);
                if (type == WebSocketMessageType.Close)
                    break;
                if (IsOpen)
                    discord.Locked(() => Take(buffer.AsMemory(0, length)));
            }

            discord.Gateway.Ended(this, (int?)socket.CloseStatus, socket.CloseStatusDescription, isByClient: true);
            if (socket.State == WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(socket.CloseStatus is WebSocketCloseStatus.Empty or null ? WebSocketCloseStatus.NormalClosure : socket.CloseStatus.Value, null, ended);
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            discord.Gateway.Ended(this, null, null, isByClient: false);
        }
    }

    private async Task<(int Length, WebSocketMessageType Type)> Receive(byte[] buffer, CancellationToken ended)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(Math.Min(length, buffer.Length - 1)), ended);
            length = Math.Min(length + part.Count, buffer.Length);
            if (part.MessageType == WebSocketMessageType.Close || part.EndOfMessage)
                return (length, part.MessageType);
        }
    }

    private int Take(ReadOnlyMemory<byte> payload)
    {
        while (past.TryPeek(out var oldest) && oldest + Minute <= discord.Now)
            past.Dequeue();
        past.Enqueue(discord.Now);
        if (past.Count > MostInAMinute)
            Close(4008, "You are being rate limited.");
        else if (payload.Length > LargestPayload || Parse(payload) is not { } message)
            Close(4002, "Error while decoding payload.");
        else
            Opcodes.Take(discord, this, message);
        return 0;
    }

    private static JsonObject? Parse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return JsonNode.Parse(payload.Span) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Outgoing(string? Text, int? Code, string? Reason);
}
