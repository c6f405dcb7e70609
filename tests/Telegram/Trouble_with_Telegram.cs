using System.Diagnostics;
using System.Text.Json.Nodes;
using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Trouble_with_Telegram : FakeTelegramTest
{
    private static readonly object Hello = new { chat_id = 100, text = "Hello" };

    [Fact]
    public async Task Should_tell_how_long_to_wait()
    {
        Telegram.Fail("sendMessage", Chat.Id, Failure.TooMany(7));

        var refusal = await Client.Call("sendMessage", Hello);
        Assert.Equal("""{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}""", refusal.ToJsonString());
        await Client.Result("sendMessage", Hello);
        Assert.Equal(["429 Too Many Requests: retry after 7", "200 "], Telegram.Calls.Select(call => $"{call.Status} {call.Description}"));
    }

    [Fact]
    public async Task Should_count_those_who_do_not_wait()
    {
        var time = new FakeTime();
        await using var telegram = await FakeTelegram.Start(time: time);
        var bot = telegram.AddBot(Token, "busy_bot");
        using var client = new BotClient(bot);
        var (chat, other) = (bot.PrivateChat(Ann), bot.PrivateChat(Ben));
        telegram.Fail("sendMessage", chat.Id, Failure.TooMany(5, staysInForce: true));
        await client.Refusal("sendMessage", Hello);

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("Too Many Requests: retry after 3", await client.Refusal("sendChatAction", new { chat_id = chat.Id, action = "typing" }));
        await client.Result("sendMessage", new { chat_id = other.Id, text = "x" });
        Assert.Equal(1, telegram.CallsInsideWindows);

        time.Advance(TimeSpan.FromSeconds(3));
        await client.Result("sendMessage", Hello);
        Assert.Equal(1, telegram.CallsInsideWindows);
    }

    [Fact]
    public async Task Should_be_a_status_as_often_as_wanted()
    {
        Telegram.Fail("sendMessage", Failure.Status(500, "Internal Server Error"), times: 2);
        Assert.Equal("Internal Server Error", await Client.Refusal("sendMessage", Hello));
        Assert.Equal("Internal Server Error", await Client.Refusal("sendMessage", Hello));
        await Client.Result("sendMessage", Hello);
        Assert.Single(Chat.Messages);
    }

    [Fact]
    public async Task Should_be_a_page_of_a_gateway()
    {
        Telegram.Fail(null, Failure.ServerError);
        using var response = await Client.Post("sendMessage", new StringContent(""));
        Assert.Equal((502, "text/html"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Should_be_a_connection_that_is_cut_before_or_after()
    {
        Telegram.Fail("sendMessage", Failure.CutBefore);
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.Call("sendMessage", Hello));
        Assert.Empty(Chat.Messages);

        Telegram.Fail("sendMessage", Failure.CutAfter);
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.Call("sendMessage", Hello));
        Assert.Single(Chat.Messages);
        Assert.All(Telegram.Calls, call => Assert.Null(call.Status));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_be_silence(bool applied)
    {
        Telegram.Fail("sendMessage", Failure.Hang(applied));
        using var patience = new CancellationTokenSource();
        var call = Client.Call("sendMessage", Hello, patience.Token);
        await Telegram.Until(telegram => telegram.Calls.Count == 1 && Chat.Messages.Count == (applied ? 1 : 0));
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Should_be_the_answers_of_another_server()
    {
        Telegram.Fail("sendMessage", Failure.LooseAnswer(Looseness.Nulls | Looseness.Milliseconds));
        var answer = await Client.Call("sendMessage", Hello);
        var message = answer["result"]!.AsObject();
        Assert.True(answer.ContainsKey("error_code") && message.ContainsKey("reply_to_message") && message["from"]!.AsObject().ContainsKey("last_name"));
        Assert.True((long)message["date"]! > 1_000_000_000_000);

        Telegram.Fail("editMessageText", Failure.LooseAnswer(Looseness.NullResult));
        Assert.Equal("""{"ok":true,"result":null}""", (await Client.Call("editMessageText", new { chat_id = 100, message_id = 1, text = "x" })).ToJsonString());
        Assert.Equal("x", Chat[1].Text);

        Telegram.Fail("sendMessage", Failure.LooseAnswer(Looseness.BareError));
        using var response = await Client.Post("sendMessage", new FormUrlEncodedContent([]));
        Assert.Equal((500, """{"message":"Internal server error"}"""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));

        Telegram.Fail("getUpdates", Failure.LooseAnswer(Looseness.NoWaiting));
        var asked = Stopwatch.GetTimestamp();
        await Client.Result("getUpdates", new { timeout = 50 });
        Assert.True(Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task Should_follow_a_plan_until_it_is_healed()
    {
        Telegram.Schedule(call => call.Text == "Hello" ? Failure.Status(400, "Bad Request: no greetings") : null);
        Assert.Equal("Bad Request: no greetings", await Client.Refusal("sendMessage", Hello));
        await Client.Result("sendMessage", new { chat_id = 100, text = "x" });
        Telegram.Heal();
        await Client.Result("sendMessage", Hello);
    }

    [Fact]
    public async Task Should_come_of_saying_too_much()
    {
        var time = new FakeTime();
        await using var telegram = await FakeTelegram.Start(time: time);
        var bot = telegram.AddBot(Token, "busy_bot");
        using var client = new BotClient(bot);
        var (chat, group) = (bot.PrivateChat(Ann), telegram.Group("Friends"));
        telegram.LimitsRate = true;
        Assert.Equal(4, await SaidAtOnce(client, chat, 10));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await SaidAtOnce(client, chat, 1));

        for (var i = 0; i < 19; i++)
        {
            Assert.Equal(1, await SaidAtOnce(client, group, 1));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, await SaidAtOnce(client, group, 1));
        Assert.Equal("Too Many Requests: retry after 41", await client.Refusal("sendMessage", new { chat_id = group.Id, text = "x" }));
        time.Advance(TimeSpan.FromSeconds(41));
        Assert.Equal(1, await SaidAtOnce(client, group, 1));
    }

    [Fact]
    public async Task Should_be_explained_when_waiting_was_in_vain()
    {
        Chat.Say("Anybody?");
        var vain = await Assert.ThrowsAsync<TimeoutException>(() => Chat.Shows("Yes", TimeSpan.FromMilliseconds(10)));
        Assert.Contains("Anybody?", vain.Message, StringComparison.Ordinal);
    }

    private static async Task<int> SaidAtOnce(BotClient client, FakeChat chat, int messages)
    {
        var said = 0;
        for (var i = 0; i < messages; i++)
            said += (await client.Call("sendMessage", new { chat_id = chat.Id, text = "x" }))["ok"] is JsonValue ok && (bool)ok ? 1 : 0;
        return said;
    }
}
