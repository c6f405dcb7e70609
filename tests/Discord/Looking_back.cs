using Bus.Fakes.Discord;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Looking_back : FakeDiscordTest
{
    private ulong[] said = [];

    [Theory]
    [InlineData("", "9876543210")]
    [InlineData("limit=3", "987")]
    [InlineData("limit=3&before=5", "432")]
    [InlineData("limit=3&after=5", "876")]
    [InlineData("limit=3&after=0", "321")]
    [InlineData("limit=4&around=5", "6543")]
    [InlineData("limit=5&around=5", "76543")]
    public async Task Should_show_the_newest_first(string query, string expected)
    {
        said = [.. Enumerable.Range(0, 10).Select(number => Channel.Say(Ann, $"{number}"))];
        var id = query.Split('=')[^1];
        if (query.Contains('&', StringComparison.Ordinal))
            query = query[..^id.Length] + said[int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)];

        Assert.Equal(expected, await Look(query));
    }

    [Fact]
    public async Task Should_not_show_what_is_not_there_for_all()
    {
        Channel.Delete(Channel.Say(Ann, "0"));
        Channel.Say(Ann, "1");
        Assert.Equal("1", await Look(""));

        Channel.Deny(Bot, Permissions.ReadMessageHistory);
        Assert.Equal("", await Look(""));
        Assert.Equal("403 50013 Missing Permissions", await Client.Refusal("GET", $"/channels/{Channel.Id}/messages/{Channel.Messages[^1].Id}"));
    }

    [Theory]
    [InlineData("limit=0", "limit", "NUMBER_TYPE_MIN")]
    [InlineData("limit=101", "limit", "NUMBER_TYPE_MAX")]
    [InlineData("limit=many", "limit", "NUMBER_TYPE_COERCE")]
    [InlineData("before=x", "before", "NUMBER_TYPE_COERCE")]
    public async Task Should_not_be_possible_with_wrong_numbers(string query, string place, string code) =>
        Assert.Equal(code, (await Client.Wrong("GET", $"/channels/{Channel.Id}/messages?{query}", new { }, place)).Code);

    private async Task<string> Look(string query) => string.Concat((await Client.Call("GET", $"/channels/{Channel.Id}/messages?{query}"))!.AsArray().Select(message => (string)message!["content"]!));
}
