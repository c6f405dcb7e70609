using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bus.Fakes.Discord.Rest;

/// <summary>A call to be done, and what nearly every route needs of it.</summary>
internal sealed class Request(FakeDiscord discord, FakeCall call)
{
    public FakeDiscord Discord => discord;

    public FakeCall Call => call;

    public FakeBot Bot => call.Bot!;

    /// <summary>The status when all is well and there is something to say.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    public JsonObject Fields => call.Body switch
    {
        null => [],
        JsonObject fields => fields,
        _ => throw Refusal.Invalid("", "MODEL_TYPE_CONVERT", "Expected an object/dictionary."),
    };

    public ulong Id(string name) => call.Id(name) ?? throw Refusal.Invalid($"{name}_id", "NUMBER_TYPE_COERCE", $"Value \"{call.Values[name]}\" is not snowflake.");

    /// <summary>The channel, if the bot may do there what is needed.</summary>
    public FakeChannel Channel(Permissions needed = Permissions.None) => Allow(discord.FindChannel(Id("channel")), needed);

    public FakeMessage Message(FakeChannel channel) => channel.FindShown(Id("message")) is { IsEphemeral: false } message ? message : throw Refusal.UnknownMessage();

    public FakeGuild Guild()
    {
        var guild = discord.FindGuild(Id("guild")) ?? throw Refusal.UnknownGuild();
        return guild.Bots.Contains(Bot) ? guild : throw Refusal.MissingAccess();
    }

    public bool Asks(string name) => call.Query.TryGetValue(name, out var value) && value.Equals("true", StringComparison.OrdinalIgnoreCase);

    public int? Number(string name, int least, int most)
    {
        if (!call.Query.TryGetValue(name, out var text))
            return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            throw Refusal.Invalid(name, "NUMBER_TYPE_COERCE", $"Value \"{text}\" is not int.");
        if (number > most)
            throw Refusal.Invalid(name, "NUMBER_TYPE_MAX", $"int value should be less than or equal to {most}.");
        return number >= least ? number : throw Refusal.Invalid(name, "NUMBER_TYPE_MIN", $"int value should be greater than or equal to {least}.");
    }

    private FakeChannel Allow(FakeChannel? channel, Permissions needed)
    {
        if (channel is null || channel.IsDeleted)
            throw Refusal.UnknownChannel();
        if (!channel.Audience(Permissions.ViewChannel).Contains(Bot))
            throw Refusal.MissingAccess();
        if (needed.HasFlag(Permissions.SendMessages) && channel.IsClosed)
            throw Refusal.ClosedToYou();
        if (needed.HasFlag(Permissions.SendMessages) && channel.Type is ChannelType.Category or ChannelType.Forum)
            throw new Refusal(400, 50008, "Cannot send messages in a non-text channel");
        // In threads there is a permission of its own, and the other means nothing.
        if (channel.IsThread && needed.HasFlag(Permissions.SendMessages))
            needed = (needed & ~Permissions.SendMessages) | Permissions.SendMessagesInThreads;
        return (channel.PermissionsOf(Bot) & needed) == needed || channel.IsPrivate ? channel : throw Refusal.MissingPermissions();
    }
}
