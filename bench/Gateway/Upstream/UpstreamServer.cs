using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Bus.Bench.Gateway.Upstream;

/// <summary>
/// A provider that takes no time to think, a process of its own. It answers <c>POST /CALLER/v1/chat/completions</c> and tells at <c>GET /CALLER/count</c> what it has
/// counted of each caller. It has no Kestrel: that takes as much to send a stream chunk by chunk as the floor to pass it on.
/// </summary>
internal sealed class UpstreamServer
{
    private const int Backlog = 1024;

    private readonly ConcurrentDictionary<string, UpstreamCounter> callers = [];
    private int failures;

    public static async Task<int> Run()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Backlog);
        _ = new UpstreamServer().Accept(listener);
        await Console.Out.WriteLineAsync(((IPEndPoint)listener.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture));
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private async Task Accept(Socket listener)
    {
        while (true)
            _ = Serve(await listener.AcceptAsync());
    }

    private async Task Serve(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            try
            {
                await new UpstreamConnection(socket, caller => callers.GetOrAdd(caller, _ => new UpstreamCounter())).Serve();
            }
            catch (SocketException)
            {
                // Whoever asked has gone.
            }
            catch (Exception failure)
            {
                // One of them says it for all.
                if (Interlocked.Increment(ref failures) == 1)
                    await Console.Error.WriteLineAsync($"The upstream failed: {failure}");
            }
        }
    }
}
