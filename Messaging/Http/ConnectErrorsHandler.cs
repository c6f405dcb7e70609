using System.Net.Sockets;

namespace Bus.Messaging.Http;

/// <summary>
/// Says of a connection that was cut while it was made what is said of any that fails: <see cref="SocketsHttpHandler"/> asks
/// a new socket for the other side's address, and what that throws when the other side is gone already comes out as it is.
/// </summary>
/// <param name="sockets">Makes the connections.</param>
public sealed class ConnectErrorsHandler(HttpMessageHandler sockets) : DelegatingHandler(sockets)
{
    /// <inheritdoc/>
    /// <exception cref="HttpRequestException">The call failed; with <see cref="HttpRequestError.ConnectionError"/>, nothing of it was sent.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (SocketException failure)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection was cut while it was made.", failure);
        }
    }
}
