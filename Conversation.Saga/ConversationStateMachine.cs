using Bus.Contracts;
using MassTransit;

namespace Bus.Conversations;

/// <summary>
/// The story of a conversation: one turn at a time, from a message to its one answer. States say what is waited for.
/// Results that come late or twice name another turn or attempt than the one in progress and are ignored on purpose.
/// </summary>
public sealed class ConversationStateMachine : MassTransitStateMachine<ConversationState>
{
    /// <summary>Builds the machine.</summary>
    public ConversationStateMachine(ArrivalSteps arrival, TurnStart start, TurnSteps turn, SessionSteps session, LateResults late)
    {
        InstanceState(state => state.CurrentState);

        Event(() => MessageReceived, e => e.CorrelateById(m => m.Message.ConversationId));
        Event(() => OpenSession, e => e.CorrelateById(m => m.Message.ConversationId));
        Event(() => ContextBuilt, e => ToExisting(e, m => m.Message.ConversationId));
        Event(() => ReplyGenerated, e => ToExisting(e, m => m.Message.ConversationId));
        Event(() => ReplyFailed, e => ToExisting(e, m => m.Message.ConversationId));
        Event(() => ReplyDelivered, e => ToExisting(e, m => m.Message.ConversationId));
        Event(() => TurnTimedOut, e => ToExisting(e, m => m.Message.ConversationId));
        Event(() => DeliveryDelayed, e => ToExisting(e, m => m.Message.ConversationId));
        Event(() => MessageEdited, e => e.CorrelateById(m => m.Message.ConversationId));
        Event(() => MessageDeleted, e => ToExisting(e, m => m.Message.ConversationId));
        Event(() => RetryTurn, e =>
        {
            e.CorrelateById(m => m.Message.ConversationId);
            e.OnMissingInstance(m => m.ExecuteAsync(c => c.Tell(c.Message.ConversationId, c.Message.Asker, c.Message.ReplyTo)));
        });
        Event(() => CancelTurn, e =>
        {
            e.CorrelateById(m => m.Message.ConversationId);
            e.OnMissingInstance(m => m.ExecuteAsync(c => c.Message.Asker is { } asker ? c.Tell(c.Message.ConversationId, asker) : Task.CompletedTask));
        });
        Event(() => CloseSession, e =>
        {
            e.CorrelateById(m => m.Message.ConversationId);
            e.OnMissingInstance(m => m.ExecuteAsync(c => SessionSteps.Answer(c, new NoOpenSession(c.Message.ConversationId))));
        });
        Event(() => EraseSession, e => e.CorrelateById(m => m.Message.ConversationId));

        Initially(
            When(MessageReceived, ArrivalSteps.IsHeard).ThenAsync(arrival.Hear).TransitionTo(Idle),
            When(MessageReceived, ArrivalSteps.IsSaid).Activity(FirstTurn),
            When(MessageEdited).ThenAsync(arrival.KeepEdit).TransitionTo(Idle),
            When(OpenSession).ThenAsync(session.OpenSession).TransitionTo(Idle),
            When(EraseSession).ThenAsync(session.EraseSession).TransitionTo(Idle));

        During(Idle,
            When(MessageReceived, ArrivalSteps.IsSaid).Activity(FirstTurn),
            When(RetryTurn).IfElse(
                TurnStart.HasLastTurn, can => can.ThenAsync(start.StartAgain).TransitionTo(BuildingContext), not => not.ThenAsync(TurnSteps.TellInVain)),
            When(CancelTurn, TurnSteps.IsWaiting).ThenAsync(turn.TakeBack).Activity(NextTurn),
            When(CancelTurn, TurnSteps.IsForNothing).ThenAsync(TurnSteps.TellInVain),
            When(TurnTimedOut, TurnSteps.IsHeldLongEnough).ThenAsync(TurnSteps.Release).Activity(NextTurn));

        During(BuildingContext,
            When(ContextBuilt, TurnSteps.IsThisTurn).ThenAsync(TurnSteps.AskModel).TransitionTo(Generating),
            When(CancelTurn, TurnSteps.IsThisTurn).ThenAsync(turn.EndCancelled).TransitionTo(Delivering),
            When(MessageReceived, ArrivalSteps.Interrupts).ThenAsync(arrival.Wait).ThenAsync(turn.EndInterrupted).TransitionTo(Delivering),
            When(TurnTimedOut, TurnSteps.IsDue).ThenAsync(turn.EndTimedOut).TransitionTo(Delivering));

        During(Generating,
            When(ReplyGenerated).IfElse(
                TurnSteps.IsThisAttempt, now => now.ThenAsync(turn.EndReplied).TransitionTo(Delivering), other => other.ThenAsync(late.Keep)),
            When(ReplyFailed).IfElse(
                TurnSteps.IsThisAttempt, now => now.ThenAsync(turn.EndFailed).TransitionTo(Delivering), other => other.ThenAsync(late.Keep)),
            When(CancelTurn, TurnSteps.IsThisTurn).ThenAsync(turn.StopModel),
            When(MessageReceived, ArrivalSteps.Interrupts).ThenAsync(arrival.Wait).ThenAsync(turn.Interrupt),
            When(TurnTimedOut, TurnSteps.IsDue).ThenAsync(turn.EndTimedOut).TransitionTo(Delivering));

        During(Delivering,
            When(MessageReceived, ArrivalSteps.Interrupts).ThenAsync(arrival.Wait),
            When(RetryTurn).IfElse(
                TurnSteps.IsFirstRetry, first => first.ThenAsync(TurnSteps.RetryAfterwards), another => another.ThenAsync(TurnSteps.TellInVain)),
            When(DeliveryDelayed, TurnSteps.IsThisTurn).ThenAsync(TurnSteps.AwaitDelivery),
            When(ReplyDelivered).IfElse(
                TurnSteps.IsThisTurn, now => now.ThenAsync(TurnSteps.KeepDelivery).Activity(NextTurn), other => other.ThenAsync(late.Keep)),
            When(TurnTimedOut, TurnSteps.IsDue).ThenAsync(turn.GiveUpDelivery).Activity(NextTurn),
            When(CancelTurn, TurnSteps.IsForNothing).ThenAsync(TurnSteps.TellInVain));

        // While a turn is in progress, what arrives waits; a message that waits can be taken back.
        During([BuildingContext, Generating, Delivering],
            When(MessageReceived, ArrivalSteps.Queues).ThenAsync(arrival.Wait),
            When(CancelTurn, TurnSteps.IsWaiting).ThenAsync(turn.TakeBack));
        During([BuildingContext, Generating], When(RetryTurn).ThenAsync(TurnSteps.TellInVain));

        // What is only heard, and what is changed, is kept at any time.
        During([Idle, BuildingContext, Generating, Delivering],
            When(MessageReceived, ArrivalSteps.IsHeard).ThenAsync(arrival.Hear),
            When(MessageEdited).ThenAsync(arrival.KeepEdit),
            When(MessageDeleted).ThenAsync(ArrivalSteps.KeepDeletion));

        // Sessions open, close and go at any time; a turn in progress ends with its session.
        During([Idle, BuildingContext, Generating, Delivering],
            When(OpenSession).ThenAsync(session.OpenSession),
            When(CloseSession).ThenAsync(session.CloseSession).Activity(NextTurn),
            When(EraseSession).ThenAsync(session.EraseSession).Activity(NextTurn));

        // Late and repeated results. What a model made is kept, since it was paid for, and so is what reached its people.
        During([Idle, BuildingContext, Delivering],
            When(ReplyGenerated).ThenAsync(late.Keep),
            When(ReplyFailed).ThenAsync(late.Keep));
        During([Idle, BuildingContext, Generating],
            When(ReplyDelivered).ThenAsync(late.Keep),
            Ignore(DeliveryDelayed));
        During([Idle, Generating], Ignore(ContextBuilt));
        During(Delivering, Ignore(ContextBuilt));

        EventActivityBinder<ConversationState, MessageReceived> FirstTurn(EventActivityBinder<ConversationState, MessageReceived> binder) =>
            binder.IfElse(
                arrival.IsEarly,
                held => held.ThenAsync(arrival.Wait).Activity(NextTurn),
                now => now.ThenAsync(arrival.StartTurn).TransitionTo(BuildingContext));

        EventActivityBinder<ConversationState, T> NextTurn<T>(EventActivityBinder<ConversationState, T> binder)
            where T : class => binder.IfElse(
                context => context.Saga.Turn is not null,
                goesOn => goesOn,
                ended => ended.ThenAsync(start.Hear).IfElse(
                    TurnStart.HasRetry,
                    again => again.ThenAsync(start.StartWaitingRetry).TransitionTo(BuildingContext),
                    other => other.IfElse(
                        start.HasNextTurn,
                        next => next.ThenAsync(start.StartNextTurn).TransitionTo(BuildingContext),
                        none => none.ThenAsync(TurnSteps.Rest).TransitionTo(Idle))));
    }

    /// <summary>No turn is in progress.</summary>
    public State Idle { get; } = null!;

    /// <summary>Waiting for what the model will see.</summary>
    public State BuildingContext { get; } = null!;

    /// <summary>Waiting for the model.</summary>
    public State Generating { get; } = null!;

    /// <summary>Waiting for the adapter.</summary>
    public State Delivering { get; } = null!;

#pragma warning disable CS1591 // The events are the contracts of the same names.
    public Event<MessageReceived> MessageReceived { get; } = null!;

    public Event<ContextBuilt> ContextBuilt { get; } = null!;

    public Event<ReplyGenerated> ReplyGenerated { get; } = null!;

    public Event<ReplyFailed> ReplyFailed { get; } = null!;

    public Event<ReplyDelivered> ReplyDelivered { get; } = null!;

    public Event<TurnTimedOut> TurnTimedOut { get; } = null!;

    public Event<CancelTurn> CancelTurn { get; } = null!;

    public Event<MessageEdited> MessageEdited { get; } = null!;

    public Event<MessageDeleted> MessageDeleted { get; } = null!;

    public Event<RetryTurn> RetryTurn { get; } = null!;

    public Event<DeliveryDelayed> DeliveryDelayed { get; } = null!;

    public Event<OpenSession> OpenSession { get; } = null!;

    public Event<CloseSession> CloseSession { get; } = null!;

    public Event<EraseSession> EraseSession { get; } = null!;
#pragma warning restore CS1591

    /// <summary>A result for a conversation that is not there answers nobody.</summary>
    private static void ToExisting<T>(IEventCorrelationConfigurator<ConversationState, T> e, Func<ConsumeContext<T>, Guid> conversation)
        where T : class
    {
        e.CorrelateById(conversation);
        e.OnMissingInstance(missing => missing.Discard());
    }
}

internal static class BinderExtensions
{
    /// <summary>Lets a step that spans several activities be named in the machine.</summary>
    public static EventActivityBinder<ConversationState, T> Activity<T>(
        this EventActivityBinder<ConversationState, T> binder,
        Func<EventActivityBinder<ConversationState, T>, EventActivityBinder<ConversationState, T>> step)
        where T : class => step(binder);
}
