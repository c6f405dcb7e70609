using System.Diagnostics;
using Bus.Contracts;
using Bus.Messaging;
using MassTransit;

namespace Bus.Conversations;

/// <summary>What the steps do to the session's stream and to the trace.</summary>
internal static class SagaContextExtensions
{
    public const string StreamType = "session";

    private static readonly ActivitySource Source = new("Bus.Conversations");

    /// <summary>Appends to the open session when the message's unit of work commits.</summary>
    public static void Append(this BehaviorContext<ConversationState> context, params IReadOnlyList<object> events)
    {
        var saga = context.Saga;
        context.GetPayload<UnitOfWork>().Append(saga.SessionId!.Value, StreamType, saga.SessionVersion, events);
        saga.SessionVersion += events.Count;
    }

    /// <summary>Removes a session's stream; one event without content stays in its place.</summary>
    public static void Erase(this BehaviorContext<ConversationState> context, SessionErased erased)
    {
        var unit = context.GetPayload<UnitOfWork>();
        unit.Remove(erased.SessionId);
        unit.Append(erased.SessionId, StreamType, 0, erased);
    }

    /// <summary>Tells who asked for something what came of it.</summary>
    /// <param name="context">What was asked.</param>
    /// <param name="conversationId">The conversation.</param>
    /// <param name="asker">Who asked.</param>
    /// <param name="replyTo">The adapter instance that waits for something else instead.</param>
    public static Task Tell(this ConsumeContext context, Guid conversationId, Asker asker, string? replyTo = null) => context.Publish(new DeliverReply(
        conversationId, Guid.Empty, asker.MessageId, asker.Origin, asker.Text, TurnOutcomes.Told, TraceIdOf(Activity.Current?.Id ?? ""), replyTo, asker.Sent));

    /// <summary>
    /// Makes the trace of a turn current, when another is: the step may have been set off by the turn before or by a timer.
    /// </summary>
    public static Activity? InTrace(string trace)
    {
        if (!ActivityContext.TryParse(trace, null, isRemote: true, out var parent) || Activity.Current?.TraceId == parent.TraceId)
            return null;
        return Source.StartActivity("turn continues", ActivityKind.Internal, parent);
    }

    /// <summary>The trace code that people are shown: the trace id in a W3C trace parent.</summary>
    public static string TraceIdOf(string trace) =>
        ActivityContext.TryParse(trace, null, out var context) ? context.TraceId.ToHexString() : "";
}
