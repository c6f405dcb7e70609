using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord.Rest;

/// <summary>The bot as it sees itself, and others.</summary>
internal static class Applications
{
    public static JsonNode GetSelf(Request request) => Wire.Self(request.Bot);

    public static JsonNode GetUser(Request request) => Wire.User(request.Discord.FindUser(request.Id("user")) ?? throw Refusal.UnknownUser());

    public static JsonNode Get(Request request) => new JsonObject
    {
        ["id"] = Wire.Id(request.Bot.Id),
        ["name"] = request.Bot.Username,
        ["icon"] = null,
        ["description"] = "",
        ["bot_public"] = true,
        ["bot_require_code_grant"] = false,
        ["verify_key"] = new string('0', 64),
        ["flags"] = Wire.Flags(request.Bot),
        ["bot"] = Wire.User(request.Bot.User),
        ["approximate_guild_count"] = request.Discord.Guilds.Count(guild => guild.Bots.Contains(request.Bot)),
        ["interactions_endpoint_url"] = null,
    };
}
