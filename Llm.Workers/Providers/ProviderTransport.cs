using System.Diagnostics;
using Bus.Contracts;
using Bus.Messaging.Http;

namespace Bus.Llm;

/// <summary>Connections to a provider.</summary>
internal static class ProviderTransport
{
    private static readonly TimeSpan RenewDns = TimeSpan.FromMinutes(5);

    public static HttpClient Create(TimeSpan connect) => new(new SecondConnectionHandler(Sockets(RenewDns, connect), Sockets(TimeSpan.Zero, connect)))
    {
        // A turn has a deadline of its own.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static ConnectErrorsHandler Sockets(TimeSpan lifetime, TimeSpan connect) => new(new SocketsHttpHandler
    {
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
