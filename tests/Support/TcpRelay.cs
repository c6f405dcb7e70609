using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Bus.Tests.Support;

/// <summary>
/// A way to a server that can be cut: whoever connects through it loses the server, all others keep it. The port stays the
/// same when it opens again.
/// </summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly string host;
    private readonly int port;
    private readonly ConcurrentBag<TcpClient> connections = [];
    private TcpListener listener = new(IPAddress.Loopback, 0);
    private Task accepting;

    public TcpRelay(Uri server)
    {
        (host, port) = (server.Host, server.Port);
        listener.Start();
        Address = new UriBuilder(server) { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port }.Uri;
        accepting = Accept(listener);
    }

    /// <summary>The server's address, by way of the relay.</summary>
    public Uri Address { get; }

    /// <summary>Ends all connections and takes no more.</summary>
    public async Task Cut()
    {
        listener.Dispose();
        await accepting;
        while (connections.TryTake(out var connection))
            connection.Dispose();
    }

    /// <summary>Takes connections again.</summary>
    public void Open()
    {
        listener = new TcpListener(IPAddress.Loopback, Address.Port);
        listener.Start();
        accepting = Accept(listener);
    }

    public async ValueTask DisposeAsync() => await Cut();

    private async Task Accept(TcpListener open)
    {
        try
        {
            while (true)
            {
                var near = await open.AcceptTcpClientAsync();
                var far = new TcpClient();
                connections.Add(near);
                connections.Add(far);
                await far.ConnectAsync(host, port);
                _ = Copy(near, far);
                _ = Copy(far, near);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
        }
    }

    /// <summary>When one side ends, so does the other.</summary>
    private static async Task Copy(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception closed) when (closed is IOException or InvalidOperationException)
        {
        }
        finally
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
