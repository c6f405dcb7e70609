using Bus.Events.Servers;
using Bus.Tests.Llm;
using Bus.Tests.Support;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

public sealed class Sweeping_while_the_database_is_away
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Should_be_said_once_each_time()
    {
        var time = new FakeTime();
        var log = new FakeLog<Sweeper>();
        using var sweeper = new Broken(time, log, [true, true, true, false, true]);
        await sweeper.StartAsync(TestContext.Current.CancellationToken);

        var said = new List<int>();
        for (var round = 0; round < 5; round++)
        {
            await time.TimerOf(Interval).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
            said.Add(log.Lines.Count);
            time.Advance(Interval);
        }

        await sweeper.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal([1, 1, 1, 1, 2], said);
    }

    private sealed class Broken(TimeProvider time, ILogger log, IReadOnlyList<bool> isAway) : Sweeper(Interval, time, log)
    {
        private int round;

        protected override Task Sweep(CancellationToken cancellation) =>
            round < isAway.Count && isAway[round++] ? throw new NpgsqlException("away") : Task.CompletedTask;
    }
}
