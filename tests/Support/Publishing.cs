using Bus.Contracts;
using MassTransit;

namespace Bus.Tests.Support;

/// <summary>Events that a test publishes itself, as a late or repeated delivery would bring them.</summary>
internal static class Publishing
{
    public static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    /// <summary>A message of a chat that nobody waits for.</summary>
    public static MessageReceived Message(string chat, string text)
    {
        var origin = new Origin(Platforms.Api, "chat", chat);
        return new MessageReceived(
            origin.ConversationId(), NewId(), origin, "tester", text, null, null, TimeProvider.System.GetUtcNow());
    }

    /// <summary>Publishes a message as an adapter does: under its own id.</summary>
    public static async Task Say(this TestSystem system, MessageReceived message) =>
        await (await system.Bus()).Publish(message, publish => publish.MessageId = message.MessageId);

    /// <summary>Publishes something under a new id and waits until its consumer has decided about it.</summary>
    public static async Task Decided(this TestSystem system, object message)
    {
        var id = NewId();
        await (await system.Bus()).Publish(message, message.GetType(), publish => publish.MessageId = id);
        await system.Consumed(id);
    }

    /// <summary>Waits until a consumer has decided about a message.</summary>
    public static Task Consumed(this TestSystem system, Guid messageId) => Eventually.Get(
        () => system.Scalar<long>("select count(*) from bus_inbox where message_id = $1", messageId), count => count > 0);

    /// <summary>The queues that hold what could not be handled, if there are any.</summary>
    public static async Task<IReadOnlyList<string>> QueuesOfFailure(this TestSystem system)
    {
        var queues = await TestServers.Ask<List<Queue>>($"api/queues/{system.VirtualHost}");
        return [.. queues!
            .Where(q => q.Name.EndsWith("_error", StringComparison.Ordinal) || q.Name.EndsWith("_skipped", StringComparison.Ordinal) || (q.Name == "bus-dead-letter" && q.Messages > 0))
            .Select(q => $"{q.Name}: {q.Messages}")];
    }

    private sealed record Queue(string Name, long Messages);
}
