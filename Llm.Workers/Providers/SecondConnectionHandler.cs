namespace Bus.Llm;

/// <summary>
/// Sends a request once more, on a new connection, when the first one closed before anything of the answer came. Some
/// servers close a kept-alive connection after a stream without saying so, and HttpClient never repeats a POST.
/// </summary>
internal sealed class SecondConnectionHandler(HttpMessageHandler pooled, HttpMessageHandler unpooled) : DelegatingHandler(pooled)
{
    private readonly HttpMessageInvoker fresh = new(unpooled);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e) when (ClosedWithoutAnswer(e) && !cancellationToken.IsCancellationRequested)
        {
            return await fresh.SendAsync(request, cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            fresh.Dispose();
        base.Dispose(disposing);
    }

    // A reset while the request is written or the answer awaited comes as an unspecific IOException; failing to connect,
    // to resolve a name or to agree on TLS comes with an error of its own.
    private static bool ClosedWithoutAnswer(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.ResponseEnded
        || (e.HttpRequestError is HttpRequestError.Unknown && e.InnerException is IOException);
}
