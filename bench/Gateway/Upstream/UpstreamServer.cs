using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Bus.Bench.Gateway.Upstream;

/// <summary>
/// A provider that takes no time to think. It answers <c>POST /CALLER/v1/chat/completions</c> and tells at <c>GET /CALLER/count</c> what it has counted of each caller.
/// </summary>
internal sealed class UpstreamServer
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, UpstreamCounter> callers = [];

    public static Task<int> Run() => LocalServer.Run(new UpstreamServer().Answer);

    private async Task Answer(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        var caller = callers.GetOrAdd(path[1..path.IndexOf('/', 1)], _ => new UpstreamCounter());
        if (HttpMethods.IsGet(http.Request.Method))
        {
            await http.Response.WriteAsJsonAsync(caller.Now);
            return;
        }

        var asked = await Asked.Read(http);
        if (asked.StaysOpen)
            await StayOpen(http, caller);
        else if (asked.IsStreamed)
            await Stream(http, caller, asked.WantsUsage);
        else
            await Say(http, caller);
    }

    private static async Task Say(HttpContext http, UpstreamCounter caller)
    {
        var answer = caller.Next();
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = answer.Whole.Length;
        await http.Response.Body.WriteAsync(answer.Whole, http.RequestAborted);
        caller.Gave(answer);
    }

    private static async Task Stream(HttpContext http, UpstreamCounter caller, bool wantsUsage)
    {
        var answer = caller.Next();
        await Begin(http);
        foreach (var content in UpstreamAnswer.Contents)
            await Send(http, content);
        await Send(http, UpstreamAnswer.Finish);
        if (wantsUsage)
            await Send(http, answer.Usage);
        await Send(http, UpstreamAnswer.Done);
        caller.Gave(answer);
    }

    private static async Task StayOpen(HttpContext http, UpstreamCounter caller)
    {
        caller.Opened();
        try
        {
            await Begin(http);
            for (var number = 0; !http.RequestAborted.IsCancellationRequested; number++)
            {
                await Send(http, UpstreamAnswer.Contents[number % UpstreamAnswer.Contents.Length]);
                await Task.Delay(Pace, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            caller.Closed();
        }
    }

    private static Task Begin(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        return Send(http, UpstreamAnswer.Role);
    }

    /// <summary>Each event is written and flushed by itself.</summary>
    private static async Task Send(HttpContext http, byte[] data)
    {
        await http.Response.Body.WriteAsync(data);
        await http.Response.Body.FlushAsync();
    }

    /// <summary>What matters of a request.</summary>
    private readonly record struct Asked(bool IsStreamed, bool WantsUsage, bool StaysOpen)
    {
        public static async ValueTask<Asked> Read(HttpContext http)
        {
            using var json = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
            var request = json.RootElement;
            return new Asked(
                Is(request, "stream"),
                request.TryGetProperty("stream_options", out var options) && Is(options, "include_usage"),
                Is(request, CompletionRequest.OpenMember));
        }

        private static bool Is(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
    }
}
