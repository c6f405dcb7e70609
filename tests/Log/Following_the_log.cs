using Bus.Events;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

public sealed class Following_the_log : IAsyncLifetime
{
    private readonly Guid stream = Some.Id();
    private readonly CancellationTokenSource end = new();
    private TestLog log = null!;
    private RawLog raw = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.Create();
        raw = new RawLog(log.Database);
        await log.Events.Append(stream, "session", 0, [Some.Event("1"), Some.Event("2"), Some.Event("3")]);
    }

    public async ValueTask DisposeAsync()
    {
        end.Dispose();
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Should_give_what_is_there_from_a_number_on_and_then_what_comes()
    {
        await using var events = Follow(2);
        Assert.Equal("2, 3", $"{await Next(events)}, {await Next(events)}");

        var next = Next(events);
        await log.Events.Append(stream, "session", 3, [Some.Event("4")]);
        Assert.Equal(4, await next);

        next = Next(events);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Should_begin_with_what_comes()
    {
        await using var events = Follow(null);
        var next = Next(events);
        await Listening();

        await log.Events.Append(stream, "session", 3, [Some.Event("4")]);

        Assert.Equal(4, await next);
        Assert.Equal(("turn_failed", 4L, stream), (events.Current.Name, events.Current.Version, events.Current.StreamId));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task Should_wait_for_an_event_that_commits_late(int? from)
    {
        await using var late = await Writer();
        await Append(late, Some.Id());
        await log.Events.Append(stream, "session", 3, [Some.Event("5")]);

        await using var events = Follow(from);
        if (from is not null)
            Assert.Equal("1, 2, 3", $"{await Next(events)}, {await Next(events)}, {await Next(events)}");
        var next = Next(events);
        await Listening();
        await log.Events.Append(stream, "session", 4, [Some.Event("6")]);
        await late.Transaction.CommitAsync();

        Assert.Equal("4, 5, 6", $"{await next}, {await Next(events)}, {await Next(events)}");
    }

    /// <summary>Somebody always writes: the gap that nobody will fill is passed when those have ended who could have.</summary>
    [Fact]
    public async Task Should_pass_a_gap_though_others_go_on_writing()
    {
        var other = await Writer();
        await Append(other, Some.Id());
        await using var events = Follow(4);
        var next = Next(events);
        await Listening();
        await log.Events.Append(stream, "session", 3, [Some.Event("5")]);
        await using var longer = await Writer();
        await Append(longer, Some.Id());

        await other.DisposeAsync();

        Assert.Equal(5, await next);
    }

    [Fact]
    public async Task Should_give_events_of_names_that_nobody_knows_and_leave_out_what_is_archived()
    {
        await log.Events.Archive(stream);
        await log.Events.Append(Some.Id(), "session", 0, [Some.Event("4")]);
        await log.Run("update mt_events set type = 'music_played' where seq_id = 4");

        await using var events = Follow(1);

        Assert.Equal(4, await Next(events));
        Assert.Equal("music_played", events.Current.Name);
    }

    [Fact]
    public async Task Should_wait_at_a_number_that_is_still_to_come()
    {
        await using var events = Follow(6);
        var next = Next(events);
        await Listening();
        for (var version = 3; version < 6; version++)
            await log.Events.Append(stream, "session", version, [Some.Event()]);

        Assert.Equal(6, await next);
    }

    /// <summary>Many writers, some of whom give up, and everything comes once and in order.</summary>
    [Fact]
    public async Task Should_miss_nothing_of_many_writers()
    {
        await using var events = Follow(1);
        var writers = Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var round = 0; round < 25; round++)
            {
                await using var one = await Writer();
                await Append(one, Some.Id());
                if ((round + writer) % 5 != 0)
                    await one.Transaction.CommitAsync();
            }
        }));

        var seen = new List<long>();
        while (seen.Count < 3 + (8 * 20))
            seen.Add(await Next(events));

        await writers;
        Assert.Equal(await log.Rows<long>("select seq_id from mt_events order by seq_id"), seen);
    }

    private IAsyncEnumerator<RawEvent> Follow(long? from) => raw.Follow(from, end.Token).GetAsyncEnumerator(end.Token);

    private static async Task<long> Next(IAsyncEnumerator<RawEvent> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(Patience.Limit));
        return events.Current.Sequence;
    }

    /// <summary>Until it has looked at the end of the log, and waits. What asks for that must not find itself.</summary>
    private Task<long> Listening() => Eventually.Get(
        () => log.One<long>("select count(*) from pg_stat_activity where datname = current_database() and state = 'idle' and query like 'select seq_id%'"),
        count => count > 0);

    private async Task Append(OpenWriter writer, Guid to)
    {
        await using var batch = new NpgsqlBatch(writer.Connection) { BatchCommands = { log.Events.AppendCommand(to, "session", 0, [Some.Event("late")]) } };
        await batch.ExecuteNonQueryAsync();
    }

    private async Task<OpenWriter> Writer()
    {
        var connection = await log.Database.OpenConnectionAsync();
        return new OpenWriter(connection, await connection.BeginTransactionAsync());
    }

    private sealed record OpenWriter(NpgsqlConnection Connection, NpgsqlTransaction Transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}
