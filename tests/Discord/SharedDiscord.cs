using System.Text;
using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Fakes.Discord;
using Bus.Tests.Discord;
using Bus.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedDiscord))]

namespace Bus.Tests.Discord;

/// <summary>One system with one bot, for all tests that neither kill it nor change what holds for all places; they use people and guilds of their own.</summary>
public sealed class SharedDiscord : IAsyncLifetime
{
    internal const ulong Admin = 9;

    private static long people = 1000;

    private TestSystem? system;
    private HostProcess? host;

    /// <summary>A token as Discord makes them: its first part is the id of the bot.</summary>
    internal static string Token(ulong bot) => $"{Convert.ToBase64String(Encoding.UTF8.GetBytes($"{bot}")).TrimEnd('=')}.Gtest0.a-token-of-the-tests";

    internal FakeDiscord Discord { get; private set; } = null!;

    internal FakeBot Bot { get; private set; } = null!;

    internal TestSystem System => system!;

    internal HttpClient Http => host!.Http;

    internal HostProcess Host => host!;

    public async ValueTask InitializeAsync()
    {
        Discord = await FakeDiscord.Start();
        Bot = Discord.AddBot(Token(777), "bus");
        (system, host) = await TestSystem.Start(Settings(Discord, Bot));
    }

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        if (Discord is not null)
            await Discord.DisposeAsync();
    }

    internal static Dictionary<string, string?> Settings(FakeDiscord discord, params IEnumerable<FakeBot> bots) => new()
    {
        ["DISCORD_API_URL"] = discord.Url.ToString(),
        ["DISCORD_BOT_TOKEN"] = string.Join(',', bots.Select(bot => bot.Token)),
        ["DISCORD_ADMINS"] = $"{Admin}",
    };

    /// <summary>Somebody whom no other test knows.</summary>
    internal static FakeUser Somebody(string name = "Ann", string? locale = "en-GB") => new((ulong)Interlocked.Increment(ref people), name.ToLowerInvariant(), name, locale ?? "en-GB");

    internal FakeChannel PrivateChannel(string name = "Ann") => Bot.PrivateChannel(Somebody(name));

    /// <summary>A channel of a guild of its own, in which nobody is waited for.</summary>
    internal async Task<FakeChannel> Channel(string name = "general")
    {
        var channel = Discord.AddGuild(name, Bot).AddChannel(name);
        await Set(channel, "gather_seconds_in_groups", "0");
        return channel;
    }

    /// <summary>Has the administrator set something for a channel.</summary>
    internal async Task Set(FakeChannel channel, string name, string value)
    {
        var place = $"/api/place-settings?platform=discord&bot={Bot.Id}&chat={channel.Id}";
        var json = new JsonObject { [name] = Bus.Ingress.Settings.SettingFields.Parse(name, value) };
        using var body = new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await (await host!.Admin()).PatchAsync(new Uri(place, UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The conversation of a channel or a thread.</summary>
    internal static Guid Conversation(FakeBot bot, FakeChannel channel, string? part = null) => (channel.IsThread
        ? new Origin(Platforms.Discord, $"{bot.Id}", $"{channel.Parent!.Id}", $"{channel.Id}", part)
        : new Origin(Platforms.Discord, $"{bot.Id}", $"{channel.Id}", null, part)).ConversationId();
}
