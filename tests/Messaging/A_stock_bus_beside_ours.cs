using Bus.Contracts;
using Bus.Tests.Support;
using MassTransit;
using Xunit;

namespace Bus.Tests.Messaging;

/// <summary>Another program with MassTransit as it comes can say something to us and hear what happens.</summary>
public sealed class A_stock_bus_beside_ours(GatedSystem shared)
{
    private const string Answer = "\"in quotes\"\nand 😀";

    [Fact]
    public async Task Should_be_answered_and_hear_the_answer()
    {
        var (system, _, provider) = await shared.Get();
        var message = Publishing.Message("stock bus", "is this \"understood\"?\n😀");
        var heard = new TaskCompletionSource<ConsumeContext<ReplyGenerated>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(transport =>
        {
            transport.Host(system.Rabbit);
            transport.ReceiveEndpoint("stock-bus", endpoint => endpoint.Handler<ReplyGenerated>(reply =>
            {
                if (reply.Message.TurnId == message.MessageId)
                    heard.TrySetResult(reply);
                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync();
        try
        {
            await bus.Publish(message, publish => publish.MessageId = message.MessageId);
            await (await provider.Call(message.Text)).Answer(Answer);

            var session = Ids.Session(message.ConversationId, message.MessageId);
            var events = await system.After(session, turns: 1);
            events.ShouldBeSound();
            Assert.Equal(message.Text, Assert.Single(events.All<MessageReceived>()).Text);
            var reply = await heard.Task.WaitAsync(Patience.Limit);
            Assert.Equal(Assert.Single(events.All<ReplyGenerated>()), reply.Message);
            Assert.Equal(Answer, reply.Message.Text);
            Assert.NotNull(reply.MessageId);
            Assert.Empty(await system.QueuesOfFailure());
        }
        finally
        {
            await bus.StopAsync();
        }
    }
}
