using Bus.Contracts;
using Bus.Events;
using Bus.Llm.Catalog;
using Bus.Llm.Gateway;
using Microsoft.Extensions.Logging;

namespace Bus.Llm.Replays;

/// <summary>Asks a model for one turn of a replay, and compares what it says with what was said.</summary>
internal sealed class TurnReplayer(EventStore log, TurnModels models, TimeProvider time, ILogger<ReplyGenerator> logger)
{
    private const string NotThere = "What the model saw in this turn is not in the log any more.";
    private const string NoContext = "The turn was over before it was decided what its model would see.";

    /// <summary>The attempt that a turn of a replay is.</summary>
    public static Guid AttemptOf(Guid replayId, int turn) => Ids.From(replayId, "turn", $"{turn}");

    /// <summary>A <see cref="TurnReplayed"/> or a <see cref="ReplayTurnFailed"/>, whatever the provider does.</summary>
    /// <param name="conversationId">The conversation of the session.</param>
    /// <param name="replay">The replay.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="soFar">The stream of the replay.</param>
    /// <param name="deadline">When the model is given up.</param>
    /// <param name="shutdown">The process ends: the call throws, and another process may try.</param>
    public async Task<object> Replay(
        Guid conversationId, ReplayStarted replay, RecordedTurn turn, IEnumerable<StreamEvent> soFar, DateTimeOffset deadline,
        CancellationToken shutdown)
    {
        if (turn.ContextVersion is not { } contextVersion)
            return NotAsked(replay, turn, NoContext);
        var recorded = await log.ReadVersions(replay.SessionId, [turn.MessageVersion, contextVersion, turn.OutcomeVersion], shutdown);
        if (recorded is not [{ Data: MessageReceived message }, { Data: ContextBuilt context }, var outcome]
            || await ReplayPrompt.Read(log, context.Prompt, shutdown) is not { } shown)
            return NotAsked(replay, turn, NotThere);

        try
        {
            var prompt = ReplayPrompt.Of(replay.Instruction ?? context.Prompt.Instruction, shown, ReplayPrompt.Replies(soFar));
            var command = new GenerateReply(
                conversationId, replay.SessionId, turn.TurnId, AttemptOf(replay.ReplayId, turn.Number), context.Prompt,
                Options(replay, message), null, deadline, Owners.Payer(message.Origin, message.Author), message.Origin.Chat(), message.Author);
            var route = await models.Route(
                command.AttemptId, CallFor.Turn(command, Purposes.Replay), replay.Model ?? message.Options?.Model, shutdown);
            var reply = await new ReplyGenerator(route, time, logger).Generate(command, prompt, _ => default, CancellationToken.None, shutdown);
            return reply is ReplyGenerated generated ? Replayed(replay, turn, generated, outcome) : Failed(replay, turn, (ReplyFailed)reply);
        }
        catch (ModelNotFoundException refused)
        {
            return NotAsked(replay, turn, refused.Message);
        }
    }

    private static ModelOptions? Options(ReplayStarted replay, MessageReceived message) => replay.Temperature is { } temperature
        ? (message.Options ?? new ModelOptions()) with { Temperature = temperature }
        : message.Options;

    private static TurnReplayed Replayed(ReplayStarted replay, RecordedTurn turn, ReplyGenerated reply, StreamEvent outcome) => new(
        replay.ReplayId, replay.SessionId, turn.TurnId, turn.Number, reply.Text, reply.Provider, reply.Model, reply.FinishReason,
        reply.Usage, reply.Cost ?? Cost.Of(reply.Provider),
        outcome.Data is ReplyGenerated original ? WordDiff.Compare(original.Text, reply.Text, outcome.Version) : null,
        reply.StartedAt, reply.GeneratedAt);

    private static ReplayTurnFailed Failed(ReplayStarted replay, RecordedTurn turn, ReplyFailed reply) => new(
        replay.ReplayId, replay.SessionId, turn.TurnId, turn.Number, reply.Reason, reply.PartialText, reply.Provider, reply.Model,
        reply.Usage, Cost.Of(reply.Provider), reply.StartedAt, reply.FailedAt);

    private ReplayTurnFailed NotAsked(ReplayStarted replay, RecordedTurn turn, string reason)
    {
        var now = time.GetUtcNow();
        return new ReplayTurnFailed(
            replay.ReplayId, replay.SessionId, turn.TurnId, turn.Number, reason, "", "", "", new Usage(0, 0, 0, 0, Estimated: false), 0, now, now);
    }
}
