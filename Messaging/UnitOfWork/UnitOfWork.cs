using System.Diagnostics;
using Bus.Events;
using Bus.Messaging.Outbox;
using Npgsql;

namespace Bus.Messaging;

/// <summary>
/// The one transaction of a consumed message: its inbox row, the saga's state, the events it appends and the messages
/// it sends are committed together, in one statement, or not at all. Get it with <c>context.GetPayload&lt;UnitOfWork&gt;()</c>.
/// </summary>
public sealed class UnitOfWork
{
    /// <summary>The round trip is shared and belongs to no trace; what a message waits for it does.</summary>
    private static readonly ActivitySource Source = new("Bus.Messaging");

    private readonly NpgsqlDataSource database;
    private readonly EventStore log;
    private readonly CommitQueue commits;
    private readonly List<Guid> removed = [];
    private readonly List<Appended> appended = [];
    private readonly List<OutboxMessage> messages = [];
    private Func<Writes, string>? saveSaga;
    private Action? committed;

    internal UnitOfWork(NpgsqlDataSource database, EventStore log, CommitQueue commits, Guid messageId, Guid consumerId)
    {
        this.database = database;
        this.log = log;
        this.commits = commits;
        MessageId = messageId;
        ConsumerId = consumerId;
    }

    /// <summary>True when this consumer has consumed this message before: there is nothing left to do but to send.</summary>
    internal bool IsDuplicate { get; set; }

    internal IReadOnlyList<OutboxMessage> Messages => messages;

    internal OutboxKey Key => new(MessageId, ConsumerId);

    internal Guid MessageId { get; }

    internal Guid ConsumerId { get; }

    /// <summary>Appends events to a stream when the unit commits.</summary>
    /// <param name="streamId">The stream; it is started when <paramref name="expectedVersion"/> is 0.</param>
    /// <param name="streamType">What kind of stream it is; used when it is started.</param>
    /// <param name="expectedVersion">The version that the stream is known to have, after what the unit appends already.</param>
    /// <param name="events">Records that the log knows, at least one.</param>
    public void Append(Guid streamId, string streamType, long expectedVersion, params IReadOnlyList<object> events)
    {
        var before = appended.Find(append => append.StreamId == streamId);
        if (before is null)
            appended.Add(new Appended(streamId, streamType, expectedVersion, [.. events]));
        else if (before.ExpectedVersion + before.Events.Count == expectedVersion)
            before.Events.AddRange(events);
        else
            throw new ArgumentException($"The stream {streamId} is to be appended to at version {expectedVersion}, but will be at another.", nameof(expectedVersion));
    }

    /// <summary>Removes a stream and its events when the unit commits, before the unit appends anything.</summary>
    public void Remove(Guid streamId) => removed.Add(streamId);

    /// <param name="write">Adds the write, which returns no row when the saga has changed meanwhile.</param>
    /// <param name="afterwards">To be done when it is committed.</param>
    internal void Save(Func<Writes, string> write, Action? afterwards = null) => (saveSaga, committed) = (write, afterwards);

    internal void Send(OutboxMessage message) => messages.Add(message);

    /// <summary>Asks whether the message was consumed before. The commit asks again.</summary>
    internal async Task Look(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select 1 from bus_inbox where message_id = $1 and consumer_id = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = MessageId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = ConsumerId });
        IsDuplicate = await command.ExecuteScalarAsync(cancellation) is not null;
    }

    /// <summary>Commits everything in one round trip.</summary>
    /// <exception cref="SagaConflictException">Another process changed the saga first.</exception>
    /// <exception cref="StreamVersionConflictException">Somebody else appended to a stream first.</exception>
    internal async Task Commit()
    {
        if (IsDuplicate)
            return;

        using var span = Source.StartActivity("commit", ActivityKind.Client);
        span?.SetTag("db.system.name", "postgresql");
        try
        {
            await commits.Commit(waitForDisk => [.. removed.Select(EventStore.RemoveCommand), Statement(waitForDisk)]);
            KeepCommitted();
        }
        catch (PostgresException failure)
        {
            // It may be refused because it was committed before, and what is then found in its way first is chance.
            await Look(CancellationToken.None);
            if (IsDuplicate)
                return;
            if (failure is { SqlState: PostgresErrorCodes.NotNullViolation, TableName: "bus_inbox" })
                throw new SagaConflictException(failure);
            if (EventStore.RefusalOf(failure) is { } refusal)
                throw refusal;
            throw;
        }
    }

    private NpgsqlBatchCommand Statement(bool waitForDisk)
    {
        var writes = new Writes();
        var (messageId, consumerId) = (writes.Value(MessageId), writes.Value(ConsumerId));

        // A saga that was not saved because it has changed leaves no id for the inbox, and that fails the statement.
        var consumed = saveSaga is null ? messageId : $"(select {messageId} from {saveSaga(writes)})";
        writes.Add($"insert into bus_inbox (message_id, consumer_id) values ({consumed}, {consumerId})");
        foreach (var append in appended)
            append.Bytes = log.AppendTo(writes, append.StreamId, append.StreamType, append.ExpectedVersion, append.Events);
        if (messages.Count > 0)
            OutboxTable.Insert(writes, messageId, consumerId, messages);
        return writes.Statement(waitForDisk);
    }

    /// <summary>What the next message of the conversation will want to read.</summary>
    private void KeepCommitted()
    {
        committed?.Invoke();
        removed.ForEach(log.Forget);
        foreach (var append in appended)
            log.Keep(append.StreamId, append.ExpectedVersion, append.Events, append.Bytes);
    }

    private sealed record Appended(Guid StreamId, string StreamType, long ExpectedVersion, List<object> Events)
    {
        public int Bytes { get; set; }
    }
}
