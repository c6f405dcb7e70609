using System.Net;
using System.Net.Http.Json;
using Bus.Faults.Chats;
using Xunit;

namespace Bus.Tests.Faults;

/// <summary>What the run makes of Discord, and what it notes of it.</summary>
public sealed class Breaking_Discord : IAsyncLifetime
{
    private readonly HttpClient http = new();
    private DiscordServer discord = null!;

    public async ValueTask InitializeAsync()
    {
        discord = await DiscordServer.Start(seed: 1);
        (discord.IsHealed, http.BaseAddress) = (true, new Uri($"{discord.Url}/v10/"));
        http.DefaultRequestHeaders.Add("Authorization", $"Bot {DiscordServer.Settings["DISCORD_BOT_TOKEN"]}");
        http.DefaultRequestHeaders.Add("User-Agent", "DiscordBot (a test, 1)");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await discord.DisposeAsync();
    }

    [Fact]
    public async Task Should_note_a_call_to_a_channel_that_is_to_be_left_alone()
    {
        var (one, other) = (discord.Place(1, 1), discord.Place(4, 1));
        discord.Trouble = DiscordTrouble.TooManyRequests;
        await Say(one, HttpStatusCode.TooManyRequests);
        discord.Trouble = DiscordTrouble.None;
        await Say(other, HttpStatusCode.OK);
        Assert.Empty(discord.CallsTooSoon());

        await Say(one, HttpStatusCode.TooManyRequests);
        var call = Assert.Single(discord.CallsTooSoon());
        Assert.Equal(((long)one.Id, "POST /channels/{channel}/messages", 1), (call.Chat, call.Method, discord.Windows));
    }

    [Fact]
    public async Task Should_note_any_call_while_there_is_to_be_none()
    {
        discord.Trouble = DiscordTrouble.TooManyOfAll;
        await Say(discord.Place(1, 1), HttpStatusCode.TooManyRequests);
        discord.Trouble = DiscordTrouble.None;
        var other = discord.Place(4, 1);
        await Say(other, HttpStatusCode.TooManyRequests);

        Assert.Equal((long)other.Id, Assert.Single(discord.CallsTooSoon()).Chat);
    }

    [Fact]
    public async Task Should_see_what_people_see()
    {
        var chat = discord.Place(1, 1);
        var isAnswered = chat.Ask("Message <c1 m1>.");
        await Say(chat, HttpStatusCode.OK, @"Answer to \<c1 m1>, \*well\*", "stop:1");
        Assert.False(isAnswered());
        await Say(chat, HttpStatusCode.OK, "word_word", "retry:1");

        Assert.True(isAnswered());
        Assert.Equal([("Answer to <c1 m1>, *well*", true), ("word_word", false)], chat.Shown.Select(message => (message.Text, message.HasButton)));
        Assert.Equal(1, discord.Said);
    }

    private async Task Say(DiscordChat chat, HttpStatusCode status, string text = "hello", string button = "retry:1")
    {
        var body = new { content = text, components = new[] { new { type = 1, components = new[] { new { type = 2, style = 2, label = "x", custom_id = button } } } } };
        using var response = await http.PostAsJsonAsync($"channels/{chat.Id}/messages", body);
        Assert.Equal(status, response.StatusCode);
    }
}
