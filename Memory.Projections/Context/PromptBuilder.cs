using Bus.Contracts;
using Bus.Events;

namespace Bus.Memory.Context;

/// <summary>Chooses what a model sees: the instruction, then the last messages that fit.</summary>
public static class PromptBuilder
{
    /// <summary>The prompt of some events of a session.</summary>
    /// <param name="settings">The limits.</param>
    /// <param name="newestFirst">Messages and replies of the session and what changes them, newest first. The newest message is always taken: it is the question.</param>
    public static PromptReference Build(ContextSettings settings, IEnumerable<StreamEvent> newestFirst)
    {
        newestFirst = [.. newestFirst];
        var instruction = InstructionOf(settings, newestFirst);
        var taken = new List<StreamEvent>();
        var messages = new List<PromptMessage>();
        var tokens = instruction.Length == 0 ? 0 : RenderedPrompt.EstimateTokens(instruction);
        foreach (var stored in Shown(newestFirst))
        {
            var message = RenderedPrompt.MessageOf(stored.Data)!;
            var length = RenderedPrompt.EstimateTokens(message.Content);
            if (messages.Count == settings.Messages || (messages.Count > 0 && tokens + length > settings.Tokens))
                break;
            tokens += length;
            messages.Add(message);
            taken.Add(stored);
        }

        messages.Reverse();
        taken.Reverse();
        return new PromptReference(instruction, Parts(taken), RenderedPrompt.Of(instruction, messages).Hash(), tokens);
    }

    /// <summary>
    /// The events that a prompt shows of these, newest first: a message that was changed as it was last, in its old place; no reply that
    /// was made anew.
    /// </summary>
    public static IEnumerable<StreamEvent> Shown(IEnumerable<StreamEvent> newestFirst)
    {
        var edits = new Dictionary<Guid, StreamEvent>();
        var retried = new HashSet<Guid>();
        foreach (var stored in newestFirst)
        {
            switch (stored.Data)
            {
                case MessageEdited edit:
                    edits.TryAdd(edit.MessageId, stored);
                    break;
                case TurnRetried again:
                    retried.Add(again.RetriedTurnId);
                    break;
                case MessageReceived message:
                    yield return edits.GetValueOrDefault(message.MessageId, stored);
                    break;
                case ReplyGenerated { Text.Length: > 0 } reply when !retried.Contains(reply.TurnId):
                    yield return stored;
                    break;
            }
        }
    }

    private static string InstructionOf(ContextSettings settings, IEnumerable<StreamEvent> events) =>
        !events.Any(stored => stored.Data is MessageReceived { Speaker.IsOneOfSeveral: true }) ? settings.Instruction
        : settings.Instruction.Length == 0 ? SpokenText.Note
        : $"{settings.Instruction}\n\n{SpokenText.Note}";

    /// <summary>The versions of a part are read in their order; where a change has the place of its message, another part begins.</summary>
    private static List<PromptPart> Parts(List<StreamEvent> shown)
    {
        var parts = new List<(Guid StreamId, List<long> Versions)>();
        foreach (var stored in shown)
        {
            if (parts.Count == 0 || parts[^1].StreamId != stored.StreamId || parts[^1].Versions[^1] > stored.Version)
                parts.Add((stored.StreamId, []));
            parts[^1].Versions.Add(stored.Version);
        }

        return [.. parts.Select(part => new PromptPart(part.StreamId, part.Versions))];
    }
}
