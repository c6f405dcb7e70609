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
    EventStore log, ReplyGenerator generator, RunningAttempts running, IReplySender replies, IBus bus, TimeProvider time)
    : IConsumer<GenerateReply>
{
    public async Task Consume(ConsumeContext<GenerateReply> context)
    {
        // Of this delivery: when the commit fails, the message is consumed again within it.
        if (!context.ReceiveContext.TryGetPayload<Result>(out var result))
        {
            result = new Result(await Generate(context.Message, context.DeliveriesBefore(), context.CancellationToken));
            context.ReceiveContext.AddOrUpdatePayload(() => result, _ => result);
        }

        context.GetPayload<UnitOfWork>().WhenConsumedElsewhere = () => bus.Publish(Discarded(result.Outcome));
        await context.Publish(result.Outcome, result.Outcome.GetType());
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

    private static ReplyDiscarded Discarded(object outcome) => outcome is ReplyGenerated reply
        ? reply.Discarded(DiscardReasons.Repeated)
        : ((ReplyFailed)outcome).Discarded(DiscardReasons.Repeated);

    private ReplyFailed Unreadable(GenerateReply command, int earlierRuns)
    {
        var now = time.GetUtcNow();
        return new ReplyFailed(
            command.ConversationId, command.SessionId, command.TurnId, command.AttemptId,
            "What the model was to see is not in the log any more.", "", "", "", new Usage(0, 0, 0, 0, Estimated: false), now, now, earlierRuns);
    }

    private sealed record Result(object Outcome);
}

/// <summary>As many at the same time as the settings say.</summary>
internal sealed class GenerateReplyConsumerDefinition : ConsumerDefinition<GenerateReplyConsumer>
{
    public GenerateReplyConsumerDefinition(ModelConcurrency models) => Endpoint(endpoint => models.ForTurns(endpoint));
}
