using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord.Rest;

internal static class Guilds
{
    public static JsonNode Get(Request request)
    {
        var guild = request.Guild();
        var json = Wire.Guild(guild);
        if (request.Asks("with_counts"))
            (json["approximate_member_count"], json["approximate_presence_count"]) = (guild.Members.Count, guild.Members.Count);
        return json;
    }

    public static JsonNode GetChannels(Request request) => new JsonArray([.. Seen(request).Where(channel => !channel.IsThread).Select(Wire.Channel)]);

    public static JsonNode GetThreads(Request request) => new JsonObject
    {
        ["threads"] = new JsonArray([.. Seen(request).Where(channel => channel.IsThread).Select(Wire.Channel)]),
        ["members"] = new JsonArray(),
    };

    public static JsonNode GetMember(Request request) =>
        Wire.Member(request.Guild().FindMember(request.Id("user")) ?? throw new Refusal(404, 10007, "Unknown Member"));

    private static IEnumerable<FakeChannel> Seen(Request request) =>
        request.Guild().Channels.Where(channel => channel.PermissionsOf(request.Bot).HasFlag(Permissions.ViewChannel));
}
