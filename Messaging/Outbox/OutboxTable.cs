using Npgsql;
using NpgsqlTypes;

namespace Bus.Messaging.Outbox;

/// <summary>The rows of the outbox.</summary>
internal static class OutboxTable
{
    private const string Columns = "message_id, destination, content_type, headers, body";

    /// <summary>Stores messages, in their order.</summary>
    public static NpgsqlBatchCommand Insert(Guid inboxMessageId, Guid consumerId, IReadOnlyList<OutboxMessage> messages) =>
        new($"""
            insert into bus_outbox (inbox_message_id, consumer_id, {Columns})
            select $1, $2, m.* from unnest($3, $4, $5, $6, $7) as m
            """)
        {
            Parameters =
            {
                new() { Value = inboxMessageId },
                new() { Value = consumerId },
                new() { Value = messages.Select(m => m.MessageId).ToArray() },
                new() { Value = messages.Select(m => m.Destination.OriginalString).ToArray() },
                new() { Value = messages.Select(m => m.ContentType).ToArray() },
                new() { Value = messages.Select(m => m.HeadersJson()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Json },
                new() { Value = messages.Select(m => m.Body).ToArray() },
            },
        };

    /// <summary>What a consumer wrote for a message and nobody has yet seen confirmed.</summary>
    public static NpgsqlCommand SelectUnsent(Guid inboxMessageId, Guid consumerId) =>
        new($"select {Columns} from bus_outbox where inbox_message_id = $1 and consumer_id = $2 order by number")
        {
            Parameters = { new() { Value = inboxMessageId }, new() { Value = consumerId } },
        };

    /// <summary>The oldest messages left behind, each locked for the one who sends it.</summary>
    public static NpgsqlCommand SelectLeftBehind(TimeSpan age, int count) =>
        new($"select {Columns} from bus_outbox where created_at < now() - $1 order by created_at, number limit $2 for update skip locked")
        {
            Parameters = { new() { Value = age }, new() { Value = count } },
        };

    /// <summary>Removes what the broker has confirmed.</summary>
    public static NpgsqlCommand Delete(IReadOnlyCollection<Guid> messageIds) =>
        new("delete from bus_outbox where message_id = any($1)") { Parameters = { new() { Value = messageIds.ToArray() } } };

    /// <summary>Puts what could not be sent behind everything else.</summary>
    public static NpgsqlCommand Postpone(IReadOnlyCollection<Guid> messageIds) =>
        new("update bus_outbox set created_at = now() where message_id = any($1)") { Parameters = { new() { Value = messageIds.ToArray() } } };

    public static async Task<List<OutboxMessage>> Read(NpgsqlCommand command, NpgsqlConnection connection, CancellationToken cancellation)
    {
        command.Connection = connection;
        var messages = new List<OutboxMessage>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            messages.Add(new OutboxMessage(
                reader.GetGuid(0), new Uri(reader.GetString(1)), reader.GetString(2),
                OutboxMessage.HeadersOf(reader.GetString(3)), reader.GetFieldValue<byte[]>(4)));
        }

        return messages;
    }
}
