using System.Net;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Calling_the_REST_API : FakeDiscordTest
{
    [Theory]
    [InlineData("GET", "/nowhere", "404 0 404: Not Found")]
    [InlineData("PUT", "/users/@me", "405 0 405: Method Not Allowed")]
    [InlineData("GET", "/channels/1", "404 10003 Unknown Channel")]
    [InlineData("GET", "/guilds/1", "404 10004 Unknown Guild")]
    [InlineData("GET", "/users/1", "404 10013 Unknown User")]
    public async Task Should_be_refused_where_there_is_nothing(string method, string path, string why) =>
        Assert.Equal(why, await Client.Refusal(method, path));

    [Fact]
    public async Task Should_be_refused_without_a_token()
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "DiscordBot (https://example.com, 1.0)");
        using var response = await http.GetAsync(new Uri($"{Discord.Url}/v10/users/@me"));

        Assert.Equal((HttpStatusCode.Unauthorized, """{"message":"401: Unauthorized","code":0}"""), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Should_be_refused_to_what_is_no_bot_by_its_name()
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bot {Token}");
        using var response = await http.GetAsync(new Uri($"{Discord.Url}/v10/users/@me"));

        Assert.Equal((HttpStatusCode.Forbidden, 40333), (response.StatusCode, Discord.Calls[^1].Code));
    }

    [Fact]
    public async Task Should_be_refused_in_another_version()
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri($"{Discord.Url}/v6/gateway"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Should_be_refused_with_broken_JSON()
    {
        using var body = new StringContent("{\"content\":", System.Text.Encoding.UTF8, "application/json");
        Assert.Equal("400 50109 The request body contains invalid JSON.", await Client.Refusal("POST", $"/channels/{Channel.Id}/messages", body));
    }

    [Fact]
    public async Task Should_tell_who_the_bot_is()
    {
        Assert.Equal($"{Bot.Id}", (string)(await Client.Call("GET", "/users/@me"))!["id"]!);
        Assert.Equal(1 << 19, (int)(await Client.Call("GET", "/applications/@me"))!["flags"]!);
        Assert.Equal($"{Bot.Id}", (string)(await Client.Call("GET", "/oauth2/applications/@me"))!["id"]!);
    }

    [Fact]
    public async Task Should_tell_of_guilds_and_channels()
    {
        var thread = Guild.AddThread(Channel, "Cats");
        Assert.Equal("Home", (string)(await Client.Call("GET", $"/guilds/{Guild.Id}"))!["name"]!);
        Assert.Equal($"{Channel.Id}", (string)Assert.Single((await Client.Call("GET", $"/guilds/{Guild.Id}/channels"))!.AsArray())!["id"]!);
        Assert.Equal($"{thread.Id}", (string)Assert.Single((await Client.Call("GET", $"/guilds/{Guild.Id}/threads/active"))!["threads"]!.AsArray())!["id"]!);
        Assert.Equal($"{Channel.Id}", (string)(await Client.Call("GET", $"/channels/{thread.Id}"))!["parent_id"]!);

        Guild.Delete(Channel);
        Assert.Equal("404 10003 Unknown Channel", await Client.Refusal("GET", $"/channels/{thread.Id}"));
    }

    [Fact]
    public async Task Should_open_the_one_channel_with_a_person()
    {
        Guild.AddMember(Ann);
        var opened = (await Client.Call("POST", "/users/@me/channels", new { recipient_id = $"{Ann.Id}" }))!;

        Assert.Equal(($"{Bot.PrivateChannel(Ann).Id}", 1), ((string)opened["id"]!, (int)opened["type"]!));
        Assert.Equal("404 10013 Unknown User", await Client.Refusal("POST", "/users/@me/channels", new { recipient_id = "1" }));
    }

    [Fact]
    public async Task Should_start_a_thread()
    {
        using var response = await Client.Send("POST", $"/channels/{Channel.Id}/threads", new { name = "Dogs", type = 11 });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal((Channel, "Dogs"), Assert.Single(Guild.Channels, channel => channel.IsThread) is var thread ? (thread.Parent, thread.Name) : default);
    }

    [Fact]
    public async Task Should_be_noted()
    {
        await Client.Call("POST", $"/channels/{Channel.Id}/typing");

        var call = Assert.Single(Discord.Calls);
        Assert.Equal(("POST", $"/channels/{Channel.Id}/typing", "/channels/{channel}/typing", Channel.Id, Bot, 204), (call.Method, call.Path, call.Route, call.ChannelId, call.Bot, call.Status));
        Assert.Equal($"Bot {Token}", call.Authorization);
        Assert.Equal(Bot.User, Assert.Single(Channel.Typings).User);
    }

    [Fact]
    public async Task Should_find_the_ids_in_the_order_of_time()
    {
        var before = Channel.Say(Ann, "one");
        var after = Channel.Say(Ann, "two");
        Assert.True(before < after && Channel.Id < before);
        var at = DateTimeOffset.FromUnixTimeMilliseconds((long)(before >> 22) + 1_420_070_400_000);
        Assert.InRange(Channel[before].At - at, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1));
        Assert.Equal($"{before}", (string)(await Client.Call("GET", $"/channels/{Channel.Id}/messages/{before}"))!["id"]!);
    }
}
