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
        var candidates = Shown(newestFirst).Take(settings.Messages).ToList();
        var tokens = instruction.Length == 0 ? 0 : RenderedPrompt.EstimateTokens(instruction);
        var quotes = Quotes.Of(newestFirst, candidates);
        var (taken, messages) = (new List<StreamEvent>(), new List<PromptMessage>());
        foreach (var stored in candidates)
        {
            var message = RenderedPrompt.MessageOf(stored.Data)!;
            var length = RenderedPrompt.EstimateTokens(message.Content);
            if (messages.Count > 0 && tokens + length > settings.Tokens)
                break;
            tokens += length;
            messages.Add(message);
            taken.Add(stored);
            // What the question refers to comes before all that was said earlier.
            if (taken.Count == 1)
                messages.AddRange(quotes.Fit(settings.Tokens, ref tokens));
        }

        messages.Reverse();
        taken.Reverse();
        return new PromptReference(instruction, Parts(taken, quotes), RenderedPrompt.Of(instruction, messages).Hash(), tokens);
    }

    /// <summary>
    /// The events that a prompt shows of these, newest first: a message that was changed as it was last, in its old place; none that was deleted;
    /// no reply that was made anew, or whose message was deleted with it.
    /// </summary>
    public static IEnumerable<StreamEvent> Shown(IEnumerable<StreamEvent> newestFirst)
    {
        newestFirst = [.. newestFirst];
        // A message may be kept behind what says that it was deleted.
        var deleted = newestFirst.Select(stored => stored.Data).OfType<MessageDeleted>().Where(deletion => !deletion.IsKept).DistinctBy(deletion => deletion.MessageId)
            .ToDictionary(deletion => deletion.MessageId, deletion => deletion.IsAnswerRetracted);
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
                case MessageReceived message when !deleted.ContainsKey(message.MessageId):
                    yield return edits.GetValueOrDefault(message.MessageId, stored);
                    break;
                case ReplyGenerated { Text.Length: > 0 } reply when !retried.Contains(reply.TurnId) && !deleted.GetValueOrDefault(reply.TurnId):
                    yield return stored;
                    break;
            }
        }
    }

    private static string InstructionOf(ContextSettings settings, IEnumerable<StreamEvent> events) =>
        !events.Any(stored => stored.Data is MessageReceived { Speaker.IsOneOfSeveral: true } or MessageReceived { Quoted.Count: > 0 }) ? settings.Instruction
        : settings.Instruction.Length == 0 ? SpokenText.Note
        : $"{settings.Instruction}\n\n{SpokenText.Note}";

    /// <summary>
    /// The versions of a part are read in their order; where a change has the place of its message, another part begins. What the question refers to is
    /// a part of its own before it.
    /// </summary>
    private static List<PromptPart> Parts(List<StreamEvent> shown, Quotes quotes)
    {
        var parts = new List<PromptPart>();
        foreach (var stored in shown)
        {
            if (stored == shown[^1] && quotes.Part is { } quoted)
                parts.Add(quoted);
            if (parts.Count == 0 || parts[^1].Quoted is not null || parts[^1].StreamId != stored.StreamId || parts[^1].Versions[^1] > stored.Version)
                parts.Add(new PromptPart(stored.StreamId, []));
            parts[^1] = parts[^1] with { Versions = [.. parts[^1].Versions, stored.Version] };
        }

        return parts;
    }
}
