using Bus.Events.Projections;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Projections;

public sealed class Reading_what_was_just_appended : IAsyncLifetime
{
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan SecondInterval = TimeSpan.FromMilliseconds(4);

    private readonly FakeTime time = new();
    private Projecting projecting = null!;
    private Writer open = null!;

    /// <summary>A projection that is held back by a number that may still be committed.</summary>
    public async ValueTask InitializeAsync()
    {
        projecting = await CountedLog.Create();
        await projecting.AddDaemon(new Counted(), new Ordered());
        await projecting.Append("before");
        await projecting.CaughtUp("Counted", "Ordered");
        open = await Writer.BeginWith(projecting.Log, "open");
        await projecting.Append("last");
    }

    public async ValueTask DisposeAsync()
    {
        await open.DisposeAsync();
        await projecting.DisposeAsync();
    }

    [Fact]
    public async Task Should_wait_for_a_projection_that_is_behind()
    {
        var reading = Read("Counted");
        await time.TimerOf(FirstInterval).WaitAsync(Patience.Limit);
        Assert.False(reading.IsCompleted);

        await open.Commit();
        await projecting.CaughtUp("Counted");
        time.Advance(FirstInterval);

        Assert.Equal(0, await reading.WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task Should_say_how_far_a_projection_is_behind_when_it_has_waited_long_enough()
    {
        var reading = Read("Counted", "Ordered");
        await time.TimerOf(FirstInterval).WaitAsync(Patience.Limit);
        time.Advance(ProjectionReads.Patience);
        await time.TimerOf(SecondInterval).WaitAsync(Patience.Limit);
        Assert.False(reading.IsCompleted);
        time.Advance(SecondInterval);

        Assert.Equal(2, await reading.WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task Should_not_wait_for_what_comes_later()
    {
        await open.RollBack();
        await projecting.CaughtUp("Counted");
        await using var later = await Writer.BeginWith(projecting.Log, "later");

        Assert.Equal(0, await Read("Counted"));
    }

    [Fact]
    public async Task Should_wait_for_a_projection_that_has_not_begun()
    {
        await open.RollBack();
        await projecting.CaughtUp("Counted");

        var reading = Read("Counted", "Unheard of");
        await time.TimerOf(FirstInterval).WaitAsync(Patience.Limit);
        time.Advance(ProjectionReads.Patience + FirstInterval);

        Assert.Equal(3, await reading.WaitAsync(Patience.Limit));
    }

    private Task<long> Read(params string[] names) => new ProjectionReads(projecting.Log.Database, time).CatchUp(names, CancellationToken.None);
}
