using Bus.Events;
using Bus.Messaging.Outbox;
using Npgsql;

namespace Bus.Messaging;

/// <summary>
/// The one transaction of a consumed message: its inbox row, the saga's state, the events it appends and the messages
/// it sends are committed together, in one round trip, or not at all. Get it with
/// <c>context.GetPayload&lt;UnitOfWork&gt;()</c>.
/// </summary>
public sealed class UnitOfWork : IAsyncDisposable
{
    private readonly NpgsqlDataSource database;
    private readonly EventStore log;
    private readonly List<NpgsqlBatchCommand> work = [];
    private readonly List<OutboxMessage> messages = [];
    private NpgsqlConnection? connection;

    internal UnitOfWork(NpgsqlDataSource database, EventStore log, Guid messageId, Guid consumerId)
    {
        this.database = database;
        this.log = log;
        MessageId = messageId;
        ConsumerId = consumerId;
    }

    /// <summary>True when this consumer has consumed this message before: there is nothing left to do but to send.</summary>
    internal bool IsDuplicate { get; private set; }

    internal IReadOnlyList<OutboxMessage> Messages => messages;

    internal Guid MessageId { get; }

    internal Guid ConsumerId { get; }

    /// <summary>Appends events to a stream when the unit commits.</summary>
    /// <inheritdoc cref="EventStore.Append" path="/param"/>
    public void Append(Guid streamId, string streamType, long expectedVersion, params IReadOnlyList<object> events) =>
        work.Add(log.AppendCommand(streamId, streamType, expectedVersion, events));

    /// <summary>Removes a stream and its events when the unit commits.</summary>
    public void Remove(Guid streamId) => work.Add(EventStore.RemoveCommand(streamId));

    internal void Add(NpgsqlBatchCommand command) => work.Add(command);

    internal void Send(OutboxMessage message) => messages.Add(message);

    /// <summary>Asks, without a transaction, whether the message was consumed before. The commit asks again.</summary>
    internal async Task Look(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select 1 from bus_inbox where message_id = $1 and consumer_id = $2");
        command.Parameters.Add(new() { Value = MessageId });
        command.Parameters.Add(new() { Value = ConsumerId });
        IsDuplicate = await command.ExecuteScalarAsync(cancellation) is not null;
    }

    /// <summary>
    /// Opens the transaction, notes the message in the inbox and reads a first value, locked, in one round trip.
    /// </summary>
    /// <returns>The text that <paramref name="load"/> selected; null when there is none or the message is a duplicate.</returns>
    internal async Task<string?> Begin(NpgsqlBatchCommand load, CancellationToken cancellation)
    {
        connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        batch.BatchCommands.Add(InboxInsert("on conflict do nothing returning 1"));
        batch.BatchCommands.Add(load);

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        IsDuplicate = !await reader.ReadAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        return !IsDuplicate && await reader.ReadAsync(cancellation) ? reader.GetString(0) : null;
    }

    /// <summary>Commits everything in one round trip.</summary>
    /// <exception cref="StreamVersionConflictException">Somebody else appended to a stream first.</exception>
    internal async Task Commit(CancellationToken cancellation)
    {
        if (IsDuplicate)
            return;

        var begun = connection is not null;
        connection ??= await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        if (!begun)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
            batch.BatchCommands.Add(InboxInsert(""));
        }

        foreach (var command in work)
            batch.BatchCommands.Add(command);
        if (messages.Count > 0)
            batch.BatchCommands.Add(OutboxTable.Insert(MessageId, ConsumerId, messages));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));

        try
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException failure) when (failure is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "bus_inbox_pkey" })
        {
            IsDuplicate = true;
        }
        catch (PostgresException failure) when (EventStore.ConflictOf(failure) is { } conflict)
        {
            throw conflict;
        }
        finally
        {
            await DisposeAsync();
        }
    }

    /// <summary>Gives the connection back; a transaction that was not committed is rolled back by the pool.</summary>
    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        connection = null;
    }

    private NpgsqlBatchCommand InboxInsert(string clause) =>
        new($"insert into bus_inbox (message_id, consumer_id) values ($1, $2) {clause}")
        {
            Parameters = { new() { Value = MessageId }, new() { Value = ConsumerId } },
        };
}
