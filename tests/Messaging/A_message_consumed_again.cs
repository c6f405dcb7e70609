using Bus.Messaging;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Messaging;

/// <summary>A unit does the same as one before: that it is a duplicate is found before whatever else is then in its way.</summary>
public sealed class A_message_consumed_again : IAsyncLifetime
{
    private readonly Guid message = Some.Id();
    private readonly Guid consumer = Some.Id();
    private readonly Guid stream = Some.Id();
    private MessagingDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await MessagingDatabase.Create();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Should_be_a_duplicate(bool appending, bool unsent)
    {
        await Unit(appending, unsent).Commit();
        var again = Unit(appending, unsent);

        await again.Commit();

        Assert.True(again.IsDuplicate);
        Assert.Equal(1, await database.Log.One<long>("select count(*) from bus_inbox"));
        Assert.Equal(unsent ? 1 : 0, await database.Log.One<long>("select count(*) from bus_outbox"));
        Assert.Equal(appending ? 1 : 0, await database.Log.One<long>("select count(*) from mt_events"));
    }

    [Fact]
    public async Task Should_be_consumed_once_when_it_comes_many_times_at_once()
    {
        var units = Enumerable.Range(0, 20).Select(_ => Unit(appending: true, sending: true)).ToList();

        await Task.WhenAll(units.Select(unit => unit.Commit()));

        // Who shares a round trip with duplicates runs again and may then be a duplicate of itself.
        Assert.InRange(units.Count(unit => !unit.IsDuplicate), 0, 1);
        Assert.Equal(1, await database.Log.One<long>("select count(*) from bus_inbox"));
        Assert.Equal(1, await database.Log.One<long>("select count(*) from mt_events"));
    }

    private UnitOfWork Unit(bool appending, bool sending)
    {
        var unit = database.Unit(message, consumer);
        if (appending)
            unit.Append(stream, "session", 0, Some.Event());
        if (sending)
            unit.Send(MessagingDatabase.Message());
        return unit;
    }
}
