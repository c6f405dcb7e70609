using Bus.Contracts;
using Bus.Events;
using Bus.Messaging;
using MassTransit;

namespace Bus.Llm.Consumers;

/// <summary>
/// Asks the model. The inbox is looked at before, so an attempt whose result is committed is not made a second time;
/// one that its process did not survive is made again.
/// </summary>
internal sealed class GenerateReplyConsumer(EventStore log, ReplyGenerator generator, RunningAttempts running, IReplySender replies, TimeProvider time)
    : IConsumer<GenerateReply>
{
    public async Task Consume(ConsumeContext<GenerateReply> context)
    {
        var command = context.Message;
        var result = await PromptReader.Read(log, command.Prompt, context.CancellationToken) is { } prompt
            ? await Generate(command, prompt, context.CancellationToken)
            : Unreadable(command);
        await context.Publish(result, result.GetType());
    }

    private async Task<object> Generate(GenerateReply command, RenderedPrompt prompt, CancellationToken cancellation)
    {
        using var attempt = running.Start(command.AttemptId);
        return await generator.Generate(command, prompt, chunk => replies.Send(command.ReplyTo!, chunk, cancellation), attempt.Stop, cancellation);
    }

    private ReplyFailed Unreadable(GenerateReply command)
    {
        var now = time.GetUtcNow();
        return new ReplyFailed(
            command.ConversationId, command.SessionId, command.TurnId, command.AttemptId,
            "What the model was to see is not in the log any more.", "", "", "", new Usage(0, 0, 0, 0, Estimated: false), now, now);
    }
}
