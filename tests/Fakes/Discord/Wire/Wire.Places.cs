using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <content>Guilds and channels.</content>
internal static partial class Wire
{
    public static JsonObject Channel(FakeChannel channel)
    {
        var json = new JsonObject
        {
            ["id"] = Id(channel.Id),
            ["type"] = (int)channel.Type,
            ["last_message_id"] = Id(channel.LastMessageId),
            ["flags"] = 0,
        };
        if (channel.Recipient is { } recipient)
        {
            json["recipients"] = new JsonArray(User(recipient));
            return json;
        }

        json["guild_id"] = Id(channel.Guild!.Id);
        json["name"] = channel.Name;
        json["parent_id"] = Id(channel.Parent?.Id);
        json["rate_limit_per_user"] = 0;
        if (channel.IsThread)
            AddThread(json, channel);
        else
            AddPlace(json, channel);
        return json;
    }

    /// <summary>A guild as a session gets it when it comes into view.</summary>
    public static JsonObject Guild(FakeGuild guild, GatewaySession session)
    {
        var json = Guild(guild);
        var channels = guild.Channels.Where(channel => channel.PermissionsOf(session.Bot).HasFlag(Permissions.ViewChannel)).ToList();
        var seesMembers = session.Intents.HasFlag(Intents.GuildMembers);
        json["joined_at"] = Time(guild.FindMember(session.Bot.Id)!.JoinedAt);
        (json["large"], json["unavailable"], json["member_count"]) = (false, false, guild.Members.Count);
        json["members"] = new JsonArray([.. guild.Members.Where(member => seesMembers || member.User.Id == session.Bot.Id).Select(member => Member(member))]);
        json["channels"] = new JsonArray([.. channels.Where(channel => !channel.IsThread).Select(Channel)]);
        json["threads"] = new JsonArray([.. channels.Where(channel => channel.IsThread).Select(Channel)]);
        foreach (var list in (string[])["presences", "voice_states", "stage_instances", "guild_scheduled_events", "soundboard_sounds"])
            json[list] = new JsonArray();
        return json;
    }

    public static JsonObject Guild(FakeGuild guild) => new()
    {
        ["id"] = Id(guild.Id),
        ["name"] = guild.Name,
        ["icon"] = null,
        ["splash"] = null,
        ["banner"] = null,
        ["description"] = null,
        ["owner_id"] = Id(1ul),
        ["preferred_locale"] = "en-US",
        ["roles"] = new JsonArray([.. guild.Roles.Select(role => Role(guild, role))]),
        ["emojis"] = new JsonArray(),
        ["stickers"] = new JsonArray(),
        ["features"] = new JsonArray(),
        ["afk_channel_id"] = null,
        ["afk_timeout"] = 300,
        ["system_channel_id"] = null,
        ["system_channel_flags"] = 0,
        ["rules_channel_id"] = null,
        ["public_updates_channel_id"] = null,
        ["safety_alerts_channel_id"] = null,
        ["application_id"] = null,
        ["vanity_url_code"] = null,
        ["discovery_splash"] = null,
        ["verification_level"] = 0,
        ["default_message_notifications"] = 0,
        ["explicit_content_filter"] = 0,
        ["mfa_level"] = 0,
        ["nsfw_level"] = 0,
        ["premium_tier"] = 0,
        ["premium_subscription_count"] = 0,
        ["premium_progress_bar_enabled"] = false,
    };

    private static void AddPlace(JsonObject json, FakeChannel channel)
    {
        json["position"] = 0;
        json["topic"] = null;
        json["nsfw"] = false;
        json["permission_overwrites"] = new JsonArray([.. channel.Denied.Select(denied => new JsonObject
        {
            ["id"] = Id(denied.Key.Id),
            ["type"] = 1,
            ["allow"] = "0",
            ["deny"] = Bits(denied.Value),
        })]);
    }

    private static void AddThread(JsonObject json, FakeChannel thread)
    {
        json["owner_id"] = Id(thread.StartedBy?.Id ?? 1);
        (json["message_count"], json["total_message_sent"], json["member_count"]) = (thread.Messages.Count, thread.Messages.Count, 1);
        json["thread_metadata"] = new JsonObject
        {
            ["archived"] = false,
            ["locked"] = false,
            ["auto_archive_duration"] = 1440,
            ["archive_timestamp"] = Time(Snowflakes.TimeOf(thread.Id)),
            ["create_timestamp"] = Time(Snowflakes.TimeOf(thread.Id)),
        };
    }
}
