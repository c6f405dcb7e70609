using Bus.Contracts;
using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Talking_where_it_is_not_allowed : IAsyncLifetime
{
    private FakeDiscord discord = null!;
    private FakeBot bot = null!;
    private FakeGuild open = null!;
    private FakeGuild closed = null!;
    private FakeRole friends = null!;
    private TestSystem? system;

    public async ValueTask InitializeAsync()
    {
        discord = await FakeDiscord.Start();
        bot = discord.AddBot(SharedDiscord.Token(4001), "bus");
        (open, closed) = (discord.AddGuild("Open"), discord.AddGuild("Closed"));
        friends = open.AddRole("friends");
    }

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        await discord.DisposeAsync();
    }

    [Fact]
    public async Task Should_answer_only_in_allowed_guilds_categories_and_channels()
    {
        var category = closed.AddCategory("allowed");
        var (inOpen, inCategory, alone) = (open.AddChannel("general"), closed.AddChannel("good", category), closed.AddChannel("single"));
        var (elsewhere, blocked) = (closed.AddChannel("elsewhere"), open.AddChannel("blocked"));
        var thread = closed.AddThread(elsewhere, "thread");
        await Listen(new() { ["DISCORD_ALLOWED_CHATS"] = $"{open.Id},{category.Id},{alone.Id}", ["DISCORD_BLOCKED_CHATS"] = $"{blocked.Id}" });

        var ann = SharedDiscord.Somebody();
        foreach (var channel in new[] { elsewhere, thread, blocked, inOpen, inCategory, alone })
            channel.Say(ann, $"{bot.Mention} hello");
        foreach (var channel in new[] { inOpen, inCategory, alone })
            await channel.Until(now => now.Answers.Count == 1);
        var denied = await Denials(3);
        Assert.Equal([DenialReasons.ChatBlocked, DenialReasons.ChatNotAllowed, DenialReasons.ChatNotAllowed], denied.Select(one => one.Reason).Order());
        Assert.All(new[] { elsewhere, thread, blocked }, channel => Assert.Empty(channel.Answers));
        Assert.Equal(3, await system!.Scalar<long>("select count(*) from mt_events where type = 'turn_started'"));
    }

    [Fact]
    public async Task Should_answer_only_who_has_an_allowed_role_or_is_allowed()
    {
        var channel = open.AddChannel("general");
        var (friend, stranger, guest, foe) = (SharedDiscord.Somebody("Friend"), SharedDiscord.Somebody("Stranger"), SharedDiscord.Somebody("Guest"), SharedDiscord.Somebody("Foe"));
        var foes = open.AddRole("foes");
        open.AddMember(friend, friends);
        open.AddMember(foe, friends, foes);
        await Listen(new() { ["DISCORD_ALLOWED_ROLES"] = $"{friends.Id}", ["DISCORD_ALLOWED_USERS"] = $"{guest.Id}", ["DISCORD_BLOCKED_ROLES"] = $"{foes.Id}" });

        foreach (var person in new[] { stranger, foe, friend, guest })
            channel.Say(person, $"{bot.Mention} hello");
        await channel.Until(now => now.Answers.Count > 0);
        Assert.Equal([DenialReasons.RoleBlocked, DenialReasons.UserNotAllowed], (await Denials(2)).Select(one => one.Reason).Order());
        foreach (var denied in new[] { stranger, foe })
            Assert.Equal(0, await system!.Scalar<long>("select count(*) from mt_events where type = 'message_received' and data ->> 'Author' = $1", $"{denied.Id}"));
    }

    [Fact]
    public async Task Should_say_privately_that_a_command_is_not_allowed()
    {
        var channel = closed.AddChannel("general");
        await Listen(new() { ["DISCORD_ALLOWED_CHATS"] = $"{open.Id}" });
        await discord.Until(_ => bot.Commands.Count > 0);
        var asked = channel.Use(SharedDiscord.Somebody(), "ask", ("question", "hello"));

        await discord.Until(_ => asked.FollowUps.Count == 1);
        Assert.Equal(("You may not talk to me here.", true), (asked.FollowUps[0].Text, asked.FollowUps[0].IsEphemeral));
        Assert.Empty(channel.Visible);
        Assert.Single(await Denials(1));
    }

    [Fact]
    public async Task Should_not_talk_privately_where_that_is_switched_off()
    {
        await Listen(new() { ["DISCORD_PRIVATE_CHATS"] = "off" });
        bot.PrivateChannel(SharedDiscord.Somebody()).Say("hello");
        Assert.Equal(DenialReasons.PrivateChat, (await Denials(1))[0].Reason);
    }

    private async Task Listen(Dictionary<string, string?> settings)
    {
        foreach (var (name, value) in SharedDiscord.Settings(discord, bot))
            settings[name] = value;
        (system, var host) = await TestSystem.Start(settings);
        await host.Line("listens to Discord");
    }

    private async Task<IReadOnlyList<MessageDenied>> Denials(int count)
    {
        await Eventually.Get(() => system!.Scalar<long>("select count(*) from mt_events where type = 'message_denied'"), now => now == count);
        var ids = await system!.Scalar<Guid[]>("select array_agg(stream_id) from mt_events where type = 'message_denied'");
        var denied = new List<MessageDenied>();
        foreach (var id in ids ?? [])
            denied.AddRange((await system!.Log.Read(id)).Select(stored => (MessageDenied)stored.Data));
        return denied;
    }
}
