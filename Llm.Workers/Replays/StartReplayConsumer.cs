using Bus.Contracts;
using Bus.Events;
using Bus.Llm.Catalog;
using Bus.Messaging;
using MassTransit;

namespace Bus.Llm.Replays;

/// <summary>Decides which turns are run again, and has the first one run.</summary>
internal sealed class StartReplayConsumer(EventStore log, IModelCatalog catalog, TimeProvider time) : IConsumer<StartReplay>
{
    public async Task Consume(ConsumeContext<StartReplay> context)
    {
        var command = context.Message;
        try
        {
            (await catalog.Get(context.CancellationToken)).Resolve(command.Model, null, null);
            var replay = Plan(command, await log.Read(command.SessionId, cancellation: context.CancellationToken));
            var first = replay.Turns[0];
            context.GetPayload<UnitOfWork>().AppendToReplay(command.ReplayId, 0, replay, ReplayStream.Begin(replay, first, replay.StartedAt));
            await context.Publish(new ReplayTurn(replay.ReplayId, replay.SessionId, first.Number));
            await context.RespondAsync(replay);
        }
        catch (ModelNotFoundException refused)
        {
            await context.RespondAsync(new ReplayRefused(command.ReplayId, command.SessionId, ReplayFields.Model, refused.Message));
        }
        catch (ReplayRefusedException refused)
        {
            await context.RespondAsync(new ReplayRefused(command.ReplayId, command.SessionId, refused.Field, refused.Message));
        }
    }

    private ReplayStarted Plan(StartReplay command, IReadOnlyList<StoredEvent> session)
    {
        var turns = ReplayPlan.Of(session, command.Turns);
        return new ReplayStarted(
            command.ReplayId, command.SessionId, session[^1].Version, command.Model, command.Instruction, command.Temperature, turns, time.GetUtcNow());
    }
}
