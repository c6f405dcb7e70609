using System.Net;
using System.Net.Sockets;

namespace Bus.Faults.Processes;

/// <summary>Ports of processes that may be started again on the same.</summary>
internal static class FreePort
{
    private static int last = 11000 + (Environment.ProcessId % 4000);

    /// <summary>A port that nobody listens on; below those that the kernel and <c>./bus</c> choose from, so it stays free.</summary>
    public static int Next()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Interlocked.Increment(ref last));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Somebody's: the next one.
            }
        }
    }
}
