using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

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
    private TaskCompletionSource passing = Passing();
    private TcpListener listener = new(IPAddress.Loopback, 0);
    private Task accepting;

    public TcpRelay(Uri server)
    {
        (host, port) = (server.Host, server.Port);
        listener.Start();
        Address = new UriBuilder(server) { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port }.Uri;
        accepting = Accept(listener);
    }

    /// <summary>To PostgreSQL, with the connection string that leads through the relay.</summary>
    public static (TcpRelay Relay, string ConnectionString) ToPostgres(TestSystem system)
    {
        var settings = new NpgsqlConnectionStringBuilder(system.Environment["BUS_POSTGRES"]);
        var relay = new TcpRelay(new Uri($"tcp://{settings.Host}:{settings.Port}"));
        (settings.Host, settings.Port) = (relay.Address.Host, relay.Address.Port);
        return (relay, settings.ConnectionString);
    }

    /// <summary>The server's address, by way of the relay.</summary>
    public Uri Address { get; }

    /// <summary>Ends all connections and takes no more.</summary>
    public async Task Cut()
    {
        Pass();
        listener.Dispose();
        await accepting;
        while (connections.TryTake(out var connection))
            connection.Dispose();
    }

    /// <summary>As a network that swallows everything: connections stay and are taken, but nothing comes through.</summary>
    public void Swallow() => passing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets through again, beginning with what was held back.</summary>
    public void Pass() => passing.TrySetResult();

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

    private static TaskCompletionSource Passing()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    /// <summary>When one side ends, so does the other.</summary>
    private async Task Copy(TcpClient from, TcpClient to)
    {
        try
        {
            var bytes = new byte[64 * 1024];
            while (await from.GetStream().ReadAsync(bytes) is > 0 and var count)
            {
                await passing.Task;
                await to.GetStream().WriteAsync(bytes.AsMemory(0, count));
            }
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
