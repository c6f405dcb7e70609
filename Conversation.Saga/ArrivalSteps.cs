using System.Diagnostics;
using Bus.Contracts;
using MassTransit;

namespace Bus.Conversations;

/// <summary>What becomes of a message when it comes.</summary>
public sealed class ArrivalSteps(TurnStart turns, TimeProvider time, TurnSettings settings)
{
    /// <summary>Nobody is to answer it, and it is no part of an album, whose other parts may have to be answered.</summary>
    public static bool IsHeard(BehaviorContext<ConversationState, MessageReceived> context) =>
        context.Message is { Handling.IsListenOnly: true, Sent: not { Album: not null } };

    /// <summary>It wants an answer.</summary>
    public static bool IsSaid(BehaviorContext<ConversationState, MessageReceived> context) => !IsHeard(context);

    /// <summary>It wants an answer instead of the one that is being made.</summary>
    public static bool Interrupts(BehaviorContext<ConversationState, MessageReceived> context) =>
        IsSaid(context) && context.Message.Handling?.WhenBusy == WhenBusy.Interrupt
        && context.Saga.Turn is { IsCancelled: false } turn && turn.Author == context.Message.Author;

    /// <summary>It wants an answer, and waits for it.</summary>
    public static bool Queues(BehaviorContext<ConversationState, MessageReceived> context) => IsSaid(context) && !Interrupts(context);

    /// <summary>It follows one that has not had its place yet, or may be followed by more.</summary>
    public bool IsEarly(BehaviorContext<ConversationState, MessageReceived> context) =>
        Precedence.HeldUntil(context.Saga, context.Message, time.GetUtcNow()) is not null || Gathering.Gathers(context.Message);

    /// <summary>Keeps what was said, for the context of later turns.</summary>
    public Task Hear(BehaviorContext<ConversationState, MessageReceived> context)
    {
        turns.OpenSessionFor(context, context.Message);
        context.Append(context.Message);
        return Task.CompletedTask;
    }

    /// <summary>A first message: its turn starts at once.</summary>
    public Task StartTurn(BehaviorContext<ConversationState, MessageReceived> context)
    {
        Precedence.Place(context.Saga, context.Message.MessageId);
        return turns.Start(context, [new WaitingMessage(context.Message, Activity.Current?.Id ?? "")]);
    }

    /// <summary>A message while a turn is in progress, or one that follows another: it waits. When too many do, one of them gives way.</summary>
    public Task Wait(BehaviorContext<ConversationState, MessageReceived> context)
    {
        var (waiting, message, now) = (context.Saga.Waiting, context.Message, time.GetUtcNow());
        var heldUntil = Precedence.HeldUntil(context.Saga, message, now);
        var gathersUntil = Gathering.Gathers(message) ? Gathering.Until(waiting, message, now) : (DateTimeOffset?)null;
        var arrived = new WaitingMessage(message, Activity.Current?.Id ?? "", heldUntil, gathersUntil);
        WaitingLine.Add(waiting, arrived);
        if (heldUntil is null)
            Precedence.Place(context.Saga, message.MessageId);
        if (waiting.Count <= settings.MostWaiting)
            return Task.CompletedTask;

        var givesWay = WaitingLine.GivesWay(waiting);
        waiting.Remove(givesWay);
        return turns.EndUnstarted(context, givesWay, givesWay == arrived ? Notices.TooManyWaiting : Notices.GaveWay);
    }

    /// <summary>
    /// Keeps how a message was changed. One that has not had its turn is kept as it was, and its change behind it, when it has; models
    /// see it as it is now.
    /// </summary>
    public Task KeepEdit(BehaviorContext<ConversationState, MessageEdited> context)
    {
        var (saga, edit) = (context.Saga, context.Message);
        var place = saga.Waiting.FindIndex(waiting => waiting.Message.MessageId == edit.MessageId);
        if (place >= 0)
        {
            saga.Waiting[place] = saga.Waiting[place] with { Edit = edit };
            return Task.CompletedTask;
        }

        turns.OpenSession(context, edit.Origin, edit.EditId);
        context.Append(edit);
        return Task.CompletedTask;
    }

    /// <summary>Keeps that a message was deleted. Where no session is open there is nobody who would be shown it.</summary>
    public static Task KeepDeletion(BehaviorContext<ConversationState, MessageDeleted> context)
    {
        if (context.Saga.SessionId is not null)
            context.Append(context.Message);
        return Task.CompletedTask;
    }
}
