using System.Net;
using System.Text;
using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Having_updates_sent : IAsyncLifetime
{
    private const string Secret = "a-secret_1";
    private const string Update = """{"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "from": {"id": 5, "is_bot": false, "first_name": "Ann"}, "text": "hello"}}""";

    private FakeTelegram? telegram;
    private FakeBot? bot;
    private TestSystem? system;
    private HostProcess? host;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        telegram = await FakeTelegram.Start();
        bot = telegram.AddBot("1:hook", "one_bot");
        system = await TestSystem.Create(SharedTelegram.Settings(telegram, "1:hook"));
        var port = Bus.Faults.Processes.FreePort.Next();
        host = await system.AddProcess(settings: new Dictionary<string, string?>
        {
            ["PORT"] = $"{port}",
            ["TELEGRAM_WEBHOOK_URL"] = $"http://127.0.0.1:{port}/",
            ["TELEGRAM_WEBHOOK_SECRET"] = Secret,
        });
        await host.Line("has its updates sent");
    }

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        if (telegram is not null)
            await telegram.DisposeAsync();
    }

    [Fact]
    public async Task Should_answer_them()
    {
        var chat = bot!.PrivateChat(SharedTelegram.Somebody());
        chat.Say("hello");
        await chat.Shows("[demo] You said: hello\n\nI was shown 2 messages.");
        Assert.Equal(0, bot.PendingUpdates);
    }

    [Theory]
    [InlineData("/telegram/1/updates", null, Update, HttpStatusCode.Unauthorized)]
    [InlineData("/telegram/1/updates", "", Update, HttpStatusCode.Unauthorized)]
    [InlineData("/telegram/1/updates", "a-secret_2", Update, HttpStatusCode.Unauthorized)]
    [InlineData("/telegram/2/updates", Secret, Update, HttpStatusCode.Unauthorized)]
    [InlineData("/telegram/1/updates", Secret, "not json", HttpStatusCode.BadRequest)]
    [InlineData("/telegram/1/updates", Secret, "[]", HttpStatusCode.BadRequest)]
    [InlineData("/telegram/1/updates", Secret, """{"update_id": "x"}""", HttpStatusCode.BadRequest)]
    [InlineData("/telegram/1/updates", Secret, """{"update_id": 2}""", HttpStatusCode.OK)]
    public async Task Should_take_them_from_Telegram_only(string path, string? secret, string body, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (secret is not null)
            request.Headers.TryAddWithoutValidation("X-Telegram-Bot-Api-Secret-Token", secret);
        using var response = await host!.Http.SendAsync(request, None);
        Assert.Equal(status, response.StatusCode);
        Assert.DoesNotContain(Secret, await response.Content.ReadAsStringAsync(None), StringComparison.Ordinal);
        Assert.Equal(0, await system!.Scalar<long>("select count(*) from mt_events"));
    }

    [Fact]
    public async Task Should_refuse_them_from_a_server_that_forgets_the_secret()
    {
        telegram!.SendsWebhookSecret = false;
        bot!.PrivateChat(SharedTelegram.Somebody()).Say("hello");
        await telegram.Until(_ => bot.WebhookError is not null);
        Assert.Equal(1, bot.PendingUpdates);
        Assert.Contains("401", bot.WebhookError, StringComparison.Ordinal);
    }
}
