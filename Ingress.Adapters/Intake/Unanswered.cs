using System.Collections.Concurrent;

namespace Bus.Ingress.Intake;

/// <summary>
/// The last message of each conversation that this process has taken in and that is not answered yet. The next message of the
/// conversation follows it, whichever of them reaches the saga first.
/// </summary>
internal sealed class Unanswered
{
    private readonly ConcurrentDictionary<Guid, Guid> last = new();

    /// <summary>The message that a new one of the conversation follows; null when it follows none.</summary>
    public Guid? Before(Guid conversationId) => last.TryGetValue(conversationId, out var messageId) ? messageId : null;

    /// <summary>The broker has a message: what is said from here on follows it.</summary>
    public void Add(Guid conversationId, Guid messageId) => last[conversationId] = messageId;

    /// <summary>It is answered, or nobody here waits for its answer any more.</summary>
    public void Remove(Guid conversationId, Guid messageId) => last.TryRemove(new KeyValuePair<Guid, Guid>(conversationId, messageId));
}
