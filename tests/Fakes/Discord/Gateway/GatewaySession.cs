using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <summary>What a shard of a bot is told, numbered, whether a connection is there to carry it or not. Used under the lock.</summary>
internal sealed class GatewaySession(FakeBot bot, string id, int shard, int shards, Intents intents)
{
    private readonly List<string> log = [];
    private int sent;

    public FakeBot Bot => bot;

    public string Id => id;

    public int Shard => shard;

    public int Shards => shards;

    public Intents Intents => intents;

    public int Sequence => log.Count;

    /// <summary>Whether it can no longer be gone on with once the connection is lost.</summary>
    public bool IsForgotten { get; set; }

    public GatewayConnection? Connection { get; private set; }

    public DateTimeOffset? LostAt { get; private set; }

    public bool IsFor(FakeGuild? guild) => guild is null ? shard == 0 : (int)((guild.Id >> 22) % (ulong)shards) == shard;

    public void Add(string name, JsonObject data)
    {
        log.Add(new JsonObject { ["t"] = name, ["s"] = log.Count + 1, ["op"] = 0, ["d"] = data }.ToJsonString());
        Flush();
    }

    public void Attach(GatewayConnection connection, int after = 0)
    {
        (Connection, LostAt, sent) = (connection, null, after);
        Flush();
    }

    public void Detach(DateTimeOffset now) => (Connection, LostAt) = (null, now);

    /// <summary>Sends what waits, unless events are held back.</summary>
    public void Flush()
    {
        while (Connection is not null && sent < log.Count && !bot.Discord.Gateway.IsHeld && !bot.Discord.Gateway.StopsAcknowledging)
            Connection.Send(log[sent++]);
    }
}
