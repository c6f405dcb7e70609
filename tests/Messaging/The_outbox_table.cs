using System.Text;
using Bus.Events;
using Bus.Messaging.Outbox;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Messaging;

public sealed class The_outbox_table : IAsyncLifetime
{
    private readonly Guid[] messages = [Some.Id(), Some.Id(), Some.Id()];
    private readonly Guid[] consumers = [Some.Id(), Some.Id(), Some.Id()];
    private MessagingDatabase database = null!;

    private TestLog Log => database.Log;

    /// <summary>Every consumer has consumed every message and written two for it, which are named after both.</summary>
    public async ValueTask InitializeAsync()
    {
        database = await MessagingDatabase.Create();
        foreach (var (message, consumer) in All())
        {
            var (writes, name) = (new Writes(), $"{message}{consumer}");
            OutboxTable.Insert(
                writes, writes.Value(messages[message]), writes.Value(consumers[consumer]),
                [MessagingDatabase.Message($"{name}a"), MessagingDatabase.Message($"{name}b")]);
            await Log.Run(writes);
        }
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Should_give_what_a_consumer_wrote_for_a_message_in_its_order()
    {
        await using var connection = await Log.Database.OpenConnectionAsync();

        var found = (await Read(connection, OutboxTable.SelectUnsent(Key(1, 2)))).Select(row => row.Message).ToList();

        Assert.Equal(["12a", "12b"], found.Select(Name));
        Assert.All(found, message => Assert.Equal(
            ("exchange:somewhere", "text/plain", Name(message)),
            (message.Destination.OriginalString, message.ContentType, message.Headers["header"])));
    }

    [Fact]
    public async Task Should_lose_what_one_consumer_wrote_for_one_message()
    {
        await using var connection = await Log.Database.OpenConnectionAsync();

        await Execute(connection, OutboxTable.Delete([Key(1, 2)]));

        Assert.Equal(All().Where(key => key is not (1, 2)).SelectMany(Both), await Names());
    }

    [Fact]
    public async Task Should_lose_what_several_consumers_wrote_and_nothing_that_others_wrote_for_the_same_messages()
    {
        await using var connection = await Log.Database.OpenConnectionAsync();

        await Execute(connection, OutboxTable.Delete([Key(0, 0), Key(1, 1), Key(2, 0), Key(2, 2), new OutboxKey(Some.Id(), consumers[0])]));

        Assert.Equal(new[] { (0, 1), (0, 2), (1, 0), (1, 2), (2, 1) }.SelectMany(Both), await Names());
    }

    [Fact]
    public async Task Should_lose_and_postpone_by_its_place_what_was_left_behind()
    {
        await LeaveBehind(Key(0, 0), 3);
        await LeaveBehind(Key(1, 0), 2);
        await LeaveBehind(Key(2, 2), 1);
        await using (var connection = await Log.Database.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var found = await Read(connection, LeftBehind());
            Assert.Equal(["00a", "00b", "10a", "10b", "22a", "22b"], found.Select(row => Name(row.Message)));
            var row = found.ToDictionary(row => Name(row.Message), row => row.Row);

            await Execute(connection, [OutboxTable.Delete([row["00b"], row["10a"], row["22a"]]), OutboxTable.Postpone([row["00a"], row["22b"]])]);
            await transaction.CommitAsync();
        }

        Assert.Equal(All().SelectMany(Both).Except(["00b", "10a", "22a"]), await Names());
        await using var later = await Log.Database.OpenConnectionAsync();
        Assert.Equal(["10b"], (await Read(later, LeftBehind())).Select(row => Name(row.Message)));
    }

    [Fact]
    public async Task Should_give_what_was_left_behind_to_one_only_and_the_oldest_first()
    {
        await LeaveBehind(Key(2, 1), 2);
        await LeaveBehind(Key(0, 1), 1);
        await using var first = await Log.Database.OpenConnectionAsync();
        await using var second = await Log.Database.OpenConnectionAsync();
        await using var transaction = await first.BeginTransactionAsync();

        Assert.Equal(["21a", "21b", "01a"], (await Read(first, LeftBehind(3))).Select(row => Name(row.Message)));
        Assert.Equal(["01b"], (await Read(second, LeftBehind(3))).Select(row => Name(row.Message)));
    }

    private static IEnumerable<(int Message, int Consumer)> All() =>
        from message in Enumerable.Range(0, 3) from consumer in Enumerable.Range(0, 3) select (message, consumer);

    private static IEnumerable<string> Both((int Message, int Consumer) key) => [$"{key.Message}{key.Consumer}a", $"{key.Message}{key.Consumer}b"];

    private static string Name(OutboxMessage message) => Encoding.UTF8.GetString(message.Body);

    private static NpgsqlCommand LeftBehind(int count = 100) => OutboxTable.SelectLeftBehind(TimeSpan.FromMinutes(1), count);

    private static async Task<List<(string Row, OutboxMessage Message)>> Read(NpgsqlConnection connection, NpgsqlCommand select)
    {
        await using (select)
        {
            select.Connection = connection;
            return await OutboxTable.Read(select, CancellationToken.None);
        }
    }

    private static async Task Execute(NpgsqlConnection connection, IEnumerable<NpgsqlBatchCommand> statements)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement);
        await batch.ExecuteNonQueryAsync();
    }

    private OutboxKey Key(int message, int consumer) => new(messages[message], consumers[consumer]);

    private Task LeaveBehind(OutboxKey key, int hours) => Log.Run($"""
        update bus_outbox set created_at = now() - interval '{hours} hours'
        where inbox_message_id = '{key.InboxMessageId}' and consumer_id = '{key.ConsumerId}'
        """);

    private Task<IReadOnlyList<string>> Names() => Log.Rows<string>("select convert_from(body, 'utf8') from bus_outbox order by 1");
}
