using System.Text.Json;
using Bus.Events;
using Bus.Messaging;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Messaging;

/// <summary>The row is at another version than the saga was loaded at: nothing of the unit may be written.</summary>
public sealed class A_saga_that_was_changed_meanwhile : IAsyncLifetime
{
    private readonly SagaTable<SomeSaga> table = new("sagas");
    private readonly Guid saga = Some.Id();
    private MessagingDatabase database = null!;
    private bool done;

    private TestLog Log => database.Log;

    public async ValueTask InitializeAsync() => database = await MessagingDatabase.Create();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Should_be_none_as_long_as_the_versions_agree()
    {
        await Saving("new", 0).Commit();
        await Saving("changed", 1).Commit();

        Assert.Equal(["changed 2"], await Rows());
        Assert.True(done);
        await Deleting(2).Commit();
        Assert.Empty(await Rows());
        Assert.Equal((3, 3, 3), await Written());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Should_be_a_conflict_and_leave_nothing_written(long version)
    {
        await Log.Run($"insert into sagas (id, state, body, version) values ('{saga}', 'theirs', '{{}}', 2)");

        await Assert.ThrowsAsync<SagaConflictException>(Saving("ours", version).Commit);
        await Assert.ThrowsAsync<SagaConflictException>(Deleting(version).Commit);

        Assert.Equal(["theirs 2"], await Rows());
        Assert.Equal((0, 0, 0), await Written());
        Assert.False(done);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_be_a_conflict_when_it_was_deleted(bool saving)
    {
        await Assert.ThrowsAsync<SagaConflictException>((saving ? Saving("ours", 1) : Deleting(1)).Commit);

        Assert.Empty(await Rows());
        Assert.Equal((0, 0, 0), await Written());
    }

    [Fact]
    public async Task Should_be_a_conflict_for_all_but_one_who_save_it_at_once()
    {
        await Saving("new", 0).Commit();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => Record.ExceptionAsync(Saving($"{number}", 1).Commit).AsTask()));

        // The winner shares a round trip with conflicts, runs again and may then conflict with itself.
        Assert.InRange(outcomes.Count(outcome => outcome is SagaConflictException), 9, 10);
        Assert.Equal("2", Assert.Single(await Rows()).Split(' ')[1]);
        Assert.Equal((2, 2, 2), await Written());
    }

    [Fact]
    public async Task Should_stay_as_it_was_when_something_else_of_the_unit_conflicts()
    {
        await Saving("before", 0).Commit();
        var stream = Some.Id();
        var unit = Saving("after", 1);
        unit.Append(stream, "session", 7, Some.Event());

        await Assert.ThrowsAsync<StreamVersionConflictException>(unit.Commit);

        Assert.Equal(["before 1"], await Rows());
        Assert.Equal((1, 1, 1), await Written());
    }

    private UnitOfWork Saving(string state, long version)
    {
        var changed = new SomeSaga(saga, state);
        return Writing(writes => table.Save(writes, changed, JsonSerializer.SerializeToUtf8Bytes(changed), version));
    }

    private UnitOfWork Deleting(long version) => Writing(writes => table.Delete(writes, new SomeSaga(saga, ""), version));

    /// <summary>A unit with an event and a message beside the saga.</summary>
    private UnitOfWork Writing(Func<Writes, string> write)
    {
        var unit = database.Unit(Some.Id(), Some.Id());
        unit.Save(write, () => done = true);
        unit.Append(Some.Id(), "session", 0, Some.Event());
        unit.Send(MessagingDatabase.Message());
        return unit;
    }

    private Task<IReadOnlyList<string>> Rows() => Log.Rows<string>("select state || ' ' || version from sagas");

    /// <summary>How many rows inbox, log and outbox have.</summary>
    private async Task<(long Inbox, long Log, long Outbox)> Written() => (
        await Log.One<long>("select count(*) from bus_inbox"),
        await Log.One<long>("select count(*) from mt_events"),
        await Log.One<long>("select count(*) from bus_outbox"));
}
