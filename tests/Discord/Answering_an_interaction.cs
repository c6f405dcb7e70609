using System.Text.Json.Nodes;
using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Answering_an_interaction : FakeDiscordTest, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly FakeTime time = new();

    private FakeInteraction ask = null!;

    internal override TimeProvider Time => time;

    private string Callback => $"/interactions/{ask.Id}/{ask.Token}/callback";

    private string Webhook => $"/webhooks/{Bot.Id}/{ask.Token}";

    private string Original => $"{Webhook}/messages/@original";

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        Discord.InteractionPatience = Patience;
        await Client.Call("POST", $"/applications/{Bot.Id}/commands", new { name = "ask", description = "Asks", options = new[] { new { type = 3, name = "what", description = "What", required = true } } });
        ask = Channel.Use(Ann, "ask", ("what", "cats"));
    }

    [Fact]
    public async Task Should_be_told_all_of_it()
    {
        await using var client = await GatewayClient.Begin(Bot, Intents.None);
        ask = Channel.Use(Ann, "ask", ("what", "dogs"));

        var heard = await client.Hears("INTERACTION_CREATE");
        Assert.Equal((2, ask.Token, "en-GB", $"{Ann.Id}"), ((int)heard["type"]!, (string)heard["token"]!, (string)heard["locale"]!, (string)heard["member"]!["user"]!["id"]!));
        Assert.Equal($$"""{"id":"{{Bot.Commands[0]["id"]}}","name":"ask","type":1,"guild_id":"{{Guild.Id}}","options":[{"name":"what","type":3,"value":"dogs"}]}""", heard["data"]!.ToJsonString());
        Assert.False(heard.ContainsKey("user"));
        ask = Bot.PrivateChannel(Ann).Use(Ann, "ask", ("what", "birds"));
        heard = await client.Hears("INTERACTION_CREATE");
        Assert.Equal(($"{Ann.Id}", false), ((string)heard["user"]!["id"]!, heard.ContainsKey("member")));
    }

    [Fact]
    public async Task Should_need_no_token_of_the_bot()
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "DiscordBot (https://example.com, 1.0)");
        using var body = new StringContent("""{"type":4,"data":{"content":"cats"}}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri($"{Discord.Url}/v10{Callback}"), body);

        Assert.Equal((204, null), ((int)response.StatusCode, response.Content.Headers.ContentType));
        Assert.Equal((20, ask), Channel.Answers[0] is var answer ? (answer.Type, answer.Interaction) : default);
    }

    [Fact]
    public async Task Should_bring_the_answer_if_it_is_wanted()
    {
        var answer = (await Client.Call("POST", Callback + "?with_response=true", new { type = 4, data = new { content = "cats", flags = 64 } }))!;

        Assert.Equal(("cats", 64), ((string)answer["resource"]!["message"]!["content"]!, (int)answer["resource"]!["message"]!["flags"]!));
        Assert.True((bool)answer["interaction"]!["response_message_ephemeral"]!);
    }

    [Fact]
    public async Task Should_not_be_possible_too_late()
    {
        Assert.False(ask.HasFailed);
        var failed = ask.Until(interaction => interaction.HasFailed);
        time.Advance(Patience + TimeSpan.FromMilliseconds(1));
        await failed;

        Assert.Equal("404 10062 Unknown interaction", await Client.Refusal("POST", Callback, new { type = 4, data = new { content = "cats" } }));
        Assert.Equal("404 10015 Unknown Webhook", await Client.Refusal("POST", Webhook, new { content = "cats" }));
        Assert.Empty(Channel.Messages);
    }

    [Fact]
    public async Task Should_not_be_possible_twice()
    {
        await Client.Call("POST", Callback, new { type = 5 });
        Assert.Equal("400 40060 Interaction has already been acknowledged.", await Client.Refusal("POST", Callback, new { type = 4, data = new { content = "cats" } }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    public async Task Should_show_that_it_thinks(int flags)
    {
        await Client.Call("POST", Callback, new { type = 5, data = new { flags } });
        Assert.Equal((true, flags | 128, flags == 64), (ask.Response!.IsLoading, ask.Response.Flags, ask.IsEphemeral));

        await Client.Call("PATCH", Original.Replace("@", "%40", StringComparison.Ordinal), new { content = "cats" });
        Assert.Equal(("cats", flags), ((await ask.Shows("cats")).Text, ask.Response.Flags));
        Assert.Equal(flags == 64 ? 0 : 1, Channel.Visible.Count);
        Assert.Equal("cats", (string)(await Client.Call("GET", Original))!["content"]!);
        await Client.Call("DELETE", Original);
        Assert.Equal("404 10008 Unknown Message", await Client.Refusal("GET", Original));
    }

    [Fact]
    public async Task Should_end_the_thinking_with_what_follows_first()
    {
        await Client.Call("POST", Callback, new { type = 5 });
        await Client.Call("POST", Webhook + "?wait=true", new { content = "cats", flags = 64 });
        Assert.Equal(("cats", 0), (ask.Response!.Text, ask.Response.Flags));

        var next = (await Client.Call("POST", Webhook + "?wait=true", new { content = "more", flags = 64 }))!;
        Assert.True(Assert.Single(ask.FollowUps).IsEphemeral);
        await Client.Call("PATCH", $"{Webhook}/messages/{next["id"]}", new { content = "still more" });
        await ask.Shows("still more");
        Assert.Equal("404 10008 Unknown Message", await Client.Refusal("PATCH", $"/channels/{Channel.Id}/messages/{next["id"]}", new { content = "x" }));
        Assert.Equal("cats", (string)Assert.Single((await Client.Call("GET", $"/channels/{Channel.Id}/messages"))!.AsArray())!["content"]!);
    }

    [Fact]
    public async Task Should_end_after_a_quarter_of_an_hour()
    {
        await Client.Call("POST", Callback, new { type = 5 });
        time.Advance(Lifetime);
        await Client.Call("GET", Original);
        Assert.False(ask.HasFailed);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("401 50027 Invalid Webhook Token", await Client.Refusal("PATCH", Original, new { content = "cats" }));
        Assert.Equal("401 50027 Invalid Webhook Token", await Client.Refusal("POST", Webhook, new { content = "cats" }));
        Assert.True(ask.HasFailed);
    }

    [Fact]
    public async Task Should_be_checked_like_any_message()
    {
        Assert.Equal("404 10062 Unknown interaction", await Client.Refusal("POST", $"/interactions/{ask.Id + 1}/{ask.Token}/callback", new { type = 5 }));
        Assert.Equal("404 10062 Unknown interaction", await Client.Refusal("POST", $"/interactions/{ask.Id}/other/callback", new { type = 5 }));
        Assert.Equal("401 50027 Invalid Webhook Token", await Client.Refusal("POST", $"/webhooks/{Bot.Id}/other", new { content = "cats" }));
        Assert.Equal("400 50006 Cannot send an empty message", await Client.Refusal("POST", Callback, new { type = 4, data = new { content = "" } }));
        Assert.Equal("BASE_TYPE_MAX_LENGTH", (await Client.Wrong("POST", Callback, new { type = 4, data = new { content = new string('x', 2001) } }, "content")).Code);
        Assert.Equal("BASE_TYPE_CHOICES", (await Client.Wrong("POST", Callback, new { type = 99 }, "type")).Code);
        Assert.Equal("INTERACTION_APPLICATION_COMMAND_INVALID_CALLBACK_TYPE", (await Client.Wrong("POST", Callback, new { type = 6 }, "type")).Code);
        Assert.Null(ask.Acknowledged);
        await Client.Call("POST", Callback, new { type = 4, data = new { content = "cats" } });
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public async Task Should_change_the_message_of_the_button(int type)
    {
        var components = JsonNode.Parse("""[{"type":1,"components":[{"type":2,"style":1,"label":"x","custom_id":"a"},{"type":3,"custom_id":"m","options":[{"label":"One","value":"1"}]}]}]""");
        await Client.Call("POST", $"/channels/{Channel.Id}/messages", new { content = "before", components });
        await using var client = await GatewayClient.Begin(Bot, Intents.None);
        var message = Channel.Answers[0].Id;
        ask = Channel.Press(Ben, message, "a");
        var heard = await client.Hears("INTERACTION_CREATE");
        Assert.Equal((3, "a", $"{message}"), ((int)heard["type"]!, (string)heard["data"]!["custom_id"]!, (string)heard["message"]!["id"]!));

        Assert.Equal("BASE_TYPE_MAX_LENGTH", (await Client.Wrong("POST", Callback, new { type = 7, data = new { content = new string('x', 2001) } }, "content")).Code);
        await Client.Call("POST", Callback, new { type, data = type == 7 ? new { content = "after" } : null });
        if (type == 6)
            await Client.Call("PATCH", Original, new { content = "after" });
        Assert.Equal(("after", message), ((await ask.Shows("after")).Text, Assert.Single(Channel.Messages).Id));
        Channel.Select(Ben, message, "m", "1");
        Assert.Equal("""{"custom_id":"m","component_type":3,"values":["1"]}""", (await client.Hears("INTERACTION_CREATE"))["data"]!.ToJsonString());
    }
}
