using Bus.Contracts;
using Bus.Messaging;
using MassTransit;

namespace Bus.Llm.Consumers;

/// <summary>Ends an attempt. Every process hears of it, on a queue of its own; the one that makes the attempt ends it.</summary>
[Repeatable]
internal sealed class StopGeneratingConsumer(RunningAttempts running) : IConsumer<StopGenerating>
{
    public Task Consume(ConsumeContext<StopGenerating> context)
    {
        running.Stop(context.Message.AttemptId);
        return Task.CompletedTask;
    }
}

/// <summary>One queue per process, which goes with it.</summary>
internal sealed class StopGeneratingConsumerDefinition : ConsumerDefinition<StopGeneratingConsumer>
{
    public StopGeneratingConsumerDefinition() => Endpoint(endpoint =>
    {
        endpoint.Name = $"stop-generating-{NewId.NextGuid():n}";
        endpoint.Temporary = true;
        endpoint.ConfigureConsumeTopology = true;
    });
}
