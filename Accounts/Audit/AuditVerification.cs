using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Events;
using Npgsql;

namespace Bus.Accounts.Audit;

/// <summary>What came of a look at the audit stream.</summary>
/// <param name="Entries">How many entries are as they were written.</param>
/// <param name="Head">The hash of the last of them.</param>
/// <param name="Broken">The first that is not; null when all are.</param>
public sealed record AuditReport(long Entries, string Head, BrokenEntry? Broken);

/// <summary>An entry that is not as it was written, or that is missing.</summary>
/// <param name="Number">Its place in the stream.</param>
/// <param name="EventId">The row in <c>mt_events</c>; null when there is none.</param>
/// <param name="Why">What is wrong.</param>
public sealed record BrokenEntry(long Number, Guid? EventId, string Why);

/// <summary>Goes through the audit stream and looks whether each entry is as it was written, and none is missing.</summary>
/// <param name="database">Where it is kept.</param>
public sealed class AuditVerification(NpgsqlDataSource database)
{
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    /// <summary>Looks.</summary>
    /// <param name="head">An entry that is known from elsewhere, as <c>NUMBER:HASH</c>; a stream that was written anew as a whole does not have it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<AuditReport> Run((long Number, string Hash)? head, CancellationToken cancellation)
    {
        var (number, hash) = (0L, AuditChain.NoHash);
        var isHeadSeen = head is null || head.Value.Number == 0;
        await foreach (var row in Rows(cancellation))
        {
            if (Problem(row, number, hash) is { } why)
                return new AuditReport(number, hash, new BrokenEntry(Math.Min(row.Version, number + 1), row.Version == number + 1 ? row.Id : null, why));
            (number, hash) = (row.Version, row.Entry!.Hash);
            if (head?.Number == number)
            {
                if (hash != head.Value.Hash)
                    return new AuditReport(number - 1, row.Entry.Previous, new BrokenEntry(number, row.Id, "is another entry than the one that is known by its hash"));
                isHeadSeen = true;
            }
        }

        var last = await LastVersion(cancellation);
        return last > number ? new AuditReport(number, hash, new BrokenEntry(number + 1, null, "is missing, and so is what followed"))
            : !isHeadSeen ? new AuditReport(number, hash, new BrokenEntry(number + 1, null, $"is missing: the entry {head!.Value.Number} was known"))
            : new AuditReport(number, hash, null);
    }

    private static string? Problem(Row row, long number, string hash) => row switch
    {
        _ when row.Version != number + 1 => "is missing",
        { IsArchived: true } => "is archived",
        { Entry: null } => "cannot be read",
        { Type: not "audited" } => $"is of the type {row.Type}",
        _ when row.Entry.Number != row.Version => $"has the number {row.Entry.Number}",
        _ when row.Entry.Previous != hash => "does not follow from the entry before it",
        _ when row.Entry.Hash != AuditChain.HashOf(row.Entry) => "is not what was hashed",
        _ when !JsonNode.DeepEquals(row.Body, JsonSerializer.SerializeToNode(row.Entry)) => "has more in it than was hashed",
        _ when (row.Timestamp - row.Entry.At).Duration() > ClocksDiffer => "has another time than was hashed",
        _ => null,
    };

    private async IAsyncEnumerable<Row> Rows([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = database.Statement(
            "select id, version, type, timestamp, is_archived, data::text from mt_events where stream_id = $1 order by version", AuditLog.Stream);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (body, entry) = Read(reader.GetString(5));
            yield return new Row(reader.GetGuid(0), reader.GetInt64(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetBoolean(4), body, entry);
        }
    }

    private static (JsonNode? Body, Audited? Entry) Read(string json)
    {
        var body = JsonNode.Parse(json);
        try
        {
            return (body, body.Deserialize<Audited>());
        }
        catch (JsonException)
        {
            return (body, null);
        }
    }

    private async Task<long> LastVersion(CancellationToken cancellation)
    {
        await using var command = database.Statement("select version from mt_streams where id = $1", AuditLog.Stream);
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    private sealed record Row(Guid Id, long Version, string Type, DateTimeOffset Timestamp, bool IsArchived, JsonNode? Body, Audited? Entry);
}
