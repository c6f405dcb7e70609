using Xunit;

namespace Bus.Tests.Discord;

public sealed class Coming_over_the_wire : FakeDiscordTest
{
    private const string Plain = "?v=10&encoding=json";
    private const string Compressed = "?v=10&encoding=json&compress=zlib-stream";

    [Theory]
    [InlineData(Plain, false)]
    [InlineData(Plain, true)]
    [InlineData(Compressed, false)]
    [InlineData(Compressed, true)]
    public async Task Should_be_the_same_in_any_form(string query, bool splits)
    {
        Discord.Gateway.SplitsFrames = splits;
        await using var client = await GatewayClient.Begin(Bot, query: query);
        foreach (var text in (string[])["Größe 😀", "Größe 😀", "noch eine"])
        {
            Channel.Say(Ann, text);
            Assert.Equal(text, (string)(await client.Hears("MESSAGE_CREATE"))["content"]!);
        }

        Assert.Equal(splits && query == Compressed ? 2 : 1, client.LastFrames.Messages);
        Assert.True(splits ? client.LastFrames.Pieces > 5 : client.LastFrames.Pieces < 3, $"{client.LastFrames}");
        Assert.Equal(query == Compressed, Assert.Single(Discord.Gateway.Connections).IsCompressed);
    }
}
