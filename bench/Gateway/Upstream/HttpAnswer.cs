using System.Text;

namespace Bus.Bench.Gateway.Upstream;

/// <summary>Answers as they go over the wire, so that sending one is all there is to do.</summary>
internal static class HttpAnswer
{
    /// <summary>The end of a stream.</summary>
    public static ReadOnlySpan<byte> End => "0\r\n\r\n"u8;

    /// <summary>With which a stream begins.</summary>
    public static ReadOnlySpan<byte> StreamHead => "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"u8;

    /// <summary>In one piece.</summary>
    public static byte[] Of(byte[] json) =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n"), .. json];

    /// <summary>An event of a stream.</summary>
    public static byte[] Event(string data)
    {
        var text = Encoding.UTF8.GetBytes($"data: {data}\n\n");
        return [.. Encoding.ASCII.GetBytes($"{text.Length:x}\r\n"), .. text, .. "\r\n"u8];
    }
}
