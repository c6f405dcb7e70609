using System.Globalization;
using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <summary>Things as they are on the wire.</summary>
internal static partial class Wire
{
    /// <summary>Ids are text, since JavaScript cannot count that far.</summary>
    public static JsonNode Id(ulong id) => JsonValue.Create(id.ToString(CultureInfo.InvariantCulture));

    public static JsonNode? Id(ulong? id) => id is { } known ? Id(known) : null;

    public static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);

    public static JsonObject User(FakeUser user)
    {
        var json = new JsonObject
        {
            ["id"] = Id(user.Id),
            ["username"] = user.Username,
            ["discriminator"] = user.IsBot ? "0001" : "0",
            ["global_name"] = user.GlobalName,
            ["avatar"] = null,
            ["public_flags"] = 0,
        };
        if (user.IsBot)
            json["bot"] = true;
        return json;
    }

    /// <summary>A bot as it sees itself.</summary>
    public static JsonObject Self(FakeBot bot)
    {
        var json = User(bot.User);
        (json["verified"], json["mfa_enabled"], json["flags"], json["email"], json["bio"], json["locale"]) = (true, false, 0, null, "", "en-US");
        return json;
    }

    /// <summary>What an application says of the intents that are switched on, for less than a hundred guilds.</summary>
    public static int Flags(FakeBot bot) =>
        (bot.Allows.HasFlag(Intents.GuildPresences) ? 1 << 13 : 0) | (bot.Allows.HasFlag(Intents.GuildMembers) ? 1 << 15 : 0) | (bot.Allows.HasFlag(Intents.MessageContent) ? 1 << 19 : 0);

    public static JsonObject Member(FakeMember member, bool withUser = true)
    {
        var json = new JsonObject
        {
            ["roles"] = new JsonArray([.. member.Roles.Select(role => Id(role.Id))]),
            ["nick"] = member.Nick,
            ["avatar"] = null,
            ["joined_at"] = Time(member.JoinedAt),
            ["premium_since"] = null,
            ["communication_disabled_until"] = null,
            ["deaf"] = false,
            ["mute"] = false,
            ["pending"] = false,
            ["flags"] = 0,
        };
        if (withUser)
            json["user"] = User(member.User);
        return json;
    }

    public static JsonObject Role(FakeGuild guild, FakeRole role) => new()
    {
        ["id"] = Id(role.Id),
        ["name"] = role.Name,
        ["permissions"] = Bits(role.Id == guild.Id ? Permissions.Usual : Permissions.None),
        ["position"] = role.Id == guild.Id ? 0 : 1,
        ["color"] = 0,
        ["colors"] = new JsonObject { ["primary_color"] = 0, ["secondary_color"] = null, ["tertiary_color"] = null },
        ["hoist"] = false,
        ["managed"] = false,
        ["mentionable"] = false,
        ["flags"] = 0,
    };

    public static JsonNode Bits(Permissions permissions) => JsonValue.Create(((ulong)permissions).ToString(CultureInfo.InvariantCulture));

    public static JsonObject Typing(FakeChannel channel, FakeTyping typing)
    {
        var json = new JsonObject { ["channel_id"] = Id(channel.Id), ["user_id"] = Id(typing.User.Id), ["timestamp"] = typing.At.ToUnixTimeSeconds() };
        if (channel.Guild is { } guild)
            (json["guild_id"], json["member"]) = (Id(guild.Id), Member(guild.Meet(typing.User)));
        return json;
    }

    public static JsonObject Deleted(FakeChannel channel, string name, JsonNode which)
    {
        var json = new JsonObject { [name] = which, ["channel_id"] = Id(channel.Id) };
        if (channel.Guild is { } guild)
            json["guild_id"] = Id(guild.Id);
        return json;
    }

    public static JsonObject Reaction(FakeMessage message, FakeReaction reaction)
    {
        var json = Deleted(message.Channel, "message_id", Id(message.Id));
        json["user_id"] = Id(reaction.User.Id);
        json["emoji"] = Emoji(reaction.Emoji);
        json["message_author_id"] = Id(message.Author.Id);
        (json["burst"], json["type"]) = (false, 0);
        return json;
    }

    /// <summary>A letter, or one of a guild as name:id.</summary>
    public static JsonObject Emoji(string emoji) => emoji.Split(':') is [var name, var id]
        ? new() { ["id"] = id, ["name"] = name }
        : new() { ["id"] = null, ["name"] = emoji };
}
