using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <summary>How a session begins and is gone on with. Used under the lock.</summary>
internal static class Handshake
{
    public static void Identify(FakeDiscord discord, GatewayConnection connection, JsonObject data)
    {
        var gateway = discord.Gateway;
        var (shard, shards) = data["shard"] is JsonArray { Count: 2 } pair ? (Opcodes.Number(pair[0]) ?? -1, Opcodes.Number(pair[1]) ?? -1) : (data["shard"] is null ? 0 : -1, 1);
        var bot = discord.FindBot(Opcodes.Text(data["token"]));
        var intents = (Intents)(Opcodes.Number(data["intents"]) ?? -1);
        string? session = null;
        var outcome = Refuse(bot, shard, shards, intents, gateway) is { } refusal ? Refuse(connection, refusal.Code, refusal.Reason) : Begin();
        gateway.Note(new FakeIdentify(discord.Now, bot, shard, shards, intents, outcome, session));

        string Begin()
        {
            if (gateway.SessionStartsLeft <= 0)
            {
                discord.Revoke(bot!);
                return Refuse(connection, 4004, "Authentication failed.");
            }

            gateway.SessionStartsLeft--;
            if (!gateway.MayBegin(bot!, shard))
            {
                connection.SendInvalid(isResumable: false);
                return "op 9";
            }

            if (data["compress"] is JsonValue compress && compress.TryGetValue(out bool packs) && packs)
                connection.PackPayloads();
            var begun = gateway.Begin(bot!, shard, shards, intents);
            session = begun.Id;
            connection.Session = begun;
            begun.Attach(connection);
            Greet(discord, begun, connection.Host);
            return "READY";
        }
    }

    public static void Resume(FakeDiscord discord, GatewayConnection connection, JsonObject data)
    {
        var (id, sequence) = (Opcodes.Text(data["session_id"]), Opcodes.Number(data["seq"]) ?? -1);
        var bot = discord.FindBot(Opcodes.Text(data["token"]));
        discord.Gateway.Note(new FakeResume(discord.Now, bot, id, sequence, connection.IsAtResumeUrl, GoOn()));

        string GoOn()
        {
            if (bot is null)
                return Refuse(connection, 4004, "Authentication failed.");
            if (discord.Gateway.Find(id) is not { } session || session.Bot != bot)
            {
                connection.SendInvalid(isResumable: false);
                return "op 9";
            }

            if (sequence < 0 || sequence > session.Sequence)
            {
                discord.Gateway.Forget(session);
                return Refuse(connection, 4007, "Invalid seq.");
            }

            session.Connection?.Close(4000, "Session resumed elsewhere.");
            connection.Session = session;
            session.Attach(connection, sequence);
            session.Add("RESUMED", []);
            return "RESUMED";
        }
    }

    private static (int Code, string Reason)? Refuse(FakeBot? bot, int shard, int shards, Intents intents, FakeGateway gateway)
    {
        if (bot is null)
            return (4004, "Authentication failed.");
        if (shard < 0 || shard >= shards)
            return (4010, "Invalid shard.");
        if (shards < gateway.RequiredShards)
            return (4011, "Sharding required.");
        if (intents < 0 || (intents & ~Intents.Known) != 0)
            return (4013, "Invalid intent(s).");
        return (intents & Intents.Privileged & ~bot.Allows) != 0 ? (4014, "Disallowed intent(s).") : null;
    }

    private static string Refuse(GatewayConnection connection, int code, string reason)
    {
        connection.Close(code, reason);
        return code.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Greet(FakeDiscord discord, GatewaySession session, string host)
    {
        var guilds = discord.Guilds.Where(guild => guild.Bots.Contains(session.Bot) && session.IsFor(guild)).ToList();
        session.Add("READY", new JsonObject
        {
            ["v"] = 10,
            ["user"] = Wire.Self(session.Bot),
            ["guilds"] = new JsonArray([.. guilds.Select(guild => new JsonObject { ["id"] = Wire.Id(guild.Id), ["unavailable"] = true })]),
            ["session_id"] = session.Id,
            ["session_type"] = "normal",
            ["resume_gateway_url"] = FakeGateway.UrlOf(host, FakeGateway.ResumePath).AbsoluteUri,
            ["shard"] = new JsonArray(session.Shard, session.Shards),
            ["application"] = new JsonObject { ["id"] = Wire.Id(session.Bot.Id), ["flags"] = Wire.Flags(session.Bot) },
            ["private_channels"] = new JsonArray(),
            ["presences"] = new JsonArray(),
            ["relationships"] = new JsonArray(),
            ["user_settings"] = new JsonObject(),
            ["_trace"] = new JsonArray("[\"fake\"]"),
        });
        foreach (var guild in guilds.Where(guild => !guild.IsUnavailable && session.Intents.HasFlag(Intents.Guilds)))
            session.Add("GUILD_CREATE", Wire.Guild(guild, session));
    }
}
