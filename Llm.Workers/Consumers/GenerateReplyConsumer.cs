using Bus.Contracts;
using Bus.Events;
using Bus.Messaging;
using MassTransit;

namespace Bus.Llm.Consumers;

/// <summary>
/// Asks the model. The inbox is looked at before, so an attempt whose result is committed is not made a second time; one whose
/// result cannot be committed yet keeps it; one that its process did not survive is made again, and says so.
/// </summary>
internal sealed class GenerateReplyConsumer(
    EventStore log, ReplyGenerator generator, RunningAttempts running, AttemptResults results, IReplySender replies, IBus bus, TimeProvider time)
    : IConsumer<GenerateReply>
{
    public async Task Consume(ConsumeContext<GenerateReply> context)
    {
        var result = results.Of(
            context.Message.AttemptId, context.ReceiveContext, () => Generate(context.Message, context.DeliveriesBefore(), context.CancellationToken));
        var outcome = await result.Outcome.WaitAsync(context.CancellationToken);
        context.WhenConsumedBefore(() => bus.Publish(outcome));
        await context.Publish(outcome, outcome.GetType());
    }

    private async Task<object> Generate(GenerateReply command, int earlierRuns, CancellationToken cancellation)
    {
        if (await PromptReader.Read(log, command.Prompt, cancellation) is not { } prompt)
            return Unreadable(command, earlierRuns);
        using var attempt = running.Start(command.AttemptId);
        var outcome = await generator.Generate(command, prompt, chunk => replies.Send(command.ReplyTo!, chunk, cancellation), attempt.Stop, cancellation);
        return outcome switch
        {
            ReplyGenerated reply => reply with { EarlierRuns = earlierRuns },
            ReplyFailed failed => failed with { EarlierRuns = earlierRuns },
            _ => outcome,
        };
    }

    private ReplyFailed Unreadable(GenerateReply command, int earlierRuns)
    {
        var now = time.GetUtcNow();
        return new ReplyFailed(
            command.ConversationId, command.SessionId, command.TurnId, command.AttemptId,
            "What the model was to see is not in the log any more.", "", "", "", new Usage(0, 0, 0, 0, Estimated: false), now, now, earlierRuns);
    }
}

/// <summary>As many at the same time as the settings say.</summary>
internal sealed class GenerateReplyConsumerDefinition : ConsumerDefinition<GenerateReplyConsumer>
{
    public GenerateReplyConsumerDefinition(ModelConcurrency models) => Endpoint(endpoint => models.ForTurns(endpoint));
}
