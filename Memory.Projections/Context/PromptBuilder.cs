using Bus.Contracts;
using Bus.Events;

namespace Bus.Memory.Context;

/// <summary>Chooses what a model sees: the instruction, then the last messages that fit.</summary>
public static class PromptBuilder
{
    /// <summary>The prompt of some events of a session.</summary>
    /// <param name="settings">The limits.</param>
    /// <param name="newestFirst">Messages and replies of the session, newest first. The newest is always taken: it is the question.</param>
    public static PromptReference Build(ContextSettings settings, IEnumerable<StreamEvent> newestFirst)
    {
        var versions = new List<long>();
        var stream = Guid.Empty;
        var messages = new List<PromptMessage>();
        var tokens = settings.Instruction.Length == 0 ? 0 : RenderedPrompt.EstimateTokens(settings.Instruction);
        foreach (var stored in newestFirst)
        {
            if (RenderedPrompt.MessageOf(stored.Data) is not { } message)
                continue;
            var taken = RenderedPrompt.EstimateTokens(message.Content);
            if (messages.Count == settings.Messages || (messages.Count > 0 && tokens + taken > settings.Tokens))
                break;
            tokens += taken;
            messages.Add(message);
            versions.Add(stored.Version);
            stream = stored.StreamId;
        }

        messages.Reverse();
        versions.Reverse();
        PromptPart[] parts = versions.Count == 0 ? [] : [new PromptPart(stream, versions)];
        return new PromptReference(settings.Instruction, parts, RenderedPrompt.Of(settings.Instruction, messages).Hash(), tokens);
    }
}
