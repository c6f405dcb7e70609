using Npgsql;

namespace Bus.Events;

/// <content>The ends of a stream: archived, or gone.</content>
public sealed partial class EventStore
{
    /// <summary>
    /// Archives a stream: it is left out of every read and takes no events any more. There is no way back but by SQL. What other
    /// processes have at hand of it they may use for some minutes.
    /// </summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False when there is no such stream, or it is archived already.</returns>
    public async Task<bool> Archive(Guid streamId, CancellationToken cancellation = default)
    {
        await using var command = database.CreateCommand("select mt_archive_stream(id) is null from mt_streams where id = $1 and not is_archived");
        command.Parameters.Add(new() { Value = streamId });
        var archived = await command.ExecuteScalarAsync(cancellation) is not null;
        recent.Forget(streamId);
        return archived;
    }

    /// <summary>Removes a stream with all its events, archived or not, in a transaction of its own. One event stays and says so.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="streamType">What kind of stream it is.</param>
    /// <param name="remains">What is left: the only event of the stream, a record that the log knows.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False when there is no such stream; then nothing is left of it either.</returns>
    public async Task<bool> Erase(Guid streamId, string streamType, object remains, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { RemoveCommand(streamId) } };
        if (await batch.ExecuteNonQueryAsync(cancellation) == 0)
            return false;

        batch.BatchCommands[0] = AppendCommand(streamId, streamType, expectedVersion: 0, [remains]);
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        recent.Forget(streamId);
        signal?.AppendedHere();
        return true;
    }

    /// <summary>Forgets what is at hand of a stream, now that its removal is committed.</summary>
    public void Forget(Guid streamId) => recent.Forget(streamId);

    /// <summary>The statement that removes a stream and all its events, for a batch whose transaction is somebody else's.</summary>
    public static NpgsqlBatchCommand RemoveCommand(Guid streamId) =>
        new("delete from mt_streams where id = $1") { Parameters = { new() { Value = streamId } } };
}
