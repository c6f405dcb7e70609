using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <summary>What a client sends over the gateway. Used under the lock.</summary>
internal static class Opcodes
{
    private const int Heartbeat = 1;
    private const int Identify = 2;
    private const int Presence = 3;
    private const int Voice = 4;
    private const int Resume = 6;
    private const int Members = 8;
    private const int Sounds = 31;

    public static void Take(FakeDiscord discord, GatewayConnection connection, JsonObject message)
    {
        var data = message["d"];
        switch (Number(message["op"]))
        {
            case null:
                connection.Close(4002, "Error while decoding payload.");
                break;
            case Heartbeat:
                connection.Heartbeat(Number(data));
                break;
            case Identify when connection.Session is not null:
                connection.Close(4005, "Already authenticated.");
                break;
            case Identify:
                Handshake.Identify(discord, connection, data as JsonObject ?? []);
                break;
            case Resume when connection.Session is not null:
                connection.Close(4005, "Already authenticated.");
                break;
            case Resume:
                Handshake.Resume(discord, connection, data as JsonObject ?? []);
                break;
            case Presence or Voice or Members or Sounds when connection.Session is null:
                connection.Close(4003, "Not authenticated.");
                break;
            case Members:
                Chunk(discord, connection.Session, data as JsonObject ?? []);
                break;
            case Presence or Voice or Sounds:
                break;
            default:
                connection.Close(4001, "Unknown opcode.");
                break;
        }
    }

    public static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int number) ? number : null;

    public static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private static void Chunk(FakeDiscord discord, GatewaySession session, JsonObject asked)
    {
        if (!ulong.TryParse(Text(asked["guild_id"]), out var id) || discord.FindGuild(id) is not { } guild)
            return;
        session.Add("GUILD_MEMBERS_CHUNK", new JsonObject
        {
            ["guild_id"] = Wire.Id(id),
            ["members"] = new JsonArray([.. guild.Members.Select(member => Wire.Member(member))]),
            ["chunk_index"] = 0,
            ["chunk_count"] = 1,
            ["nonce"] = asked["nonce"]?.DeepClone(),
        });
    }
}
