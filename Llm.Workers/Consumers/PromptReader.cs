using Bus.Contracts;
using Bus.Events;

namespace Bus.Llm.Consumers;

/// <summary>Reads a prompt from the log by its references.</summary>
internal static class PromptReader
{
    /// <summary>The prompt; null when the log does not give the one that was meant, as its hash tells.</summary>
    public static async Task<RenderedPrompt?> Read(EventStore log, PromptReference reference, CancellationToken cancellation)
    {
        var found = new Dictionary<PromptPart, PromptMessage>();
        foreach (var stream in reference.Parts.GroupBy(part => part.StreamId))
        {
            foreach (var stored in await log.ReadVersions(stream.Key, stream.Select(part => part.Version), cancellation))
            {
                if (RenderedPrompt.MessageOf(stored.Data) is { } message)
                    found[new PromptPart(stored.StreamId, stored.Version)] = message;
            }
        }

        var prompt = RenderedPrompt.Of(reference.Instruction, reference.Parts.Where(found.ContainsKey).Select(part => found[part]));
        return prompt.Hash() == reference.Hash ? prompt : null;
    }
}
