using System.Net.WebSockets;
using Bus.Fakes.Discord.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bus.Fakes.Discord;

/// <summary>The side of it that bots talk to: REST, the gateway and files, at one port.</summary>
internal sealed class Server : IAsyncDisposable
{
    private const long LargestRequest = 25 * 1024 * 1024;

    private readonly FakeDiscord discord;
    private readonly WebApplication web;
    private readonly CancellationTokenSource closing = new();

    private Server(FakeDiscord discord, WebApplication web) => (this.discord, this.web) = (discord, web);

    public Uri Url => new(web.Urls.Single());

    public static async Task<Server> Start(FakeDiscord discord, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
        });
        var web = builder.Build();
        web.Urls.Add($"http://127.0.0.1:{port}");
        web.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        var server = new Server(discord, web);
        foreach (var path in (string[])[FakeGateway.Path, FakeGateway.ResumePath])
            web.MapGet(path, server.Listen);
        web.MapGet("/attachments/{channel}/{id}/{name}", (HttpContext http, ulong id) => Attachments.Download(discord, http, id, http.RequestAborted));
        web.Map("/api/v{version:int}/{**path}", (HttpContext http, int version, string? path) => server.Serve(http, version, path ?? ""));
        web.MapFallback(http => Answers.Send(http, Refusal.NotFound(), http.RequestAborted));
        await web.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await web.DisposeAsync();
        closing.Dispose();
    }

    private async Task Serve(HttpContext http, int version, string path)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, closing.Token);
        try
        {
            if (version == 10)
                await Pipeline.Run(discord, http, "/" + path, ended.Token);
            else
                await Answers.Send(http, new Refusal(400, 50041, "Invalid API version provided"), ended.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or BadHttpRequestException)
        {
            http.Abort();
        }
    }

    private async Task Listen(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest || discord.Gateway.RefusesConnections)
        {
            http.Response.StatusCode = discord.Gateway.RefusesConnections ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status400BadRequest;
            return;
        }

        var query = http.Request.Query;
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        if (query["v"] != "10" || query["encoding"] != "json")
        {
            await socket.CloseAsync((WebSocketCloseStatus)4012, "Invalid API version.", closing.Token);
            return;
        }

        using var frames = new Frames(socket, query["compress"] == "zlib-stream");
        await new GatewayConnection(discord, http, socket, frames).Run(closing.Token);
    }
}
