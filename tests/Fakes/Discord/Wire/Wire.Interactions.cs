using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <content>Interactions.</content>
internal static partial class Wire
{
    private const string UsualLocale = "en-US";

    public static JsonObject Interaction(FakeInteraction interaction, JsonObject data)
    {
        var (channel, bot) = (interaction.Channel, interaction.Bot);
        var json = new JsonObject
        {
            ["id"] = Id(interaction.Id),
            ["application_id"] = Id(bot.Id),
            ["type"] = interaction.Type,
            ["token"] = interaction.Token,
            ["version"] = 1,
            ["data"] = data,
            ["channel_id"] = Id(channel.Id),
            ["channel"] = Channel(channel),
            ["locale"] = interaction.User.Locale ?? UsualLocale,
            ["app_permissions"] = Bits(channel.PermissionsOf(bot)),
            ["entitlements"] = new JsonArray(),
            ["authorizing_integration_owners"] = new JsonObject { ["0"] = channel.Guild is null ? "0" : Id(channel.Guild.Id) },
            ["context"] = channel.IsPrivate ? 1 : 0,
            ["attachment_size_limit"] = 10 * 1024 * 1024,
        };
        if (channel.Guild is { } guild)
        {
            json["guild_id"] = Id(guild.Id);
            json["guild_locale"] = UsualLocale;
            json["guild"] = new JsonObject { ["id"] = Id(guild.Id), ["locale"] = UsualLocale, ["features"] = new JsonArray() };
            json["member"] = Member(guild.Meet(interaction.User));
            json["member"]!["permissions"] = Bits(Permissions.Usual);
        }
        else
        {
            json["user"] = User(interaction.User);
        }

        if (interaction.MessageId is { } message)
            json["message"] = Message(channel[message], bot);
        return json;
    }

    /// <summary>What a callback brings that asked for an answer.</summary>
    public static JsonObject Callback(FakeInteraction interaction, int type)
    {
        var json = new JsonObject
        {
            ["interaction"] = new JsonObject
            {
                ["id"] = Id(interaction.Id),
                ["type"] = interaction.Type,
                ["response_message_id"] = Id(interaction.ResponseId),
                ["response_message_loading"] = interaction.Response?.IsLoading ?? false,
                ["response_message_ephemeral"] = interaction.IsEphemeral,
                ["channel_id"] = Id(interaction.Channel.Id),
            },
        };
        if (interaction.Response is { } response)
            json["resource"] = new JsonObject { ["type"] = type, ["message"] = Message(response, interaction.Bot) };
        return json;
    }
}
