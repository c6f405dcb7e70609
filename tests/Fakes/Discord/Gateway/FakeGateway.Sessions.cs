namespace Bus.Fakes.Discord;

/// <content>Sessions as they begin, go on and end.</content>
public sealed partial class FakeGateway
{
    private readonly Dictionary<(FakeBot Bot, int Key), DateTimeOffset> begun = [];

    internal void Add(GatewayConnection connection) => Note(() => connections.Add(connection));

    internal void Note(FakeHeartbeat heartbeat) => Note(() => heartbeats.Add(heartbeat));

    internal void Note(FakeIdentify identify) => Note(() =>
    {
        identifies.Add(identify);
        CountLive();
    });

    internal void Note(FakeResume resume) => Note(() =>
    {
        resumes.Add(resume);
        CountLive();
    });

    /// <summary>What a client says with 1000 or 1001 is that it will not come back.</summary>
    internal void Ended(GatewayConnection connection, int? code, string? reason, bool isByClient) => Note(() =>
    {
        if (!connections.Remove(connection))
            return;
        connection.IsOpen = false;
        closes.Add(new FakeClose(discord.Now, connection.Session?.Bot, code, reason, isByClient, connection.Number));
        if (connection.Session is not { } session || session.Connection != connection)
            return;
        session.Detach(discord.Now);
        if (session.IsForgotten || (isByClient && code is 1000 or 1001))
            sessions.Remove(session);
    });

    internal GatewaySession Begin(FakeBot bot, int shard, int shards, Intents intents)
    {
        var session = new GatewaySession(bot, Guid.CreateVersion7(discord.Now).ToString("N"), shard, shards, intents);
        sessions.Add(session);
        return session;
    }

    internal GatewaySession? Find(string id)
    {
        sessions.RemoveAll(session => session.LostAt + SessionLifetime < discord.Now);
        return sessions.Find(session => session.Id == id);
    }

    internal void Forget(GatewaySession session) => sessions.Remove(session);

    /// <summary>Whether a shard may begin now: those of the same remainder take turns.</summary>
    internal bool MayBegin(FakeBot bot, int shard)
    {
        var key = (bot, shard % MaxConcurrency);
        if (begun.TryGetValue(key, out var last) && last + IdentifyPause > discord.Now)
            return false;
        begun[key] = discord.Now;
        return true;
    }

    /// <summary>Ends all sessions of a bot for ever.</summary>
    internal void End(FakeBot bot, int code, string reason) => Note(() =>
    {
        sessions.RemoveAll(session => session.Bot == bot);
        foreach (var connection in connections.Where(connection => connection.Session?.Bot == bot).ToList())
            connection.Close(code, reason);
    });

    private void CountLive() => MostLive = connections.Where(connection => connection.Session is not null)
        .GroupBy(connection => (connection.Session!.Bot, connection.Session.Shard)).Select(shard => shard.Count()).Append(MostLive).Max();

    private void Note(Action change)
    {
        discord.Locked(() =>
        {
            change();
            return 0;
        });
        discord.Changes.Raise();
    }
}
