using System.Text.Json.Nodes;
using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Polling_for_updates : FakeTelegramTest
{
    [Fact]
    public async Task Should_bring_them_again_until_they_are_confirmed()
    {
        Chat.Say("one");
        Chat.Say("two");

        var first = await Updates(new { });
        Assert.Equal(["one", "two"], Texts(first));
        Assert.Equal(["one", "two"], Texts(await Updates(new { })));
        var second = (long)first[1]!["update_id"]!;
        Assert.Equal(second, (long)first[0]!["update_id"]! + 1);
        Assert.Equal(["two"], Texts(await Updates(new { offset = second })));
        Assert.Empty(await Updates(new { offset = second + 1 }));
        Assert.Empty(await Updates(new { }));
    }

    [Fact]
    public async Task Should_count_from_the_end_with_a_negative_offset()
    {
        foreach (var text in (string[])["one", "two", "three"])
            Chat.Say(text);

        Assert.Equal(["two"], Texts(await Updates(new { offset = -2, limit = 1 })));
        Assert.Equal(["two", "three"], Texts(await Updates(new { })));
        Assert.Equal(["three"], Texts(await Updates(new { offset = -1 })));
        Assert.Equal(1, Bot.PendingUpdates);
    }

    [Fact]
    public async Task Should_bring_a_hundred_at_most()
    {
        for (var i = 0; i < 101; i++)
            Chat.Say("again");

        Assert.Equal(100, (await Updates(new { limit = 1000 })).Count);
        Assert.Equal(2, (await Updates(new { limit = 2 })).Count);
    }

    [Fact]
    public async Task Should_wait_for_one()
    {
        var waiting = Updates(new { timeout = 30 });
        await Telegram.Until(_ => Bot.IsPolling);
        Assert.False(waiting.IsCompleted);

        Chat.Say("at last");

        Assert.Equal(["at last"], Texts(await waiting));
    }

    [Fact]
    public async Task Should_wait_no_longer_than_asked()
    {
        var time = new FakeTime();
        await using var telegram = await FakeTelegram.Start(time: time);
        using var client = new BotClient(telegram.AddBot(Token, "slow_bot"));
        var waiting = client.Result("getUpdates", new { timeout = 20 });
        await time.TimerOf(TimeSpan.FromSeconds(20));

        time.Advance(TimeSpan.FromSeconds(20));

        Assert.Empty((await waiting).AsArray());
    }

    [Fact]
    public async Task Should_end_an_earlier_poll()
    {
        var earlier = Client.Call("getUpdates", new { timeout = 30 });
        await Telegram.Until(_ => Bot.IsPolling);
        var later = Updates(new { timeout = 30 });

        var refusal = await earlier;
        Assert.Equal(409, (int)refusal["error_code"]!);
        Assert.Equal("Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", (string?)refusal["description"]);
        Chat.Say("for the later one");
        Assert.Equal(["for the later one"], Texts(await later));
    }

    [Fact]
    public async Task Should_be_over_when_the_client_hangs_up()
    {
        using var hangingUp = new CancellationTokenSource();
        var waiting = Client.Call("getUpdates", new { timeout = 30 }, hangingUp.Token);
        await Telegram.Until(_ => Bot.IsPolling);

        await hangingUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Telegram.Until(_ => !Bot.IsPolling);
        Chat.Say("not lost");
        Assert.Equal(["not lost"], Texts(await Updates(new { })));
    }

    [Fact]
    public async Task Should_bring_only_what_was_asked_for_and_remember_it()
    {
        await Updates(new { allowed_updates = new[] { "my_chat_member" } });
        Chat.Say("unwanted");
        Ann.Block(Bot);

        var update = Assert.Single(await Updates(new { }))!;
        Assert.Equal("kicked", (string?)update["my_chat_member"]!["new_chat_member"]!["status"]);
        await Updates(new { offset = -1, allowed_updates = Array.Empty<string>() });
        Ann.Unblock(Bot);
        Chat.Say("wanted");
        Assert.Equal("wanted", (string?)(await Updates(new { }))[^1]!["message"]!["text"]);
    }

    [Fact]
    public async Task Should_bring_anything_that_is_pushed()
    {
        var id = Bot.Push(new JsonObject { ["brand_new"] = new JsonObject { ["x"] = 1 } });
        Bot.Push(JsonNode.Parse("""{"update_id":"odd","message":7}""")!);

        var updates = await Updates(new { });
        Assert.Equal($$$"""[{"update_id":{{{id}}},"brand_new":{"x":1}},{"update_id":"odd","message":7}]""", updates.ToJsonString());
        Assert.Empty(await Updates(new { offset = id + 2 }));
    }

    private async Task<JsonArray> Updates(object arguments) => (await Client.Result("getUpdates", arguments)).AsArray();

    private static IEnumerable<string?> Texts(JsonArray updates) => updates.Select(update => (string?)update!["message"]!["text"]);
}
