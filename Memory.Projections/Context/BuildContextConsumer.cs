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
        // Replies without text become no message; a few more than wanted are read so that they leave no gap.
        var last = await log.ReadLast(turn.SessionId, turn.SessionVersion, Kinds, settings.Messages * 2, context.CancellationToken);
        var prompt = PromptBuilder.Build(settings, last);
        await context.Answer(new ContextBuilt(turn.ConversationId, turn.SessionId, turn.TurnId, prompt, time.GetUtcNow()));
    }
}
