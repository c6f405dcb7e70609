using System.Text.Json.Nodes;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Beginning_at_the_gateway : FakeDiscordTest
{
    private readonly FakeTime time = new();

    internal override TimeProvider Time => time;

    [Fact]
    public async Task Should_be_told_where_it_is()
    {
        (Discord.Gateway.RecommendedShards, Discord.Gateway.SessionStartsLeft, Discord.Gateway.MaxConcurrency) = (3, 7, 16);
        var answer = (await Client.Call("GET", "/gateway/bot"))!;

        Assert.Equal($"ws://127.0.0.1:{Discord.Url.Port}/gateway", (string)answer["url"]!);
        Assert.Equal("""{"total":1000,"remaining":7,"reset_after":50400000,"max_concurrency":16}""", answer["session_start_limit"]!.ToJsonString());
        Assert.Equal(3, (int)answer["shards"]!);
    }

    [Fact]
    public async Task Should_be_greeted_with_what_there_is()
    {
        var thread = Guild.AddThread(Channel, "Cats");
        var said = Channel.Say(Ann, "Hello");
        await using var client = await GatewayClient.Connect(Discord);
        Assert.Equal(41_250, (int)(await client.Takes(10))["d"]!["heartbeat_interval"]!);
        await client.Identify(Token);

        var ready = await client.Hears("READY");
        Assert.Equal((10, $"{Bot.Id}", "[0,1]"), ((int)ready["v"]!, (string)ready["user"]!["id"]!, ready["shard"]!.ToJsonString()));
        Assert.Equal($$"""[{"id":"{{Guild.Id}}","unavailable":true}]""", ready["guilds"]!.ToJsonString());
        var guild = await client.Hears("GUILD_CREATE");
        Assert.Equal((2, "Home"), (client.Sequence, (string)guild["name"]!));
        Assert.Equal($"{Channel.Id} {said}", Assert.Single(guild["channels"]!.AsArray()) is var channel ? $"{channel!["id"]} {channel["last_message_id"]}" : "");
        Assert.Equal($"{thread.Id}", (string)Assert.Single(guild["threads"]!.AsArray())!["id"]!);
        Assert.Equal($"{Bot.Id}", (string)Assert.Single(guild["members"]!.AsArray())!["user"]!["id"]!);
    }

    [Theory]
    [InlineData("""{"op":2,"d":{"token":"Bot MTIz.test.token","intents":513}}""", 4004)]
    [InlineData("""{"op":2,"d":{"token":"other","intents":513}}""", 4004)]
    [InlineData("""{"op":2,"d":{"token":"MTIz.test.token"}}""", 4013)]
    [InlineData("""{"op":2,"d":{"token":"MTIz.test.token","intents":131072}}""", 4013)]
    [InlineData("""{"op":2,"d":{"token":"MTIz.test.token","intents":2}}""", 4014)]
    [InlineData("""{"op":2,"d":{"token":"MTIz.test.token","intents":513,"shard":[1,1]}}""", 4010)]
    [InlineData("""{"op":2,"d":{"token":"MTIz.test.token","intents":513,"shard":[0]}}""", 4010)]
    [InlineData("""{"op":3,"d":{"status":"dnd"}}""", 4003)]
    [InlineData("""{"op":99,"d":{}}""", 4001)]
    [InlineData("""{"op":2,"d":""", 4002)]
    [InlineData("""{"d":{}}""", 4002)]
    [InlineData("[]", 4002)]
    public async Task Should_be_refused_with_what_is_wrong(string sent, int code)
    {
        await using var client = await GatewayClient.Connect(Discord);
        await client.Send(sent);

        Assert.Equal(code, await client.Ends());
        Assert.Equal(0, Discord.Gateway.Live(Bot));
    }

    [Theory]
    [InlineData("?v=9&encoding=json")]
    [InlineData("?v=10&encoding=etf")]
    [InlineData("?encoding=json")]
    public async Task Should_be_refused_in_another_version(string query)
    {
        await using var client = await GatewayClient.Connect(Discord, query);
        Assert.Equal(4012, await client.Ends());
    }

    [Fact]
    public async Task Should_be_refused_with_too_few_shards()
    {
        Discord.Gateway.RequiredShards = 2;
        await using var client = await GatewayClient.Connect(Discord);
        await client.Identify(Token);
        Assert.Equal(4011, await client.Ends());
    }

    [Fact]
    public async Task Should_be_refused_with_too_much_at_once()
    {
        await using var client = await GatewayClient.Connect(Discord);
        await client.Send("""{"op":1,"d":null}""".PadRight(4096));
        await client.Takes(10);
        await client.Takes(11);
        await client.Send("""{"op":1,"d":null}""".PadRight(4097));
        Assert.Equal(4002, await client.Ends());
    }

    [Fact]
    public async Task Should_be_refused_a_second_time()
    {
        await using var client = await GatewayClient.Begin(Bot);
        await client.Identify(Token);
        Assert.Equal(4005, await client.Ends());
    }

    [Fact]
    public async Task Should_be_refused_after_too_many_words()
    {
        await using var client = await GatewayClient.Begin(Bot);
        for (var sent = 0; sent < 119; sent++)
            await client.Send(1, null);
        await Discord.Until(discord => discord.Gateway.Heartbeats.Count == 119);
        time.Advance(TimeSpan.FromMinutes(1));
        for (var sent = 0; sent < 121; sent++)
            await client.Send(1, null);

        Assert.Equal(4008, await client.Ends());
        Assert.Equal(239, Discord.Gateway.Heartbeats.Count);
    }

    [Fact]
    public async Task Should_take_turns()
    {
        await using var first = await GatewayClient.Begin(Bot);
        await using var second = await GatewayClient.Connect(Discord);
        await second.Takes(10);
        await second.Identify(Token);
        Assert.False((bool)(await second.Takes(9))["d"]!);

        time.Advance(TimeSpan.FromSeconds(5));
        await second.Identify(Token);
        await second.Hears("READY");
        Assert.Equal(["READY", "op 9", "READY"], Discord.Gateway.Identifies.Select(identify => identify.Outcome));
    }

    [Fact]
    public async Task Should_cost_the_token_when_there_are_no_more()
    {
        Discord.Gateway.SessionStartsLeft = 1;
        await using var first = await GatewayClient.Begin(Bot);
        time.Advance(TimeSpan.FromSeconds(5));
        await using var second = await GatewayClient.Connect(Discord);
        await second.Identify(Token);

        Assert.Equal(4004, await second.Ends());
        Assert.Equal(4004, await first.Ends());
        Assert.Equal("401 0 401: Unauthorized", await Client.Refusal("GET", "/users/@me"));
    }

    [Fact]
    public async Task Should_be_for_the_guilds_of_the_shard_alone()
    {
        // The clock stands at a full second, so that this guild belongs to the first of two shards.
        var other = Discord.AddGuild("Abroad", Guild.Id ^ (1 << 22));
        await using var client = await GatewayClient.Connect(Discord);
        await client.Takes(10);
        await client.Identify(Token, shard: 1, shards: 2);

        Assert.Equal($"{other.Id}", (string)Assert.Single((await client.Hears("READY"))["guilds"]!.AsArray())!["id"]!);
        await client.Hears("GUILD_CREATE");
        Channel.Say(Ann, "Here");
        Bot.PrivateChannel(Ann).Say("In private, which is for the first shard");
        other.AddChannel("abroad").Say(Ann, "There");
        await client.Hears("CHANNEL_CREATE");
        Assert.Equal("There", (string)(await client.Hears("MESSAGE_CREATE"))["content"]!);
    }

    [Fact]
    public async Task Should_not_be_possible_in_an_outage()
    {
        Discord.Gateway.RefusesConnections = true;
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => GatewayClient.Connect(Discord));
    }

    [Fact]
    public async Task Should_bring_the_members_that_are_asked_for()
    {
        Guild.AddMember(Ann);
        await using var client = await GatewayClient.Begin(Bot);
        await client.Send(8, new JsonObject { ["guild_id"] = $"{Guild.Id}", ["query"] = "", ["limit"] = 0, ["nonce"] = "7" });

        var chunk = await client.Hears("GUILD_MEMBERS_CHUNK");
        Assert.Equal((2, "7"), (chunk["members"]!.AsArray().Count, (string)chunk["nonce"]!));
    }
}
