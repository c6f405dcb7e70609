using Bus.Contracts;
using Bus.Events;
using Bus.Messaging;
using MassTransit;

namespace Bus.Llm.Replays;

/// <summary>
/// Runs one turn of a replay, and has the next one run. Nothing goes to any adapter. A command that comes again, or too
/// late, finds that its turn is not the one that the stream waits for.
/// </summary>
internal sealed class ReplayTurnConsumer(EventStore log, TurnReplayer replayer, TimeProvider time) : IConsumer<ReplayTurn>
{
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
        var outcome = await replayer.Replay(conversationId, replay, turn, stored, context.CancellationToken);
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
