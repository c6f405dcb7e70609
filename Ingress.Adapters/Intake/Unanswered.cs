using System.Collections.Concurrent;
using Bus.Contracts;

namespace Bus.Ingress.Intake;

/// <summary>
/// The last message of each conversation that this process has taken in and that is not known to be answered. The next message of the
/// conversation follows it, whichever of them reaches the saga first. Whoever does not wait for an answer does not change that.
/// </summary>
internal sealed class Unanswered(TimeProvider time)
{
    private const int Many = 10_000;

    private readonly ConcurrentDictionary<Guid, (Guid MessageId, DateTimeOffset At)> last = new();

    /// <summary>The message that a new one of the conversation follows; null when it follows none.</summary>
    public Guid? Before(Guid conversationId) =>
        last.TryGetValue(conversationId, out var message) && !IsOver(message.At) ? message.MessageId : null;

    /// <summary>The broker has a message: what is said from here on follows it.</summary>
    public void Add(Guid conversationId, Guid messageId)
    {
        last[conversationId] = (messageId, time.GetUtcNow());
        if (last.Count > Many)
            Forget();
    }

    /// <summary>It is answered.</summary>
    public void Remove(Guid conversationId, Guid messageId)
    {
        if (last.TryGetValue(conversationId, out var message) && message.MessageId == messageId)
            last.TryRemove(new KeyValuePair<Guid, (Guid, DateTimeOffset)>(conversationId, message));
    }

    /// <summary>Not the longest turn: a message may take longer than that to its turn, and whoever waited for it has left.</summary>
    private bool IsOver(DateTimeOffset at) => time.GetUtcNow() - at > Limits.LongestFollowed;

    private void Forget()
    {
        foreach (var message in last.Where(message => IsOver(message.Value.At)))
            last.TryRemove(message);
    }
}
