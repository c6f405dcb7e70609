using System.Text;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Messaging;

public sealed class A_unit_of_work : IAsyncLifetime
{
    private readonly Guid stream = Some.Id();
    private readonly Guid other = Some.Id();
    private readonly Guid consumer = Some.Id();
    private MessagingDatabase database = null!;

    private TestLog Log => database.Log;

    public async ValueTask InitializeAsync()
    {
        database = await MessagingDatabase.Create();
        await Log.Events.Append(stream, "session", 0, [Some.Event("1"), Some.Event("2"), Some.Event("3")]);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Should_commit_what_was_consumed_appended_and_sent()
    {
        var unit = Unit();
        unit.Append(stream, "session", 3, Some.Event("4"));
        unit.Append(other, "session", 0, Some.Event("other"));
        unit.Append(stream, "session", 4, Some.Event("5"), Some.Event("6"));
        unit.Send(MessagingDatabase.Message("first"));
        unit.Send(MessagingDatabase.Message("second"));

        await unit.Commit();

        Assert.False(unit.IsDuplicate);
        Assert.Equal(["1", "2", "3", "4", "5", "6"], await Reasons(stream));
        Assert.Equal(["other"], await Reasons(other));
        Assert.Equal([unit.MessageId], await Log.Rows<Guid>($"select message_id from bus_inbox where consumer_id = '{consumer}'"));
        Assert.Equal(
            ["first", "second"],
            (await Log.Rows<byte[]>($"select body from bus_outbox where inbox_message_id = '{unit.MessageId}' order by number")).Select(Encoding.UTF8.GetString));
    }

    [Fact]
    public async Task Should_be_a_duplicate_and_write_nothing_when_the_consumer_had_the_message_before()
    {
        var message = Some.Id();
        var (first, second) = (database.Unit(message, consumer), database.Unit(message, consumer));
        await first.Commit();
        second.Remove(stream);
        second.Append(other, "session", 0, Some.Event("again"));
        second.Send(MessagingDatabase.Message());

        await second.Commit();

        Assert.True(second.IsDuplicate);
        Assert.Equal(["1", "2", "3"], await Reasons(stream));
        Assert.Empty(await Reasons(other));
        Assert.Equal((1, 0), await Written());
    }

    [Fact]
    public async Task Should_be_no_duplicate_when_another_consumer_had_the_message()
    {
        var message = Some.Id();
        await database.Unit(message, Some.Id()).Commit();
        var unit = database.Unit(message, consumer);

        await unit.Look(CancellationToken.None);
        Assert.False(unit.IsDuplicate);
        await unit.Commit();
        Assert.False(unit.IsDuplicate);

        var again = database.Unit(message, consumer);
        await again.Look(CancellationToken.None);
        Assert.True(again.IsDuplicate);
        Assert.Equal((2, 0), await Written());
    }

    [Fact]
    public async Task Should_erase_a_stream_and_start_it_anew_in_one_transaction()
    {
        Log.Events.Keep(stream, 0, [Some.Event("1"), Some.Event("2"), Some.Event("3")], 100);
        var unit = Unit();
        unit.Remove(stream);
        unit.Append(stream, "session", 0, Some.Event("erased"));

        await unit.Commit();

        Assert.Equal(["erased"], await Reasons(stream));
        Assert.Equal(1, await Log.One<long>("select version from mt_streams"));
        Assert.Equal(1, await Log.One<long>("select count(*) from mt_events"));
        Assert.Equal([new(stream, 1, Some.Event("erased"))], await Last(stream, 1, 5));
        Assert.Equal([1L], (await Last(stream, 3, 5)).Select(e => e.Version));
        Assert.Equal(1, await Log.One<long>("""
            select count(distinct xmin::text)
            from (select xmin from mt_streams union all select xmin from mt_events union all select xmin from bus_inbox) written
            """));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public async Task Should_keep_a_stream_that_it_erases_when_an_append_conflicts(long removedVersion)
    {
        await Log.Events.Append(other, "session", 0, [Some.Event("other")]);
        var (same, another) = (Unit(), Unit());
        same.Remove(stream);
        same.Append(stream, "session", removedVersion, Some.Event("late"));
        another.Remove(stream);
        another.Append(other, "session", 0, Some.Event("late"));

        await Assert.ThrowsAsync<StreamVersionConflictException>(same.Commit);
        await Assert.ThrowsAsync<StreamVersionConflictException>(another.Commit);

        Assert.Equal(["1", "2", "3"], await Reasons(stream));
        Assert.Equal(["other"], await Reasons(other));
        Assert.Equal((0, 0), await Written());
    }

    [Fact]
    public async Task Should_keep_at_hand_what_it_committed_and_nothing_else()
    {
        var (good, late) = (Unit(), Unit());
        good.Append(stream, "session", 3, Some.Event("4"));
        late.Append(stream, "session", 3, Some.Event("late"), Some.Event("later"));
        late.Append(other, "session", 0, Some.Event("late"));
        await good.Commit();
        await Assert.ThrowsAsync<StreamVersionConflictException>(late.Commit);
        await Log.Run("update mt_events set data = jsonb_set(data, '{Reason}', '\"stored\"')"); // tells where they are read

        Assert.Equal([new(stream, 4, Some.Event("4"))], await Last(stream, 4, 1));
        Assert.Equal([(4L, (object)Some.Event("stored"))], (await Last(stream, 5, 1)).Select(e => (e.Version, e.Data)));
        Assert.Empty(await Last(other, 1, 1));
    }

    [Fact]
    public void Should_refuse_to_append_twice_at_versions_that_do_not_follow_each_other()
    {
        var unit = Unit();
        unit.Append(stream, "session", 3, Some.Event("4"));

        Assert.Throws<ArgumentException>(() => unit.Append(stream, "session", 3, Some.Event("4 again")));
        Assert.Throws<ArgumentException>(() => unit.Append(stream, "session", 5, Some.Event("6")));
    }

    private UnitOfWork Unit() => database.Unit(Some.Id(), consumer);

    private async Task<IEnumerable<string>> Reasons(Guid of) => (await Log.Events.Read(of)).Select(stored => ((TurnFailed)stored.Data).Reason);

    /// <summary>What is read from memory where it is at hand.</summary>
    private Task<IReadOnlyList<StreamEvent>> Last(Guid of, long toVersion, int count) => Log.Events.ReadLast(of, toVersion, [typeof(TurnFailed)], count);

    /// <summary>How many rows inbox and outbox have.</summary>
    private async Task<(long Inbox, long Outbox)> Written() =>
        (await Log.One<long>("select count(*) from bus_inbox"), await Log.One<long>("select count(*) from bus_outbox"));
}
