using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Several_bots
{
    [Fact]
    public async Task Should_each_answer_for_themselves_and_never_each_other()
    {
        await using var discord = await FakeDiscord.Start();
        var (one, two, gone) = (discord.AddBot(SharedDiscord.Token(4001), "one"), discord.AddBot(SharedDiscord.Token(4002), "two"), discord.AddBot(SharedDiscord.Token(4003), "gone"));
        discord.Revoke(gone);
        var channel = discord.AddGuild("Home", one, two).AddChannel("general");
        var settings = SharedDiscord.Settings(discord, one, two, gone);
        var (system, host) = await TestSystem.Start(settings);
        await using var own = system;
        await discord.Until(_ => discord.Gateway.Live(one) == 1 && discord.Gateway.Live(two) == 1);
        await host.Line("Bot 4003 on Discord: Discord does not know the token");
        await Missing_what_was_said.Set(host, "bot=4002", """{"always": true}""");

        channel.Say(SharedDiscord.Somebody(), $"{one.Mention} hello");
        await channel.Until(now => now.Answers.Count(answer => answer.Author.Id == one.Id) == 1 && now.Answers.Count(answer => answer.Author.Id == two.Id) == 1);
        channel.Say(SharedDiscord.Somebody(), "again");
        await channel.Until(now => now.Answers.Count(answer => answer.Author.Id == two.Id) == 2);
        Assert.Equal(3, channel.Answers.Count);
    }

    [Fact]
    public async Task Should_answer_a_command_with_a_message_when_its_token_is_too_old()
    {
        await using var discord = await FakeDiscord.Start();
        var bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
        var (system, host) = await TestSystem.Start(SharedDiscord.Settings(discord, bot));
        await using var own = system;
        await host.Line("listens to Discord");
        var channel = discord.AddGuild("Home").AddChannel("general");
        await discord.Until(_ => bot.Commands.Count > 0);
        discord.InteractionLifetime = TimeSpan.FromSeconds(3.5);
        channel.Use(SharedDiscord.Somebody(), "ask", ("question", "demo:slow=5 hello"));

        await channel.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("I was shown 2 messages.", StringComparison.Ordinal) && answer.Nonce is not null));
    }

    [Theory]
    [InlineData("DISCORD_BOT_TOKEN", "nonsense", "number 1 is no token of a bot")]
    [InlineData("DISCORD_BOT_TOKEN", "NDAwMQ.Gtest0.one,NDAwMQ.Gtest0.two", "names a bot twice")]
    [InlineData("DISCORD_API_URL", "ftp://example.org", "DISCORD_API_URL must be an address")]
    [InlineData("DISCORD_SHARDS", "-1", "DISCORD_SHARDS")]
    [InlineData("DISCORD_PRIVATE_CHATS", "perhaps", "must be on or off")]
    public async Task Should_not_begin_with_a_setting_that_is_wrong(string name, string value, string word)
    {
        await using var system = await TestSystem.Create(new Dictionary<string, string?> { [name] = value });
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => system.AddProcess());
        Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Gtest0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_take_the_token_that_both_platforms_were_called_by()
    {
        await using var discord = await FakeDiscord.Start();
        var bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
        var (system, host) = await TestSystem.Start(new Dictionary<string, string?> { ["DISCORD_API_URL"] = discord.Url.ToString(), ["BOT_TOKEN"] = bot.Token });
        await using var own = system;
        await host.Line("listens to Discord");
    }
}
