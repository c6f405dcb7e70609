using Bus.Contracts;
using Bus.Events.Servers;
using Bus.Messaging.Broker;
using Bus.Messaging.Streaming;
using Bus.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Bus.Tests.Messaging;

/// <summary>It was there a moment ago: it restarts in the middle of our start.</summary>
public sealed class Starting_to_listen_while_the_broker_is_away
{
    [Fact]
    public async Task Should_wait_for_it_and_then_receive()
    {
        await using var system = await TestSystem.Create();
        await using var relay = Relays.To(system.Rabbit);
        await using var connection = new BrokerConnection(system.Rabbit.By(relay));
        await (await connection.Channel(null, TestContext.Current.CancellationToken)).DisposeAsync();
        await relay.Close();
        var wait = new ServerWait(Options.Create(new ServerWaitOptions { Waits = true }), TimeProvider.System, NullLogger<ServerWait>.Instance);
        await using var listener = new ReplyListener(connection, wait, TimeProvider.System, NullLogger<ReplyListener>.Instance);

        var starting = listener.StartAsync(TestContext.Current.CancellationToken);
        relay.Open();
        await starting.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

        var end = new TurnEnded(Guid.Empty, Guid.Empty, "It is there.", TurnOutcomes.Replied, "");
        using var turn = listener.Wait(end.TurnId);
        await using var direct = new BrokerConnection(system.Rabbit);
        await using var outcomes = new OutcomeSender(direct, TimeProvider.System, NullLogger<OutcomeSender>.Instance);
        await outcomes.Send(listener.ReplyTo, end, TestContext.Current.CancellationToken);
        Assert.Equal(end, await turn.Pieces.ReadAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Nobody stops what did not start with all the others; it is disposed of only.</summary>
    [Fact]
    public async Task Should_not_be_gone_on_with_when_it_is_disposed_of()
    {
        await using var system = await TestSystem.Create();
        await using var connection = new BrokerConnection(system.Rabbit);
        var time = new FakeTime();
        var wait = new ServerWait(Options.Create(new ServerWaitOptions()), TimeProvider.System, NullLogger<ServerWait>.Instance);
        await using (var listener = new ReplyListener(connection, wait, time, NullLogger<ReplyListener>.Instance))
            await listener.StartAsync(TestContext.Current.CancellationToken);

        Assert.False(time.TimerOf(TimeSpan.FromSeconds(1)).IsCompleted);
    }
}
