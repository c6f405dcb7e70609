using Bus.Events;
using Npgsql;

namespace Bus.Ingress.Discord.Gateway;

/// <summary>A session that can be gone on with.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ResumeUrl">Where.</param>
/// <param name="Number">All dispatches up to this number were taken in.</param>
internal sealed record GatewaySession(string Id, Uri ResumeUrl, long Number);

/// <summary>The sessions in PostgreSQL, so that another process can go on with one.</summary>
internal sealed class GatewaySessions(NpgsqlDataSource database)
{
    /// <summary>The session of a shard; null when there is none, or one of another number of shards.</summary>
    public async Task<GatewaySession?> Find(long bot, Shard shard, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            "select session_id, resume_url, number from discord_sessions where bot = $1 and shard = $2 and shards = $3", bot, shard.Number, shard.Count);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new GatewaySession(reader.GetString(0), new Uri(reader.GetString(1)), reader.GetInt64(2)) : null;
    }

    /// <summary>Keeps a session.</summary>
    public Task Keep(long bot, Shard shard, GatewaySession session, CancellationToken cancellation) => database.Run("""
        insert into discord_sessions (bot, shard, shards, session_id, resume_url, number) values ($1, $2, $3, $4, $5, $6)
        on conflict (bot, shard) do update set shards = $3, session_id = $4, resume_url = $5, number = $6
        """, cancellation, bot, shard.Number, shard.Count, session.Id, session.ResumeUrl.AbsoluteUri, session.Number);

    /// <summary>A session is over.</summary>
    public Task Forget(long bot, Shard shard, CancellationToken cancellation) =>
        database.Run("delete from discord_sessions where bot = $1 and shard = $2", cancellation, bot, shard.Number);

    /// <summary>How many shards a bot has: at least as many as Discord wants, or as many as are set.</summary>
    public async Task<int> Shards(long bot, int wanted, bool isSet, CancellationToken cancellation)
    {
        await using var command = database.Statement("""
            insert into discord_bots (bot, shards) values ($1, $2)
            on conflict (bot) do update set shards = case when $3 then $2 else greatest(discord_bots.shards, $2) end returning shards
            """, bot, wanted, isSet);
        return (int)(await command.ExecuteScalarAsync(cancellation))!;
    }
}

/// <summary>One of the connections that share a bot's guilds.</summary>
/// <param name="Number">Which, from 0.</param>
/// <param name="Count">Of how many.</param>
internal sealed record Shard(int Number, int Count)
{
    public override string ToString() => $"{Number + 1} of {Count}";
}
