using Bus.Messaging.Broker;
using Bus.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace Bus.Tests.Messaging;

public sealed class A_connection_that_comes_and_goes
{
    [Fact]
    public async Task Should_be_opened_anew_and_leave_none_behind()
    {
        await using var system = await TestSystem.Create();
        await using var relay = Relays.To(system.Rabbit);
        await using var connection = new BrokerConnection(system.Rabbit.By(relay));
        await using var channel = new BrokerChannel(connection, Confirming);
        for (var time = 0; time < 5; time++)
        {
            await Publish(channel);
            await relay.Close();
            relay.Open();
            await Eventually.Get(async () => (await Record.ExceptionAsync(() => Publish(channel))) is null, isPublished => isPublished);
        }

        Assert.Equal(1, relay.Connections);
    }

    /// <summary>A channel that goes takes with it what limits its unconfirmed messages.</summary>
    [Fact]
    public async Task Should_be_published_to_when_the_broker_has_closed_the_channel()
    {
        await using var system = await TestSystem.Create();
        await using var connection = new BrokerConnection(system.Rabbit);
        await using var channel = new BrokerChannel(connection, Confirming);
        await Publish(channel);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await (await channel.Open(TestContext.Current.CancellationToken)).QueueDeclarePassiveAsync("nobody's queue", TestContext.Current.CancellationToken));

        await Publish(channel);
        await Publish(channel);
    }

    /// <summary>The client leaves a connection open whose opening is cancelled.</summary>
    [Fact]
    public async Task Should_be_one_for_all_who_lose_patience_with_a_broker_that_says_nothing()
    {
        await using var system = await TestSystem.Create();
        await using var relay = Relays.To(system.Rabbit);
        await using var connection = new BrokerConnection(system.Rabbit.By(relay));
        relay.Swallow();
        for (var impatient = 0; impatient < 5; impatient++)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.Channel(null, patience.Token));
        }

        Assert.Equal(1, relay.Connections);
        relay.Heal();
        await using var channel = await connection.Channel(null, TestContext.Current.CancellationToken);
        Assert.Equal(1, relay.Connections);
    }

    private static CreateChannelOptions Confirming() => new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    private static async Task Publish(BrokerChannel channel)
    {
        var open = await channel.Open(TestContext.Current.CancellationToken);
        await open.BasicPublishAsync("amq.fanout", "", mandatory: false, new BasicProperties(), ReadOnlyMemory<byte>.Empty, TestContext.Current.CancellationToken);
    }
}
