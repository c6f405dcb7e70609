using Bus.Contracts;
using Bus.Events;
using Bus.Messaging;
using MassTransit;

namespace Bus.Memory.Context;

/// <summary>Builds the context of a turn from the log.</summary>
[Repeatable]
internal sealed class BuildContextConsumer(EventStore log, ContextSettings settings, TimeProvider time) : IConsumer<BuildContext>
{
    private static readonly Type[] Kinds = [typeof(MessageReceived), typeof(ReplyGenerated), typeof(MessageEdited), typeof(MessageDeleted), typeof(TurnRetried)];

    public async Task Consume(ConsumeContext<BuildContext> context)
    {
        var turn = context.Message;
        var newestFirst = await LastMessages(turn, context.CancellationToken);
        var prompt = PromptBuilder.Build(settings with { Instruction = InstructionFor(turn.TurnId, newestFirst) ?? settings.Instruction }, newestFirst);
        await context.Answer(new ContextBuilt(turn.ConversationId, turn.SessionId, turn.TurnId, prompt, time.GetUtcNow()));
    }

    private static string? InstructionFor(Guid turnId, IEnumerable<StreamEvent> events) => events.Select(stored => stored.Data switch
    {
        MessageReceived message when message.MessageId == turnId => message.Options?.Instruction,
        TurnRetried retried when retried.TurnId == turnId => retried.Options?.Instruction,
        _ => null,
    }).FirstOrDefault(instruction => instruction is not null);

    /// <summary>
    /// As many messages as are wanted, newest first, and what changes them. What becomes no message makes that a page of events may give too few.
    /// </summary>
    private async Task<List<StreamEvent>> LastMessages(BuildContext turn, CancellationToken cancellation)
    {
        var messages = new List<StreamEvent>();
        var before = turn.SessionVersion;
        while (true)
        {
            var page = await log.ReadLast(turn.SessionId, before, Kinds, settings.Messages, cancellation);
            messages.AddRange(page);
            if (PromptBuilder.Shown(messages).Count() >= settings.Messages || page.Count < settings.Messages)
                return messages;
            before = page[^1].Version - 1;
        }
    }
}
