using Bus.Events;
using Npgsql;

namespace Bus.Messaging.Outbox;

/// <summary>The rows of the outbox.</summary>
internal static class OutboxTable
{
    private const string Message = "message_id, destination, content_type, headers, body";

    /// <summary>Adds the write that stores messages, in their order.</summary>
    public static void Insert(Writes writes, string inboxMessageId, string consumerId, IReadOnlyList<OutboxMessage> messages)
    {
        var rows = messages.Select((m, number) =>
            $"({inboxMessageId}, {consumerId}, {number}, {writes.Value(m.MessageId)}, {writes.Value(m.Destination.OriginalString)}, "
            + $"{writes.Value(m.ContentType)}, {writes.Json(m.HeadersJson())}, {writes.Value(m.Body)})");
        writes.Add($"insert into bus_outbox (inbox_message_id, consumer_id, number, {Message}) values {string.Join(", ", rows)}");
    }

    /// <summary>What a consumer wrote for a message and nobody has yet seen confirmed.</summary>
    public static NpgsqlCommand SelectUnsent(OutboxKey key) =>
        new($"select ctid::text, {Message} from bus_outbox where inbox_message_id = $1 and consumer_id = $2 order by number")
        {
            Parameters = { new() { Value = key.InboxMessageId }, new() { Value = key.ConsumerId } },
        };

    /// <summary>The oldest messages left behind, each locked for the one who sends it.</summary>
    public static NpgsqlCommand SelectLeftBehind(TimeSpan age, int count) =>
        new($"select ctid::text, {Message} from bus_outbox where created_at < now() - $1 order by created_at, number limit $2 for update skip locked")
        {
            Parameters = { new() { Value = age }, new() { Value = count } },
        };

    /// <summary>
    /// Removes what consumers wrote for messages, now that the broker has confirmed all of it: a statement for each consumer, because
    /// a list of ids is looked up in the index whatever the table's statistics say, and a join with a list of pairs is not.
    /// </summary>
    public static IEnumerable<NpgsqlBatchCommand> Delete(IEnumerable<OutboxKey> sent) => sent.GroupBy(key => key.ConsumerId).Select(of =>
        new NpgsqlBatchCommand("delete from bus_outbox where inbox_message_id = any($1) and consumer_id = $2")
        {
            Parameters = { new() { Value = of.Select(key => key.InboxMessageId).ToArray() }, new() { Value = of.Key } },
        });

    /// <summary>Removes rows that are locked.</summary>
    public static NpgsqlBatchCommand Delete(IEnumerable<string> locked) => Locked("delete from bus_outbox where ctid = any($1::tid[])", locked);

    /// <summary>Puts rows that are locked behind all others.</summary>
    public static NpgsqlBatchCommand Postpone(IEnumerable<string> locked) =>
        Locked("update bus_outbox set created_at = now() where ctid = any($1::tid[])", locked);

    /// <summary>The messages, and where their rows are.</summary>
    public static async Task<List<(string Row, OutboxMessage Message)>> Read(NpgsqlCommand select, CancellationToken cancellation)
    {
        var messages = new List<(string, OutboxMessage)>();
        await using var reader = await select.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            messages.Add((
                reader.GetString(0),
                new OutboxMessage(
                    reader.GetGuid(1), new Uri(reader.GetString(2)), reader.GetString(3),
                    OutboxMessage.HeadersOf(reader.GetString(4)), reader.GetFieldValue<byte[]>(5))));
        }

        return messages;
    }

    private static NpgsqlBatchCommand Locked(string sql, IEnumerable<string> rows) => new(sql)
    {
        Parameters = { new() { Value = rows.ToArray() } },
    };
}
