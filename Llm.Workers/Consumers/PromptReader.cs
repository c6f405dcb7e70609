using Bus.Contracts;
using Bus.Events;

namespace Bus.Llm.Consumers;

/// <summary>Reads a prompt from the log by its references, never from memory: what was erased meanwhile goes to no model.</summary>
internal static class PromptReader
{
    /// <summary>The prompt; null when the log does not give the one that was meant, as its hash tells.</summary>
    public static async Task<RenderedPrompt?> Read(EventStore log, PromptReference reference, CancellationToken cancellation)
    {
        var messages = new List<PromptMessage>();
        foreach (var part in reference.Parts)
        {
            var stored = await log.ReadVersions(part.StreamId, part.Versions, cancellation);
            messages.AddRange(part.Shown(stored.Select(e => e.Data)).Select(RenderedPrompt.MessageOf).OfType<PromptMessage>());
        }

        var prompt = RenderedPrompt.Of(reference.Instruction, messages);
        return prompt.Hash() == reference.Hash ? prompt : null;
    }
}
