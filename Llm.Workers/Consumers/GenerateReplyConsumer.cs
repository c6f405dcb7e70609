using Bus.Contracts;
using Bus.Events;
using Bus.Llm.Catalog;
using Bus.Llm.Gateway;
using Bus.Messaging;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Bus.Llm.Consumers;

/// <summary>
/// Asks the model. The inbox is looked at before, so an attempt whose result is committed is not made a second time; one whose
/// result cannot be committed yet keeps it; one that its process did not survive is made again, and says so.
/// </summary>
internal sealed class GenerateReplyConsumer(
    EventStore log, TurnModels models, RunningAttempts running, AttemptResults results, IReplySender replies, TimeProvider time,
    ILogger<ReplyGenerator> logger)
    : IConsumer<GenerateReply>
{
    public async Task Consume(ConsumeContext<GenerateReply> context)
    {
        var result = results.Of(
            context.Message.AttemptId, context.ReceiveContext, () => Generate(context.Message, context.DeliveriesBefore(), context.CancellationToken));
        var outcome = await result.Outcome.WaitAsync(context.CancellationToken);
        context.WhenConsumedBefore(result.Id, told => told.Publish(outcome, outcome.GetType()));
        await context.Publish(outcome, outcome.GetType());
    }

    private async Task<object> Generate(GenerateReply command, int earlierRuns, CancellationToken cancellation)
    {
        if (await PromptReader.Read(log, command.Prompt, cancellation) is not { } prompt)
            return NotAsked(command, "What the model was to see is not in the log any more.", earlierRuns);
        using var attempt = running.Start(command.AttemptId);
        try
        {
            var route = await models.Route(command.AttemptId, CallFor.Turn(command), command.Options?.Model, cancellation);
            var generator = new ReplyGenerator(route, time, logger);
            var outcome = await generator.Generate(command, prompt, chunk => replies.Send(command.ReplyTo!, chunk, cancellation), attempt.Stop, cancellation);
            return outcome switch
            {
                ReplyGenerated reply => reply with { EarlierRuns = earlierRuns },
                ReplyFailed failed => failed with { EarlierRuns = earlierRuns },
                _ => outcome,
            };
        }
        catch (ModelNotFoundException refused)
        {
            return NotAsked(command, refused.Message, earlierRuns);
        }
    }

    private ReplyFailed NotAsked(GenerateReply command, string reason, int earlierRuns)
    {
        var now = time.GetUtcNow();
        return new ReplyFailed(
            command.ConversationId, command.SessionId, command.TurnId, command.AttemptId,
            reason, "", "", "", new Usage(0, 0, 0, 0, Estimated: false), now, now, earlierRuns, IsInLedger: true);
    }
}

/// <summary>As many at the same time as the settings say.</summary>
internal sealed class GenerateReplyConsumerDefinition : ConsumerDefinition<GenerateReplyConsumer>
{
    public GenerateReplyConsumerDefinition(ModelConcurrency models) => Endpoint(endpoint => models.ForTurns(endpoint));
}
