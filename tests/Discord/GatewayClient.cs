using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Bus.Fakes.Discord;
using Bus.Tests.Support;

namespace Bus.Tests.Discord;

/// <summary>Listens at the gateway as a bot without any library would.</summary>
internal sealed class GatewayClient : IAsyncDisposable
{
    public const Intents Usual = Intents.Guilds | Intents.GuildMessages | Intents.DirectMessages | Intents.MessageContent;

    private static readonly byte[] EndOfPayload = [0, 0, 255, 255];

    private readonly ClientWebSocket socket = new();
    private readonly MemoryStream packed = new();
    private ZLibStream? inflater;

    /// <summary>How many messages of WebSocket the last payload came in, and how many pieces.</summary>
    public (int Messages, int Pieces) LastFrames { get; private set; }

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    public string? CloseReason => socket.CloseStatusDescription;

    public string SessionId { get; private set; } = "";

    public Uri ResumeUrl { get; private set; } = null!;

    public int Sequence { get; private set; }

    /// <summary>Connects and takes the greeting.</summary>
    public static async Task<GatewayClient> Connect(FakeDiscord discord, string query = "?v=10&encoding=json", Uri? url = null)
    {
        var client = new GatewayClient();
        url ??= new UriBuilder(discord.Url) { Scheme = "ws", Path = "/gateway" }.Uri;
        await client.socket.ConnectAsync(new Uri(url, query), CancellationToken.None);
        if (query.Contains("compress", StringComparison.Ordinal))
            client.inflater = new ZLibStream(client.packed, CompressionMode.Decompress);
        return client;
    }

    /// <summary>Connects and begins a session with what comes first: the guilds.</summary>
    public static async Task<GatewayClient> Begin(FakeBot bot, Intents intents = Usual, string query = "?v=10&encoding=json")
    {
        var client = await Connect(bot.Discord, query);
        await client.Takes(10);
        await client.Identify(bot.Token, intents);
        var ready = await client.Hears("READY");
        client.SessionId = (string)ready["session_id"]!;
        client.ResumeUrl = new Uri((string)ready["resume_gateway_url"]!);
        if (intents.HasFlag(Intents.Guilds))
        {
            foreach (var _ in ready["guilds"]!.AsArray())
                await client.Hears("GUILD_CREATE");
        }

        return client;
    }

    public Task Identify(string token, Intents intents = Usual, int shard = 0, int shards = 1, bool compress = false) => Send(2, new JsonObject
    {
        ["token"] = token,
        ["intents"] = (int)intents,
        ["properties"] = new JsonObject { ["os"] = "linux", ["browser"] = "test", ["device"] = "test" },
        ["shard"] = new JsonArray(shard, shards),
        ["compress"] = compress,
    });

    public Task Resume(string token, string session, int sequence) => Send(6, new JsonObject { ["token"] = token, ["session_id"] = session, ["seq"] = sequence });

    public Task Send(int opcode, JsonNode? data) => Send(new JsonObject { ["op"] = opcode, ["d"] = data }.ToJsonString());

    public Task Send(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>The next payload, which has this opcode.</summary>
    public async Task<JsonObject> Takes(int opcode)
    {
        var payload = await Next() ?? throw new InvalidOperationException($"closed: {CloseStatus} {CloseReason}");
        Xunit.Assert.True((int)payload["op"]! == opcode, payload.ToJsonString());
        return payload;
    }

    /// <summary>The next payload, which is this event.</summary>
    public async Task<JsonObject> Hears(string name)
    {
        var payload = await Takes(0);
        Xunit.Assert.True((string?)payload["t"] == name, $"not {name}: {payload.ToJsonString()}");
        Sequence = (int)payload["s"]!;
        return payload["d"]!.AsObject();
    }

    /// <summary>The code with which the other side closes, after whatever comes before.</summary>
    public async Task<int> Ends()
    {
        while (await Next() is not null)
        {
        }

        return (int)CloseStatus!.Value;
    }

    public Task Close(int code) => socket.CloseOutputAsync((WebSocketCloseStatus)code, "", CancellationToken.None);

    public void Cut() => socket.Abort();

    /// <summary>The text of the next payload; null when it was closed.</summary>
    public async Task<string?> NextText()
    {
        var (messages, pieces) = (0, 0);
        var buffer = new byte[1 << 16];
        packed.SetLength(0);
        using var late = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), late.Token);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            packed.Write(buffer, 0, part.Count);
            pieces++;
            if (!part.EndOfMessage)
                continue;
            messages++;
            if (inflater is null || packed.ToArray().AsSpan().EndsWith(EndOfPayload))
                break;
        }

        LastFrames = (messages, pieces);
        if (inflater is null)
            return Encoding.UTF8.GetString(packed.ToArray());
        packed.Position = 0;
        var text = new byte[1 << 20];
        var length = await inflater.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(text, 0, length);
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        await (inflater?.DisposeAsync() ?? ValueTask.CompletedTask);
        await packed.DisposeAsync();
    }

    private async Task<JsonObject?> Next() => await NextText() is { } text ? JsonNode.Parse(text)!.AsObject() : null;
}
