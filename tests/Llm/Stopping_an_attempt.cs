using Bus.Llm;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Llm;

public class Stopping_an_attempt
{
    private readonly FakeTime time = new();
    private readonly RunningAttempts running;

    public Stopping_an_attempt() => running = new RunningAttempts(time);

    [Fact]
    public void Should_stop_it_and_no_other()
    {
        using var one = running.Start(Id(1));
        using var two = running.Start(Id(2));
        running.Stop(Id(1));
        Assert.Equal((true, false), (one.Stop.IsCancellationRequested, two.Stop.IsCancellationRequested));
    }

    [Fact]
    public void Should_stop_both_when_it_runs_twice()
    {
        using var one = running.Start(Id(1));
        using var again = running.Start(Id(1));
        running.Stop(Id(1));
        Assert.True(one.Stop.IsCancellationRequested && again.Stop.IsCancellationRequested);
    }

    [Fact]
    public void Should_work_before_it_has_started()
    {
        running.Stop(Id(1));
        running.Stop(Id(1));
        using var attempt = running.Start(Id(1));
        Assert.True(attempt.Stop.IsCancellationRequested);
    }

    [Fact]
    public void Should_work_for_an_attempt_that_comes_again()
    {
        using (running.Start(Id(1)))
            running.Stop(Id(1));
        using var again = running.Start(Id(1));
        Assert.True(again.Stop.IsCancellationRequested);
    }

    [Fact]
    public void Should_not_touch_one_that_has_ended()
    {
        var attempt = running.Start(Id(1));
        attempt.Dispose();
        running.Stop(Id(1));
        Assert.False(attempt.Stop.IsCancellationRequested);
    }

    [Fact]
    public void Should_be_forgotten_after_a_while()
    {
        running.Stop(Id(1));
        time.Advance(RunningAttempts.StopsLast - TimeSpan.FromSeconds(1));
        Assert.True(running.Start(Id(1)).Stop.IsCancellationRequested);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(running.Start(Id(1)).Stop.IsCancellationRequested);
    }

    [Fact]
    public void Should_be_forgotten_when_there_are_too_many()
    {
        for (var i = 0; i <= RunningAttempts.MostStops; i++)
            running.Stop(Id(i));
        Assert.False(running.Start(Id(0)).Stop.IsCancellationRequested);
        Assert.True(running.Start(Id(1)).Stop.IsCancellationRequested);
    }

    [Fact]
    public async Task Should_reach_it_whoever_comes_first()
    {
        for (var i = 0; i < 2_000; i++)
        {
            var id = Id(i);
            var started = Task.Run(() => running.Start(id), TestContext.Current.CancellationToken);
            await Task.WhenAll(started, Task.Run(() => running.Stop(id), TestContext.Current.CancellationToken));
            Assert.True((await started).Stop.IsCancellationRequested);
        }
    }

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
