using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Bus.Bench.Turns;

/// <summary>
/// Reads HTTP/1.1 from a socket. HttpClient and Kestrel would take a good part of the two cores that the measured system needs; nothing here is more than the
/// others of a measurement send.
/// </summary>
internal sealed class HttpReader(Socket socket)
{
    private byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;
    private int? left;

    /// <summary>Reads the first line and the headers of a request or an answer; empty when there is none any more.</summary>
    public async ValueTask<string> Head(CancellationToken cancellation)
    {
        if (start == end && !await Fill(cancellation))
            return "";
        var first = await Line(cancellation);
        left = 0;
        while (await Line(cancellation) is { Length: > 0 } header)
        {
            if (header.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                left = int.Parse(header[16..], CultureInfo.InvariantCulture);
            else if (header.Equals("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
                left = null;
        }

        return first;
    }

    /// <summary>The next part of the body; empty at its end. It is gone with the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> Part(CancellationToken cancellation)
    {
        if (left is { } length)
        {
            left = 0;
            return await Take(length, cancellation);
        }

        length = int.Parse(await Line(cancellation), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (await Take(length + 2, cancellation))[..length];
    }

    private async ValueTask<string> Line(CancellationToken cancellation)
    {
        int at;
        while ((at = buffer.AsSpan(start, end - start).IndexOf("\r\n"u8)) < 0)
            await More(cancellation);
        var line = Encoding.ASCII.GetString(buffer, start, at);
        start += at + 2;
        return line;
    }

    private async ValueTask<ReadOnlyMemory<byte>> Take(int count, CancellationToken cancellation)
    {
        while (end - start < count)
            await More(cancellation);
        start += count;
        return buffer.AsMemory(start - count, count);
    }

    private async ValueTask More(CancellationToken cancellation)
    {
        if (!await Fill(cancellation))
            throw new BenchException("The connection was closed before its time.");
    }

    /// <returns>False at the end.</returns>
    private async ValueTask<bool> Fill(CancellationToken cancellation)
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        if (end == buffer.Length)
            Array.Resize(ref buffer, 2 * end);
        var read = await socket.ReceiveAsync(buffer.AsMemory(end), cancellation);
        end += read;
        return read > 0;
    }
}
