using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Bus.Tests.Support;

/// <summary>A connection on which a test writes what no client would.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient client = new();

    public static async Task<RawConnection> To(Uri server)
    {
        var connection = new RawConnection();
        await connection.client.ConnectAsync(server.Host, server.Port);
        return connection;
    }

    public ValueTask Send(string text) => client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>The status of the next answer, as soon as it begins; null when the server hangs up instead.</summary>
    public async Task<int?> Status()
    {
        var head = new byte[12]; // HTTP/1.1 200
        try
        {
            var count = await client.GetStream().ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false).AsTask().WaitAsync(Patience.Limit);
            return count < head.Length ? null : int.Parse(Encoding.ASCII.GetString(head, 9, 3), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => client.Dispose();
}
