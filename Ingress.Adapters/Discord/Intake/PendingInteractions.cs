using Npgsql;

namespace Bus.Ingress.Discord.Intake;

/// <summary>An interaction whose first answer is still to come.</summary>
/// <param name="Token">By what it is answered.</param>
/// <param name="IsPrivate">Only one person sees it.</param>
internal sealed record PendingInteraction(string Token, bool IsPrivate);

/// <summary>By what interactions can be answered, kept for whichever process brings the answer.</summary>
internal sealed class PendingInteractions(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Discord takes answers for fifteen minutes.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(14);

    /// <summary>Keeps one.</summary>
    /// <param name="messageId">What came of it: the message, which is also the turn.</param>
    /// <param name="interaction">By what it is answered.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task Keep(Guid messageId, PendingInteraction interaction, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "insert into discord_interactions (message_id, token, is_private, expires_at) values ($1, $2, $3, $4) on conflict do nothing");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = messageId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = interaction.Token });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = interaction.IsPrivate });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (time.GetUtcNow() + Kept).UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>By what a turn's interaction is answered; null when there is none, or it is too late.</summary>
    public async Task<PendingInteraction?> Find(Guid messageId, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select token, is_private from discord_interactions where message_id = $1 and expires_at > $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = messageId });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new PendingInteraction(reader.GetString(0), reader.GetBoolean(1)) : null;
    }

    /// <summary>Forgets those that cannot be answered any more.</summary>
    public async Task Sweep(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from discord_interactions where expires_at < $1");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
