using System.Diagnostics;
using System.Net;
using Bus.Contracts;
using Bus.Messaging.Http;

namespace Bus.Llm;

/// <summary>Connections to a provider.</summary>
internal static class ProviderTransport
{
    private static readonly TimeSpan RenewDns = TimeSpan.FromMinutes(5);

    /// <summary>To where an administrator has chosen.</summary>
    /// <param name="connect">How long connecting may take.</param>
    public static HttpClient Create(TimeSpan connect) => Create(connect, null);

    /// <summary>To where somebody else has chosen.</summary>
    /// <param name="connect">How long connecting may take.</param>
    /// <param name="guard">Which addresses may be connected to.</param>
    /// <param name="lookUp">Finds the addresses of a name; as the machine does, if it is left out.</param>
    public static HttpClient CreateGuarded(TimeSpan connect, AddressGuard guard, Func<string, CancellationToken, Task<IPAddress[]>>? lookUp = null) =>
        Create(connect, new GuardedConnect(guard, lookUp ?? Dns.GetHostAddressesAsync));

    private static HttpClient Create(TimeSpan connect, GuardedConnect? guarded) =>
        new(new SecondConnectionHandler(Sockets(RenewDns, connect, guarded), Sockets(TimeSpan.Zero, connect, guarded)))
        {
            // A turn has a deadline of its own.
            Timeout = Timeout.InfiniteTimeSpan,
        };

    private static ConnectErrorsHandler Sockets(TimeSpan lifetime, TimeSpan connect, GuardedConnect? guarded) => new(new SocketsHttpHandler
    {
        ConnectCallback = guarded is null ? null : guarded.Connect,
        // A proxy would look names up by itself, and connect to what is not ours to see.
        UseProxy = guarded is null,
        PooledConnectionLifetime = lifetime,
        ConnectTimeout = connect,
        MaxResponseHeadersLength = Limits.LargestAnswerHeaders,
        // A provider that sends us elsewhere would have the prompt sent elsewhere.
        AllowAutoRedirect = false,
        UseCookies = false,
        // Providers are strangers: they are not told our trace ids.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        // An answer that nobody wants any more is hung up on, not read to its end: the model must stop.
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(250),
    });
}
