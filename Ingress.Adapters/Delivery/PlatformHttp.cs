using System.Net;
using Bus.Contracts;
using Bus.Messaging.Http;

namespace Bus.Ingress.Delivery;

/// <summary>The way to a platform's server: whatever goes wrong on it comes out as one kind of exception that knows whether the call may have been done.</summary>
/// <param name="name">What the server is called.</param>
/// <param name="time">The clock of time limits.</param>
/// <param name="fail">Makes the exception.</param>
internal sealed class PlatformHttp(string name, TimeProvider time, Func<PlatformProblem, string, Exception?, PlatformException> fail) : IDisposable
{
    private readonly HttpClient http = new(new ConnectErrorsHandler(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = Limits.LongestConnect,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ActivityHeadersPropagator = null, // addresses hold tokens, and a span would show them
    }))
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>What is called, as the server is told.</summary>
    public required string UserAgent
    {
        init => http.DefaultRequestHeaders.UserAgent.ParseAdd(value);
    }

    /// <summary>Makes a call.</summary>
    /// <param name="request">The call.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<T> Exchange<T>(
        HttpRequestMessage request, TimeSpan patience, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return await read(response, either.Token);
        }
        catch (HttpRequestException failure)
        {
            var isNotSent = failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
            throw fail(isNotSent ? PlatformProblem.Unreachable : PlatformProblem.Unknown, $"{name} cannot be reached ({failure.HttpRequestError}).", failure);
        }
        catch (IOException failure)
        {
            throw fail(PlatformProblem.Unknown, $"The connection to {name} was lost.", failure);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw fail(PlatformProblem.Unknown, $"{name} did not answer in time.", null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
