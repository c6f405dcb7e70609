using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Bus.Faults.Processes;

/// <summary>
/// The network between one process and one server: it can be cut, so that all connections end, and it can swallow everything,
/// so that both sides hear nothing more of each other; what was on its way arrives when it heals, as TCP does it.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly string host;
    private readonly int port;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> connections = new();
    private readonly Task accepting;
    private volatile TaskCompletionSource passing = Done();

    public Relay(string host, int port)
    {
        (this.host, this.port) = (host, port);
        listener.Start();
        accepting = Accept();
    }

    /// <summary>Where the process finds the server.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many connections go through it.</summary>
    public int Connections => connections.Count / 2;

    /// <summary>Ends all connections; new ones are taken at once.</summary>
    public void Cut()
    {
        foreach (var connection in connections.Keys)
            connection.Dispose();
    }

    /// <summary>From now on nothing passes, in either direction.</summary>
    public void Swallow() => passing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything passes again.</summary>
    public void Heal() => passing.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        Heal();
        Cut();
        await accepting;
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Serve(await listener.AcceptSocketAsync());
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // the end of the run
        }
    }

    private async Task Serve(Socket near)
    {
        var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        connections[near] = connections[far] = true;
        try
        {
            near.NoDelay = far.NoDelay = true;
            await passing.Task;
            await far.ConnectAsync(host, port);
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
