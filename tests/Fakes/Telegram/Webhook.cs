using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Fakes.Telegram.Methods;

namespace Bus.Fakes.Telegram;

/// <summary>Brings updates to a bot, one after another, each until it is taken.</summary>
internal sealed class Webhook : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTelegram telegram;
    private readonly FakeBot bot;
    private readonly string? secret;
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
    private readonly CancellationTokenSource closing = new();
    private readonly Task running;

    public Webhook(FakeBot bot, Uri url, string? secret, int maxConnections)
    {
        (telegram, this.bot, this.secret, Url, MaxConnections) = (bot.Telegram, bot, secret, url, maxConnections);
        running = Task.Run(Deliver);
    }

    public Uri Url { get; }

    public int MaxConnections { get; }

    public (DateTimeOffset At, string Message)? LastError { get; private set; }

    public void Close() => closing.Cancel();

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await running;
        http.Dispose();
        closing.Dispose();
    }

    private async Task Deliver()
    {
        try
        {
            var pause = telegram.WebhookPause;
            while (true)
            {
                var change = bot.Updates.NextChange;
                if (bot.Updates.Oldest() is not { } update)
                {
                    await change.WaitAsync(closing.Token);
                    continue;
                }

                if (await Deliver(update.Body) is not { } trouble)
                {
                    bot.Updates.Confirm(update.Id + 1);
                    pause = telegram.WebhookPause;
                    continue;
                }

                LastError = (telegram.Now, trouble);
                telegram.Changes.Raise();
                await Task.Delay(pause, telegram.Time, closing.Token);
                pause = 2 * pause < LongestPause ? 2 * pause : LongestPause;
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
        }
    }

    private async Task<string?> Deliver(JsonNode update)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = JsonContent.Create(update) };
            if (secret is not null && telegram.SendsWebhookSecret)
                request.Headers.Add("X-Telegram-Bot-Api-Secret-Token", secret);
            using var answer = await http.SendAsync(request, closing.Token);
            if (!answer.IsSuccessStatusCode)
                return string.Create(CultureInfo.InvariantCulture, $"Wrong response from the webhook: {(int)answer.StatusCode} {answer.ReasonPhrase}");
            await Follow(await answer.Content.ReadAsStringAsync(closing.Token));
            return null;
        }
        catch (Exception broken) when (broken is HttpRequestException or SocketException)
        {
            return broken is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } ? "Connection refused" : "Connection reset by peer";
        }
        catch (OperationCanceledException) when (!closing.IsCancellationRequested)
        {
            return "Read timeout expired";
        }
    }

    // What a bot answers to an update may be a call itself; it is not told how that went.
    private async Task Follow(string answer)
    {
        try
        {
            if (answer.Length == 0 || JsonNode.Parse(answer) is not JsonObject fields || (string?)fields["method"] is not { } method)
                return;
            fields.Remove("method");
            var call = telegram.Note(method, bot, new Arguments(fields, []));
            try
            {
                await MethodTable.Run(new Request(telegram, bot, call.Input, Looseness.None, closing.Token), method);
                telegram.Answered(call, (int)HttpStatusCode.OK, null);
            }
            catch (Refusal refusal)
            {
                telegram.Answered(call, refusal.Code, refusal.Message);
            }
        }
        catch (JsonException)
        {
        }
    }
}
