using Bus.Events;
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
    public Task Keep(Guid messageId, PendingInteraction interaction, CancellationToken cancellation) => database.Run(
        "insert into discord_interactions (message_id, token, is_private, expires_at) values ($1, $2, $3, $4) on conflict do nothing",
        cancellation, messageId, interaction.Token, interaction.IsPrivate, (time.GetUtcNow() + Kept).UtcDateTime);

    /// <summary>By what a turn's interaction is answered; null when there is none, or it is too late.</summary>
    public async Task<PendingInteraction?> Find(Guid messageId, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            "select token, is_private from discord_interactions where message_id = $1 and expires_at > $2", messageId, time.GetUtcNow().UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new PendingInteraction(reader.GetString(0), reader.GetBoolean(1)) : null;
    }

    /// <summary>Forgets those that cannot be answered any more.</summary>
    public Task Sweep(CancellationToken cancellation) =>
        database.Run("delete from discord_interactions where expires_at < $1", cancellation, time.GetUtcNow().UtcDateTime);
}
