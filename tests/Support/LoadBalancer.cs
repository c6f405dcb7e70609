using System.Collections.Concurrent;
using System.Net;
using Bus.Messaging.Http;

namespace Bus.Tests.Support;

/// <summary>
/// Hands requests to replicas in turn, each on a connection of its own. A replica that refuses the connection or answers that it stops
/// gets no more of them, and the request goes to the next; nothing else is tried again.
/// </summary>
internal sealed class LoadBalancer : HttpMessageHandler
{
    private readonly HttpMessageInvoker way = new(new ConnectErrorsHandler(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }));
    private readonly ConcurrentDictionary<Uri, bool> replicas = new();
    private int turn;

    /// <summary>How often a request went to the next, as it must when replicas stop under load.</summary>
    public int Refusals { get; private set; }

    public void Add(HostProcess replica) => replicas[replica.Http.BaseAddress!] = true;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery;
        while (true)
        {
            var up = replicas.Keys.Order(Comparer<Uri>.Create((a, b) => a.Port.CompareTo(b.Port))).ToList();
            var replica = up[(int)((uint)Interlocked.Increment(ref turn) % up.Count)];
            using var attempt = await Copy(request, new Uri(replica, path));
            try
            {
                var response = await way.SendAsync(attempt, cancellationToken);
                if (response is not { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: not null })
                    return response;
                response.Dispose();
            }
            catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
            {
            }

            replicas.TryRemove(replica, out _);
            Refusals++;
        }
    }

    protected override void Dispose(bool disposing)
    {
        way.Dispose();
        base.Dispose(disposing);
    }

    private static async Task<HttpRequestMessage> Copy(HttpRequestMessage request, Uri to)
    {
        var copy = new HttpRequestMessage(request.Method, to) { Version = request.Version };
        copy.Headers.ConnectionClose = true;
        if (request.Content is null)
            return copy;
        copy.Content = new ByteArrayContent(await request.Content.ReadAsByteArrayAsync());
        copy.Content.Headers.ContentType = request.Content.Headers.ContentType;
        return copy;
    }
}
