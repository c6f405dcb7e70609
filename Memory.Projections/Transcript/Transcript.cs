using Bus.Contracts;
using Bus.Events;

namespace Bus.Memory.Transcript;

/// <summary>What was said in a session, as people saw it.</summary>
internal static class Transcript
{
    /// <summary>The messages of a session's events; null when there is no such session, or not any more.</summary>
    public static IReadOnlyList<PromptMessage>? Of(IReadOnlyList<StoredEvent> events)
    {
        if (events.Count == 0 || events[^1].Data is SessionErased)
            return null;

        var messages = new List<PromptMessage>();
        foreach (var stored in events)
        {
            switch (stored.Data)
            {
                // A failed turn shows what its people were told.
                case TurnFailed { Notice.Length: > 0 } failed:
                    messages.Add(new PromptMessage(Roles.Assistant, failed.Notice));
                    break;
                default:
                    if (RenderedPrompt.MessageOf(stored.Data) is { } message)
                        messages.Add(message);
                    break;
            }
        }

        return messages;
    }
}
