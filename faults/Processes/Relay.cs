using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Bus.Faults.Processes;

/// <summary>
/// The network between one process and one server. It can be cut, so that all connections end; closed, so that there is nobody to connect
/// to; and it can swallow everything, so that both sides hear nothing more of each other: what was on its way arrives when it heals, as
/// TCP does it. All others keep the server, and the port stays the same.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly string host;
    private readonly int port;
    private readonly ConcurrentDictionary<Socket, bool> connections = new();
    private readonly ConcurrentDictionary<int, bool> ports = new();
    private volatile TaskCompletionSource passing = Done();
    private TcpListener listener = new(IPAddress.Loopback, 0);
    private Task accepting;

    /// <summary>Opens a way to a server.</summary>
    public Relay(string host, int port)
    {
        (this.host, this.port) = (host, port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = Accept(listener);
    }

    /// <summary>Where the process finds the server.</summary>
    public int Port { get; }

    /// <summary>How many connections go through it.</summary>
    public int Connections => connections.Count / 2;

    /// <summary>Whether a connection that a server sees coming from a port goes through it.</summary>
    public bool HasPort(int port) => ports.ContainsKey(port);

    /// <summary>Ends all connections; new ones are taken at once.</summary>
    public void Cut()
    {
        foreach (var connection in connections.Keys)
            connection.Dispose();
    }

    /// <summary>Ends all connections and takes no more.</summary>
    public async Task Close()
    {
        listener.Dispose();
        Heal();
        await accepting;
        Cut();
    }

    /// <summary>Takes connections again.</summary>
    public void Open()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        accepting = Accept(listener);
    }

    /// <summary>From now on nothing passes, in either direction; connections stay, and new ones are taken.</summary>
    public void Swallow() => passing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything passes again, beginning with what was held back.</summary>
    public void Heal() => passing.TrySetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Close();

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private async Task Accept(TcpListener open)
    {
        try
        {
            while (true)
                _ = Serve(await open.AcceptSocketAsync());
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // nobody is to connect any more
        }
    }

    private async Task Serve(Socket near)
    {
        var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        connections[near] = connections[far] = true;
        var own = 0;
        try
        {
            near.NoDelay = far.NoDelay = true;
            await passing.Task;
            await far.ConnectAsync(host, port);
            ports[own = ((IPEndPoint)far.LocalEndPoint!).Port] = true;
            await Task.WhenAny(Copy(near, far), Copy(far, near));
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The server is away: the process sees its connection end.
        }
        finally
        {
            near.Dispose();
            far.Dispose();
            connections.TryRemove(near, out _);
            connections.TryRemove(far, out _);
            ports.TryRemove(own, out _);
        }
    }

    /// <summary>When one side ends, so does the other.</summary>
    private async Task Copy(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                await passing.Task;
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // the other direction ends with this one
        }
    }
}
