using Bus.Contracts;
using Bus.Events;

namespace Bus.Llm.Replays;

/// <summary>What the model sees in a turn of a replay: what it saw in the recorded one, with the replay's own replies.</summary>
internal static class ReplayPrompt
{
    /// <summary>The events that a recorded prompt refers to; null when the log does not give what was meant, as its hash tells.</summary>
    public static async Task<IReadOnlyList<object>?> Read(EventStore log, PromptReference recorded, CancellationToken cancellation)
    {
        var shown = new List<object>();
        foreach (var part in recorded.Parts)
            shown.AddRange(part.Shown((await log.ReadVersions(part.StreamId, part.Versions, cancellation)).Select(stored => stored.Data)));
        var messages = shown.Select(RenderedPrompt.MessageOf).OfType<PromptMessage>();
        return RenderedPrompt.Of(recorded.Instruction, messages).Hash() == recorded.Hash ? shown : null;
    }

    /// <summary>What the replay has said so far: the reply of each turn, empty when there was none.</summary>
    public static IReadOnlyDictionary<Guid, string> Replies(IEnumerable<StreamEvent> replay)
    {
        var replies = new Dictionary<Guid, string>();
        foreach (var stored in replay)
        {
            if (stored.Data is TurnReplayed replayed)
                replies[replayed.TurnId] = replayed.Text;
            else if (stored.Data is ReplayTurnFailed failed)
                replies[failed.TurnId] = "";
        }

        return replies;
    }

    /// <summary>
    /// The prompt. A reply of the replay takes the place of the recorded one; where none was recorded, it comes after its
    /// message. A turn that failed in the replay has no reply in it, like one that failed in the session.
    /// </summary>
    /// <param name="instruction">The system instruction.</param>
    /// <param name="shown">The events that the recorded prompt refers to.</param>
    /// <param name="replies">The replies of the turns that were run again already.</param>
    public static RenderedPrompt Of(string instruction, IReadOnlyList<object> shown, IReadOnlyDictionary<Guid, string> replies)
    {
        var answered = shown.OfType<ReplyGenerated>().Select(reply => reply.TurnId).ToHashSet();
        var messages = new List<PromptMessage>();
        foreach (var logged in shown)
        {
            if (logged is ReplyGenerated reply && replies.TryGetValue(reply.TurnId, out var text))
                Say(text);
            else if (RenderedPrompt.MessageOf(logged) is { } message)
                messages.Add(message);
            if (logged is MessageReceived { MessageId: var turnId } && !answered.Contains(turnId) && replies.TryGetValue(turnId, out var unrecorded))
                Say(unrecorded);
        }

        return RenderedPrompt.Of(instruction, messages);

        void Say(string reply)
        {
            if (reply.Length > 0)
                messages.Add(new PromptMessage(Roles.Assistant, reply));
        }
    }
}
