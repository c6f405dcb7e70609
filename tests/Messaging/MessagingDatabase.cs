using Bus.Events;
using Bus.Messaging;
using Bus.Messaging.Outbox;
using Bus.Tests.Support;
using MassTransit;

namespace Bus.Tests.Messaging;

/// <summary>A log with inbox, outbox, a table of sagas, and somebody who commits.</summary>
internal sealed class MessagingDatabase : IAsyncDisposable
{
    private MessagingDatabase(TestLog log)
    {
        Log = log;
        Commits = new CommitQueue(log.Database);
    }

    public TestLog Log { get; }

    public CommitQueue Commits { get; }

    public static async Task<MessagingDatabase> Create()
    {
        var log = await TestLog.CreateEmpty();
        await log.Upgrade(SchemaScripts.Of(typeof(UnitOfWork).Assembly), new SchemaScripts("Bus.Tests", ["""
            create table sagas (id uuid primary key, state text, deadline timestamptz, body json, version bigint not null default 1)
            """]));
        var database = new MessagingDatabase(log);
        await database.Commits.StartAsync(CancellationToken.None);
        return database;
    }

    public UnitOfWork Unit(Guid messageId, Guid consumerId) => new(Log.Database, Log.Events, Commits, messageId, consumerId);

    public static OutboxMessage Message(string body = "body") => new(
        Some.Id(), new Uri("exchange:somewhere"), "text/plain", new Dictionary<string, string> { ["header"] = body }, [.. body.Select(c => (byte)c)]);

    public async ValueTask DisposeAsync()
    {
        await Commits.StopAsync(CancellationToken.None);
        Commits.Dispose();
        await Log.DisposeAsync();
    }
}

/// <summary>A saga that only has a state.</summary>
internal sealed record SomeSaga(Guid Id, string CurrentState) : ISaga, IHaveDeadline
{
    public Guid CorrelationId { get; set; } = Id;

    public DateTimeOffset? Deadline => null;
}
