using Bus.Contracts;
using Bus.Events;
using Bus.Messaging;
using MassTransit;

namespace Bus.Memory.Context;

/// <summary>Builds the context of a turn from the log.</summary>
[Repeatable]
internal sealed class BuildContextConsumer(EventStore log, ContextSettings settings, TimeProvider time) : IConsumer<BuildContext>
{
    private static readonly Type[] Kinds = [typeof(MessageReceived), typeof(ReplyGenerated)];

    public async Task Consume(ConsumeContext<BuildContext> context)
    {
        var turn = context.Message;
        var prompt = PromptBuilder.Build(settings, await LastMessages(turn, context.CancellationToken));
        await context.Answer(new ContextBuilt(turn.ConversationId, turn.SessionId, turn.TurnId, prompt, time.GetUtcNow()));
    }

    /// <summary>As many messages as are wanted, newest first. Replies without text are none, so a page of events may give too few.</summary>
    private async Task<List<StreamEvent>> LastMessages(BuildContext turn, CancellationToken cancellation)
    {
        var messages = new List<StreamEvent>();
        var before = turn.SessionVersion;
        while (true)
        {
            var page = await log.ReadLast(turn.SessionId, before, Kinds, settings.Messages, cancellation);
            messages.AddRange(page.Where(stored => RenderedPrompt.MessageOf(stored.Data) is not null));
            if (messages.Count >= settings.Messages || page.Count < settings.Messages)
                return messages;
            before = page[^1].Version - 1;
        }
    }
}
