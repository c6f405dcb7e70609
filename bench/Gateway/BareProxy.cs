using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bus.Bench.Gateway;

/// <summary>
/// The floor of a gateway, a process of its own: Kestrel, HttpClient, and what one reads the other writes, at once. Nobody is asked who he is, nothing is
/// looked into, counted or logged.
/// </summary>
internal static class BareProxy
{
    public static async Task<int> Run(Uri upstream)
    {
        // With nothing to write into headers for traces, HttpClient does not look whether there is one.
        using var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null };
        using var client = new HttpClient(handler) { BaseAddress = upstream, Timeout = Timeout.InfiniteTimeSpan };

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        await using var app = builder.Build();
        app.Run(http => Forward(client, http));
        await app.StartAsync();
        await Console.Out.WriteLineAsync(new Uri(app.Urls.Single()).Port.ToString(CultureInfo.InvariantCulture));
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task Forward(HttpClient client, HttpContext http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, http.Request.Path.Value) { Content = new StreamContent(http.Request.Body) };
        request.Content.Headers.ContentLength = http.Request.ContentLength;
        request.Content.Headers.TryAddWithoutValidation("Content-Type", http.Request.ContentType);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);

        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        http.Response.ContentLength = answer.Content.Headers.ContentLength;
        var from = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
        // It is read into the memory that it is sent from, which is Kestrel's, and pooled.
        var to = http.Response.BodyWriter;
        while (await from.ReadAsync(to.GetMemory(), http.RequestAborted) is var read && read > 0)
        {
            to.Advance(read);
            await to.FlushAsync(http.RequestAborted);
        }
    }
}
