using Bus.Messaging.Broker;
using Bus.Messaging.Errors;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Errors;

/// <summary>It has a name already, and nobody who could be asked.</summary>
public sealed class A_queue_that_is_just_being_made
{
    private const int Queues = 40;

    [Fact]
    public async Task Should_hold_nothing_for_whoever_looks()
    {
        await using var system = await TestSystem.Create();
        await using var connection = new BrokerConnection(system.Rabbit);
        await using var writer = new QueueWriter(connection);
        var visits = new ErrorVisits(connection, writer, system.Database, TimeProvider.System);

        for (var number = 1; number <= Queues; number++)
        {
            var queue = $"number-{number}_error";
            var making = system.DeclareQuorum(queue);
            do
            {
                Assert.True(await visits.Visit([queue], 1, _ => Task.FromResult(false), TestContext.Current.CancellationToken));
            }
            while (!making.IsCompleted);
            await making;
        }
    }
}
