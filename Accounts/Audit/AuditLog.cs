using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Accounts.Audit;

/// <summary>
/// The audit stream: one stream of the log, in which each entry holds the hash of the one before. One is written at a time, and last in its
/// transaction, so that whoever holds the lock waits for nothing else.
/// </summary>
internal sealed partial class AuditLog(NpgsqlDataSource database, EventStore events, TimeProvider time, ILogger<AuditLog> log) : IAudit
{
    /// <summary>The stream.</summary>
    public static readonly Guid Stream = new("a0d17a0d-17a0-5d17-8a0d-17a0d17a0d17");

    private const string StreamType = "audit";

    public async Task Record(AuditEntry entry, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Record(connection, entry, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    public async Task Record(NpgsqlConnection connection, AuditEntry entry, CancellationToken cancellation)
    {
        await connection.Run("select pg_advisory_xact_lock(hashtextextended('bus audit', 0))", cancellation);
        var (number, hash) = await Head(connection, cancellation);
        var next = Entry(number + 1, hash, entry);
        await using var append = new NpgsqlBatch(connection) { BatchCommands = { events.AppendCommand(Stream, StreamType, number, [next]) } };
        await append.ExecuteNonQueryAsync(cancellation);
        // Whoever keeps the log of the process has what entries can be compared with.
        LogRecorded(next.Number, next.Action, next.Subject, next.Actor, next.Hash);
    }

    private Audited Entry(long number, string previous, AuditEntry entry)
    {
        var now = time.GetUtcNow();
        var at = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        var unsigned = new Audited(
            number, at, entry.By.Id, Kept(entry.By.Name), entry.By.Via, entry.Action, Kept(entry.Subject), Kept(entry.Before), Kept(entry.After), previous, "");
        return unsigned with { Hash = AuditChain.HashOf(unsigned) };
    }

    /// <summary>PostgreSQL keeps no U+0000 in JSON, and what is kept must be what was hashed.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    private static string? Kept(string? text) => text?.Replace('\0', '\uFFFD');

    private static async Task<(long Number, string Hash)> Head(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Statement("select version, data ->> 'Hash' from mt_events where stream_id = $1 order by version desc limit 1", Stream);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (reader.GetInt64(0), await reader.IsDBNullAsync(1, cancellation) ? AuditChain.NoHash : reader.GetString(1))
            : (0, AuditChain.NoHash);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Audit {Number}: {Action} {Subject} by {Actor}, {Hash}")]
    private partial void LogRecorded(long number, string action, string subject, string actor, string hash);
}
