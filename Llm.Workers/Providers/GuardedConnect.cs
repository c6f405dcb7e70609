using System.Net;
using System.Net.Sockets;

namespace Bus.Llm;

/// <summary>
/// Connects to where somebody has chosen who is no administrator. A name is looked up once for a connection, and the connection goes to the addresses that
/// were checked, so that a name which changes its address in between leads nowhere else (DNS rebinding). One address that is refused
/// refuses all: a provider of the internet has none, and to take the others would let a name try until the network answers as it wants.
/// </summary>
/// <param name="guard">Which addresses may be connected to.</param>
/// <param name="lookUp">Finds the addresses of a name.</param>
internal sealed class GuardedConnect(AddressGuard guard, Func<string, CancellationToken, Task<IPAddress[]>> lookUp)
{
    /// <exception cref="AddressException">There is no address, or one is refused.</exception>
    public async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var addresses = await Checked(context.DnsEndPoint.Host, cancellation);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> Checked(string host, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(host, out var address) ? [address] : await Found(host, cancellation);
        return addresses.Length > 0 && addresses.All(guard.Allows) ? addresses : throw new AddressException();
    }

    private async Task<IPAddress[]> Found(string host, CancellationToken cancellation)
    {
        try
        {
            return await lookUp(host, cancellation);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            throw new AddressException();
        }
    }
}

/// <summary>
/// An address was not found, or is none that may be used. Which of the two is not told: it would tell whoever may choose addresses what names
/// there are in the network of this process. To everybody who handles errors it is a name that was not found.
/// </summary>
internal sealed class AddressException() : SocketException((int)SocketError.HostNotFound)
{
    /// <inheritdoc/>
    public override string Message => "The address of the model provider was not found, or is none that may be used.";
}
