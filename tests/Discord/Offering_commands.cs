using System.Text.Json.Nodes;
using Bus.Fakes.Discord;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Offering_commands : FakeDiscordTest
{
    private string Commands => $"/applications/{Bot.Id}/commands";

    private string GuildCommands => $"/applications/{Bot.Id}/guilds/{Guild.Id}/commands";

    [Theory]
    [InlineData("""{"name":"Ask","description":"x"}""", "0.name", "APPLICATION_COMMAND_INVALID_NAME")]
    [InlineData("""{"name":"ask me","description":"x"}""", "0.name", "APPLICATION_COMMAND_INVALID_NAME")]
    [InlineData("""{"name":"","description":"x"}""", "0.name", "BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":"ask"}""", "0.description", "BASE_TYPE_REQUIRED")]
    [InlineData("""{"name":"ask","description":"x","options":[{"type":3,"name":"a","description":"x"},{"type":3,"name":"b","description":"x","required":true}]}""", "0.options.1", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID")]
    [InlineData("""{"name":"ask","description":"x","options":[{"type":3,"name":"a","description":"x"},{"type":3,"name":"a","description":"x"}]}""", "0.options.1.name", "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE")]
    [InlineData("""{"name":"ask","description":"x","options":[{"type":12,"name":"a","description":"x"}]}""", "0.options.0.type", "BASE_TYPE_CHOICES")]
    [InlineData("""{"name":"ask","description":"x","options":[{"type":3,"name":"A","description":"x"}]}""", "0.options.0.name", "APPLICATION_COMMAND_INVALID_NAME")]
    public async Task Should_not_be_possible_with_what_is_wrong(string command, string place, string code)
    {
        Assert.Equal(code, (await Client.Wrong("PUT", Commands, JsonNode.Parse($"[{command}]")!, place)).Code);
        Assert.Equal(code, (await Client.Wrong("POST", Commands, JsonNode.Parse(command)!, place[2..])).Code);
        Assert.Empty(Bot.Commands);
    }

    [Fact]
    public async Task Should_have_an_end()
    {
        var options = Enumerable.Range(0, 26).Select(number => new { type = 3, name = $"o{number}", description = "x" });
        Assert.Equal("BASE_TYPE_MAX_LENGTH", (await Client.Wrong("POST", Commands, new { name = "ask", description = "x", options }, "options")).Code);
        Assert.Equal("BASE_TYPE_BAD_LENGTH", (await Client.Wrong("POST", Commands, new { name = "ask", description = new string('x', 101) }, "description")).Code);
        await Client.Call("POST", Commands, new { name = "größe-1_'", description = new string('x', 100), options = options.Take(25) });
    }

    [Fact]
    public async Task Should_keep_the_ids_of_those_that_stay()
    {
        await Client.Call("PUT", Commands, JsonNode.Parse("""[{"name":"ask","description":"x"},{"name":"gone","description":"x"}]"""));
        var id = (string)Bot.Commands[0]["id"]!;
        await Client.Call("PUT", Commands, JsonNode.Parse("""[{"name":"new","description":"x"},{"name":"ask","description":"y"}]"""));

        Assert.Equal(["new", "ask"], Bot.Commands.Select(command => (string)command["name"]!));
        Assert.Equal((id, "y"), ((string)Bot.Commands[1]["id"]!, (string)Bot.Commands[1]["description"]!));
        Assert.Equal(2, (await Client.Call("GET", Commands))!.AsArray().Count);
    }

    [Fact]
    public async Task Should_add_change_and_remove_one()
    {
        using var created = await Client.Send("POST", Commands, new { name = "ask", description = "x" });
        using var again = await Client.Send("POST", Commands, new { name = "ask", description = "y" });
        Assert.Equal((201, 200, 1), ((int)created.StatusCode, (int)again.StatusCode, Bot.Commands.Count));
        var path = $"{Commands}/{Bot.Commands[0]["id"]}";
        await Client.Call("PATCH", path, new { description = "z" });
        Assert.Equal("z", (string)(await Client.Call("GET", path))!["description"]!);
        await Client.Call("DELETE", path);
        Assert.Empty(Bot.Commands);
        Assert.Equal("404 10063 Unknown application command", await Client.Refusal("DELETE", path));
    }

    [Fact]
    public async Task Should_be_for_one_guild_if_wanted()
    {
        await Client.Call("PUT", GuildCommands, JsonNode.Parse("""[{"name":"here","description":"x"}]"""));
        Assert.Equal((0, 1), (Bot.Commands.Count, Bot.GuildCommands(Guild).Count));
        Channel.Use(Ann, "here");
        Assert.Throws<ArgumentException>(() => Bot.PrivateChannel(Ann).Use(Ann, "here"));
    }

    [Fact]
    public async Task Should_not_be_possible_for_another() =>
        Assert.Equal("403 20012 You are not authorized to perform this action on this application", await Client.Refusal("GET", $"/applications/{Bot.Id + 1}/commands"));

    [Fact]
    public async Task Should_lead_to_what_is_within()
    {
        await Client.Call("POST", Commands, JsonNode.Parse("""{"name":"config","description":"x","options":[{"type":1,"name":"model","description":"x","options":[{"type":4,"name":"size","description":"x","autocomplete":true},{"type":6,"name":"who","description":"x"}]}]}"""));
        await using var client = await GatewayClient.Begin(Bot, Intents.None);
        Channel.Use(Ann, "config model", ("size", 3), ("who", Ben));
        var data = (await client.Hears("INTERACTION_CREATE"))["data"]!;
        Assert.Equal($$"""[{"name":"model","type":1,"options":[{"name":"size","type":4,"value":3},{"name":"who","type":6,"value":"{{Ben.Id}}"}]}]""", data["options"]!.ToJsonString());
        Assert.Equal("ben", (string)data["resolved"]!["users"]![$"{Ben.Id}"]!["username"]!);

        var suggestions = Channel.Complete(Ann, "config model", "size", "1");
        var asked = await client.Hears("INTERACTION_CREATE");
        Assert.Equal((4, true), ((int)asked["type"]!, (bool)asked["data"]!["options"]![0]!["options"]![0]!["focused"]!));
        await Client.Call("POST", $"/interactions/{suggestions.Id}/{suggestions.Token}/callback", new { type = 8, data = new { choices = new[] { new { name = "Ten", value = 10 } } } });
        Assert.Equal(10, (int)suggestions.Data!["choices"]![0]!["value"]!);
        Assert.Throws<ArgumentException>(() => Channel.Use(Ann, "config"));
    }
}
