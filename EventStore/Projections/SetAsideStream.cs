using System.Runtime.CompilerServices;
using Npgsql;

namespace Bus.Events.Projections;

/// <summary>A stream that a projection goes on without.</summary>
/// <param name="Projection">The projection.</param>
/// <param name="StreamId">The stream.</param>
/// <param name="Sequence">The event that could not be projected.</param>
/// <param name="Version">Its place in the stream: what came before it is in the projection, what comes after it is not.</param>
/// <param name="Name">Its name.</param>
/// <param name="Error">Why.</param>
/// <param name="At">Since when.</param>
public sealed record SetAsideStream(string Projection, Guid StreamId, long Sequence, long Version, string Name, string Error, DateTimeOffset At)
{
    /// <summary>Those of the generations that people read, the oldest first.</summary>
    public static async IAsyncEnumerable<SetAsideStream> Read(NpgsqlDataSource database, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select s.projection, s.stream_id, s.seq_id, s.version, s.type, s.error, s.set_aside_at
            from bus_set_aside s join bus_projections p on p.name = s.projection and p.generation = s.generation order by s.set_aside_at, s.seq_id
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            yield return new SetAsideStream(
                reader.GetString(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetString(4), reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6));
        }
    }
}
