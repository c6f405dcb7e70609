using System.Text.Json.Nodes;
using System.Threading.Channels;
using Bus.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Delivering_to_a_webhook : FakeTelegramTest
{
    [Fact]
    public async Task Should_bring_updates_in_order_with_the_secret()
    {
        await using var hook = await Hook.Start();
        await Client.Result("setWebhook", new { url = hook.Url, secret_token = "s3cret" });
        Chat.Say("one");
        Chat.Say("two");

        Assert.Equal(("one", "s3cret"), await hook.Next());
        Assert.Equal(("two", "s3cret"), await hook.Next());
        await Telegram.Until(_ => Bot.PendingUpdates == 0);
    }

    [Fact]
    public async Task Should_bring_one_again_until_it_is_taken()
    {
        Telegram.WebhookPause = TimeSpan.FromMilliseconds(10);
        await using var hook = await Hook.Start();
        hook.Statuses.Enqueue(500);
        hook.Statuses.Enqueue(403);
        await Client.Result("setWebhook", new { url = hook.Url });
        Chat.Say("one");
        Chat.Say("two");

        foreach (var expected in (string[])["one", "one", "one", "two"])
            Assert.Equal((expected, ""), await hook.Next());
        var info = await Client.Result("getWebhookInfo");
        Assert.Equal("Wrong response from the webhook: 403 Forbidden", (string?)info["last_error_message"]);
    }

    [Fact]
    public async Task Should_do_what_the_answer_says()
    {
        await using var hook = await Hook.Start();
        hook.Answer = """{"method":"sendMessage","chat_id":100,"text":"Said in passing"}""";
        await Client.Result("setWebhook", new { url = hook.Url });
        Chat.Say("one");

        await Chat.Shows("Said in passing");
    }

    [Fact]
    public async Task Should_exclude_polling()
    {
        await using var hook = await Hook.Start();
        var polling = Client.Refusal("getUpdates", new { timeout = 30 });
        await Telegram.Until(_ => Bot.IsPolling);

        await Client.Result("setWebhook", new { url = hook.Url, allowed_updates = new[] { "message" }, max_connections = 1 });

        Assert.Equal("Conflict: terminated by setWebhook request", await polling);
        Assert.Equal(
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            await Client.Refusal("getUpdates"));
        Assert.Equal(
            $$"""{"url":"{{hook.Url}}","has_custom_certificate":false,"pending_update_count":0,"max_connections":1,"allowed_updates":["message"]}""",
            (await Client.Result("getWebhookInfo")).ToJsonString());
        await Client.Result("deleteWebhook");
        Assert.Empty((await Client.Result("getUpdates")).AsArray());
    }

    [Fact]
    public async Task Should_forget_what_is_pending_when_asked()
    {
        Chat.Say("old");
        await Client.Result("deleteWebhook", new { drop_pending_updates = true });
        Assert.Empty((await Client.Result("getUpdates")).AsArray());
    }

    private sealed class Hook(WebApplication web) : IAsyncDisposable
    {
        private readonly Channel<(string?, string)> received = Channel.CreateUnbounded<(string?, string)>();

        public Queue<int> Statuses { get; } = [];

        public string Answer { get; set; } = "";

        public string Url => $"{web.Urls.Single()}/hook";

        public static async Task<Hook> Start()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var web = builder.Build();
            web.Urls.Add("http://127.0.0.1:0");
            var hook = new Hook(web);
            web.MapPost("/hook", hook.Receive);
            await web.StartAsync();
            return hook;
        }

        public async Task<(string? Text, string Secret)> Next() => await received.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

        public ValueTask DisposeAsync() => web.DisposeAsync();

        private async Task Receive(HttpContext http)
        {
            var update = (await JsonNode.ParseAsync(http.Request.Body))!;
            http.Response.StatusCode = Statuses.TryDequeue(out var status) ? status : 200;
            await received.Writer.WriteAsync(((string?)update["message"]!["text"], http.Request.Headers["X-Telegram-Bot-Api-Secret-Token"].ToString()));
            await http.Response.WriteAsync(Answer);
        }
    }
}
