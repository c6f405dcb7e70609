using Bus.Events;
using Npgsql;

namespace Bus.Messaging.Outbox;

/// <summary>The place of a message in the outbox: the message it was written for, the consumer that wrote it, and which of its messages it is.</summary>
internal readonly record struct OutboxKey(Guid InboxMessageId, Guid ConsumerId, long Number);

/// <summary>The rows of the outbox.</summary>
internal static class OutboxTable
{
    private const string Columns = "inbox_message_id, consumer_id, number, message_id, destination, content_type, headers, body";

    /// <summary>The rows of a list of keys, given as three arrays.</summary>
    private const string OfKeys = """
        using unnest($1, $2, $3) as sent (inbox_message_id, consumer_id, number)
        where o.inbox_message_id = sent.inbox_message_id and o.consumer_id = sent.consumer_id and o.number = sent.number
        """;

    /// <summary>Adds the write that stores messages, in their order.</summary>
    public static void Insert(Writes writes, string inboxMessageId, string consumerId, IReadOnlyList<OutboxMessage> messages)
    {
        var rows = messages.Select((m, number) =>
            $"({inboxMessageId}, {consumerId}, {number}, {writes.Value(m.MessageId)}, {writes.Value(m.Destination.OriginalString)}, "
            + $"{writes.Value(m.ContentType)}, {writes.Json(m.HeadersJson())}, {writes.Value(m.Body)})");
        writes.Add($"insert into bus_outbox ({Columns}) values {string.Join(", ", rows)}");
    }

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
    public static NpgsqlCommand Delete(IReadOnlyCollection<OutboxKey> sent) => Of(sent, $"delete from bus_outbox o {OfKeys}");

    /// <summary>Puts what could not be sent behind everything else.</summary>
    public static NpgsqlCommand Postpone(IReadOnlyCollection<OutboxKey> unsent) =>
        Of(unsent, $"update bus_outbox o set created_at = now() {OfKeys.Replace("using", "from", StringComparison.Ordinal)}");

    public static async Task<List<(OutboxKey Key, OutboxMessage Message)>> Read(
        NpgsqlCommand command, NpgsqlConnection connection, CancellationToken cancellation)
    {
        command.Connection = connection;
        var messages = new List<(OutboxKey, OutboxMessage)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            messages.Add((
                new OutboxKey(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2)),
                new OutboxMessage(
                    reader.GetGuid(3), new Uri(reader.GetString(4)), reader.GetString(5),
                    OutboxMessage.HeadersOf(reader.GetString(6)), reader.GetFieldValue<byte[]>(7))));
        }

        return messages;
    }

    private static NpgsqlCommand Of(IReadOnlyCollection<OutboxKey> keys, string sql) => new(sql)
    {
        Parameters =
        {
            new() { Value = keys.Select(key => key.InboxMessageId).ToArray() },
            new() { Value = keys.Select(key => key.ConsumerId).ToArray() },
            new() { Value = keys.Select(key => key.Number).ToArray() },
        },
    };
}
