using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bus.Fakes.Telegram.Methods;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bus.Fakes.Telegram;

/// <summary>The side of it that bots talk to.</summary>
internal sealed partial class Server : IAsyncDisposable
{
    private const long LargestUpload = 52_428_800;

    private readonly FakeTelegram telegram;
    private readonly WebApplication web;
    private readonly CancellationTokenSource closing = new();

    private Server(FakeTelegram telegram, WebApplication web) => (this.telegram, this.web) = (telegram, web);

    public Uri Url => new(web.Urls.Single());

    public static async Task<Server> Start(FakeTelegram telegram, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = LargestUpload);
        var web = builder.Build();
        web.Urls.Add($"http://127.0.0.1:{port}");
        var server = new Server(telegram, web);
        // The literal is not part of the pattern: routing would look for the last "bot", which may be in the token.
        web.MapGet("/file/{bot}/{**path}", (HttpContext http, string bot, string path) => server.Download(http, TokenOf(bot), path));
        web.Map("/{bot}/{method}", (HttpContext http, string bot, string method) => server.Serve(http, TokenOf(bot), method));
        web.MapFallback(http => Answer(http, new Refusal(404, "Not Found").ToJson(), 404, CancellationToken.None));
        await web.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await web.DisposeAsync();
        closing.Dispose();
    }

    private static string TokenOf(string bot) => bot.StartsWith("bot", StringComparison.Ordinal) ? bot["bot".Length..] : "";

    private async Task Serve(HttpContext http, string token, string method)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, closing.Token);
        try
        {
            if (!Token().IsMatch(token))
                await Answer(http, new Refusal(404, "Not Found").ToJson(), 404, ended.Token);
            else if (telegram.FindBot(token) is not { } bot)
                await Answer(http, new Refusal(401, "Unauthorized").ToJson(), 401, ended.Token);
            else
                await Serve(http, bot, method, ended.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or BadHttpRequestException)
        {
            http.Abort();
        }
    }

    private async Task Serve(HttpContext http, FakeBot bot, string method, CancellationToken ended)
    {
        Arguments arguments;
        try
        {
            arguments = await Arguments.Read(http.Request, ended);
        }
        catch (Refusal refusal)
        {
            await Answer(http, refusal.ToJson(), refusal.Code, ended);
            return;
        }
        catch (BadHttpRequestException large) when (large.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await Answer(http, new Refusal(large.StatusCode, "Request Entity Too Large").ToJson(), large.StatusCode, ended);
            return;
        }

        var call = telegram.Note(method, bot, arguments, http.Connection.RemotePort);
        call.Failure = telegram.Faults.Of(call);
        var (status, answer) = await Apply(call, ended);
        if (call.Failure is { Hangs: true })
            await Task.Delay(Timeout.InfiniteTimeSpan, telegram.Time, ended);
        else if (call.Failure is { IsCut: true })
            Cut(http, call);
        else if (call.Failure?.Raw is { } raw)
            await Answer(http, call, raw.Status, raw.Type, raw.Body, ended);
        else
            await Answer(http, call, status, "application/json", answer.ToJsonString(), ended);
    }

    private async Task<(int Status, JsonObject Answer)> Apply(FakeCall call, CancellationToken ended)
    {
        var failure = call.Failure;
        if (failure?.Refusal is { } refusal)
            return Refused(call, refusal);
        if (failure?.Looseness.HasFlag(Looseness.BareError) == true)
            return (500, new JsonObject { ["message"] = "Internal server error" });
        if (failure?.IsApplied == false)
            return (0, []);
        try
        {
            var result = await MethodTable.Run(new Request(telegram, call.Bot, call.Input, failure?.Looseness ?? Looseness.None, ended), call.Method);
            return (200, LooseAnswers.Loosen(new JsonObject { ["ok"] = true, ["result"] = result }, failure?.Looseness ?? Looseness.None));
        }
        catch (Refusal refused)
        {
            return Refused(call, refused);
        }
    }

    private static (int, JsonObject) Refused(FakeCall call, Refusal refusal)
    {
        call.Description = refusal.Message;
        return (refusal.Code, refusal.ToJson());
    }

    private void Cut(HttpContext http, FakeCall call)
    {
        call.AnsweredAt = telegram.Now;
        telegram.Changes.Raise();
        http.Abort();
    }

    private async Task Answer(HttpContext http, FakeCall call, int status, string type, string body, CancellationToken ended)
    {
        // Noted before it is sent, so that whoever has the answer finds it noted.
        telegram.Answered(call, status, call.Description);
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        await http.Response.WriteAsync(body, ended);
    }

    private static async Task Answer(HttpContext http, JsonObject answer, int status, CancellationToken ended)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.ToJsonString(), ended);
    }

    private async Task Download(HttpContext http, string token, string path)
    {
        if (telegram.FindBot(token) is null || telegram.FindPath(path) is not { } file)
        {
            await Answer(http, new Refusal(404, "Not Found").ToJson(), 404, http.RequestAborted);
            return;
        }

        http.Response.ContentType = "application/octet-stream";
        await http.Response.Body.WriteAsync(file.Content, http.RequestAborted);
    }

    [GeneratedRegex(@"^\d+:[\w-]+$")]
    private static partial Regex Token();
}
