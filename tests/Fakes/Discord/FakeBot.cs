using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <summary>A bot as its maker registered it.</summary>
public sealed class FakeBot
{
    private readonly List<FakeChannel> privateChannels = [];

    internal FakeBot(FakeDiscord discord, ulong id, string token, string username, Intents allows)
    {
        (Discord, Token, Allows) = (discord, token, allows);
        User = new FakeUser(id, username) { IsBot = true };
    }

    public FakeDiscord Discord { get; }

    public string Token { get; }

    public FakeUser User { get; }

    /// <summary>The id of its user, which is also that of the application.</summary>
    public ulong Id => User.Id;

    public string Username => User.Username;

    public string Mention => User.Mention;

    /// <summary>The privileged intents that are switched on for it.</summary>
    public Intents Allows { get; set; }

    /// <summary>What it offers everywhere.</summary>
    public IReadOnlyList<JsonObject> Commands => Discord.Locked(() => (IReadOnlyList<JsonObject>)[.. CommandsOf(null)]);

    internal Dictionary<ulong, List<JsonObject>> CommandLists { get; } = [];

    internal Dictionary<string, (DateTimeOffset At, FakeMessage Message)> Nonces { get; } = [];

    /// <summary>What it offers in a guild alone.</summary>
    public IReadOnlyList<JsonObject> GuildCommands(FakeGuild guild) => Discord.Locked(() => (IReadOnlyList<JsonObject>)[.. CommandsOf(guild.Id)]);

    /// <summary>The channel of a person with this bot; there is one.</summary>
    public FakeChannel PrivateChannel(FakeUser user) => Discord.Locked(() =>
    {
        var channel = privateChannels.Find(channel => channel.Recipient!.Id == user.Id);
        if (channel is null)
        {
            privateChannels.Add(channel = new FakeChannel(Discord, Discord.NextId(), ChannelType.Private, user.Username) { Recipient = user, PrivateOf = this });
            Discord.Add(channel);
        }

        return channel;
    });

    public override string ToString() => Username;

    internal List<JsonObject> CommandsOf(ulong? guild)
    {
        if (!CommandLists.TryGetValue(guild ?? 0, out var commands))
            CommandLists[guild ?? 0] = commands = [];
        return commands;
    }
}
