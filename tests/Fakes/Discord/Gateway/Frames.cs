using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;

namespace Bus.Fakes.Discord;

/// <summary>How a payload goes over the wire: plain, as one stream of zlib, or packed one by one.</summary>
internal sealed class Frames : IDisposable
{
    private const int SmallestPacked = 128;

    private readonly WebSocket socket;
    private readonly MemoryStream compressed = new();
    private readonly ZLibStream? stream;

    public Frames(WebSocket socket, bool isCompressed)
    {
        this.socket = socket;
        if (isCompressed)
            stream = new ZLibStream(compressed, CompressionLevel.Fastest);
    }

    public bool IsCompressed => stream is not null;

    /// <summary>Whether a payload that is not small is compressed on its own, as IDENTIFY can ask for.</summary>
    public bool PacksPayloads { get; set; }

    public async Task Send(string text, bool isSplit, CancellationToken ended)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (stream is not null)
        {
            var packed = await Compress(stream, bytes, ended);
            // Only the last message of a payload ends as a payload ends.
            var middle = isSplit ? packed.Length / 3 : 0;
            if (middle > 0)
                await Send(packed.AsMemory(0, middle), WebSocketMessageType.Binary, isSplit, ended);
            await Send(packed.AsMemory(middle), WebSocketMessageType.Binary, isSplit, ended);
        }
        else if (PacksPayloads && bytes.Length >= SmallestPacked)
        {
            await Send(Pack(bytes), WebSocketMessageType.Binary, isSplit, ended);
        }
        else
        {
            await Send(bytes, WebSocketMessageType.Text, isSplit, ended);
        }
    }

    public void Dispose()
    {
        stream?.Dispose();
        compressed.Dispose();
    }

    private async Task Send(ReadOnlyMemory<byte> bytes, WebSocketMessageType type, bool isSplit, CancellationToken ended)
    {
        // Lengths that share no divisor with anything, so that letters of several bytes are torn apart too.
        for (var (start, length) = (0, isSplit ? 1 : bytes.Length); ; (start, length) = (start + length, (length * 2) + 1))
        {
            var rest = bytes.Length - start;
            await socket.SendAsync(bytes.Slice(start, Math.Min(length, rest)), type, endOfMessage: length >= rest, ended);
            if (length >= rest)
                return;
        }
    }

    // Flushing ends what was written with 00 00 FF FF.
    private async Task<byte[]> Compress(ZLibStream into, byte[] bytes, CancellationToken ended)
    {
        compressed.SetLength(0);
        await into.WriteAsync(bytes, ended);
        await into.FlushAsync(ended);
        return compressed.ToArray();
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(bytes);
        return packed.ToArray();
    }
}
