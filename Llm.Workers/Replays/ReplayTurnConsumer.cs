using Bus.Contracts;
using Bus.Events;
using Bus.Llm.Consumers;
using Bus.Messaging;
using MassTransit;
using Microsoft.Extensions.Configuration;

namespace Bus.Llm.Replays;

/// <summary>
/// Runs one turn of a replay, and has the next one run. Nothing goes to any adapter. A command that comes again, or too
/// late, finds that its turn is not the one that the stream waits for.
/// </summary>
internal sealed class ReplayTurnConsumer(
    EventStore log, TurnReplayer replayer, AttemptResults results, IConfiguration configuration, TimeProvider time)
    : IConsumer<ReplayTurn>
{
    private readonly TimeSpan timeout = configuration.TurnTimeout();

    public async Task Consume(ConsumeContext<ReplayTurn> context)
    {
        var command = context.Message;
        var stored = await log.Read(command.ReplayId, cancellation: context.CancellationToken);
        if (stored is not [{ Data: ReplayStarted replay }, .., { Data: ReplayTurnStarted due }] || due.Number != command.Number)
            return;

        var unit = context.GetPayload<UnitOfWork>();
        var session = await log.Read(command.SessionId, 1, 1, context.CancellationToken);
        if (session is not [{ Data: SessionStarted { ConversationId: var conversationId } }])
        {
            // It went before the replay was there to be erased with it.
            unit.EraseReplay(new ReplayErased(command.ReplayId, command.SessionId, time.GetUtcNow()));
            return;
        }

        var turn = replay.Turns.Single(turn => turn.Number == command.Number);
        // By when the message came, so that trying again does not make it longer.
        var deadline = time.GetUtcNow() - context.ReceiveContext.ElapsedTime + timeout;
        // A command that comes twice at the same time, as after the death of who sent it, asks the model once.
        var result = results.Of(
            TurnReplayer.AttemptOf(replay.ReplayId, turn.Number), context.ReceiveContext,
            () => replayer.Replay(conversationId, replay, turn, stored, deadline, context.CancellationToken));
        var outcome = await result.Outcome.WaitAsync(context.CancellationToken);
        if (replay.Turns.FirstOrDefault(next => next.Number > turn.Number) is { } next)
        {
            unit.AppendToReplay(replay.ReplayId, stored[^1].Version, outcome, ReplayStream.Begin(replay, next, time.GetUtcNow()));
            await context.Publish(command with { Number = next.Number });
        }
        else
        {
            unit.AppendToReplay(replay.ReplayId, stored[^1].Version, outcome, new ReplayFinished(replay.ReplayId, replay.SessionId, time.GetUtcNow()));
        }
    }
}

/// <summary>Replays are nobody's conversation: beside the turns of people they get a few places of their own.</summary>
internal sealed class ReplayTurnConsumerDefinition : ConsumerDefinition<ReplayTurnConsumer>
{
    public ReplayTurnConsumerDefinition(ModelConcurrency models) => Endpoint(endpoint => models.ForReplays(endpoint));
}
