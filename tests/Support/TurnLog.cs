using Bus.Contracts;
using Bus.Events;
using Npgsql;
using Xunit;

namespace Bus.Tests.Support;

/// <summary>What tests ask of the log and of the tables beside it.</summary>
internal static class TurnLog
{
    /// <summary>The events of a session once so many turns are over, and nothing is waited for.</summary>
    public static async Task<IReadOnlyList<StoredEvent>> After(this TestSystem system, Guid sessionId, int turns)
    {
        var events = await Eventually.Get(() => system.Log.Read(sessionId), log => log.Count(e => IsEnd(e.Data)) >= turns);
        await system.Resting(Conversation(events));
        return await system.Log.Read(sessionId);
    }

    /// <summary>The events of a session.</summary>
    public static Task<IReadOnlyList<StoredEvent>> Events(this TestSystem system, Guid sessionId) => system.Log.Read(sessionId);

    /// <summary>Waits until a conversation waits for nothing.</summary>
    public static Task Resting(this TestSystem system, Guid conversationId) => system.State(conversationId, "Idle");

    /// <summary>Waits for a state of a conversation.</summary>
    public static Task State(this TestSystem system, Guid conversationId, string state) => Eventually.Get(
        () => system.Scalar<string?>("select state from conversation_state where id = $1", conversationId), found => found == state);

    /// <summary>The conversation of a session.</summary>
    public static Guid Conversation(IReadOnlyList<StoredEvent> events) => Assert.IsType<SessionStarted>(events[0].Data).ConversationId;

    public static async Task<Guid> ConversationOf(this TestSystem system, Guid sessionId) => Conversation(await system.Log.Read(sessionId));

    /// <summary>The id of the message that said exactly this.</summary>
    public static Task<Guid> MessageId(this TestSystem system, string text) => Eventually.Get(
        () => system.Scalar<Guid>("select (data ->> 'MessageId')::uuid from mt_events where type = 'message_received' and data ->> 'Text' = $1", text),
        id => id != Guid.Empty);

    /// <summary>The names of the events, in order.</summary>
    public static IEnumerable<string> Names(this IEnumerable<StoredEvent> events) => events.Select(e => e.Name);

    /// <summary>The events of one kind, in order.</summary>
    public static IReadOnlyList<T> All<T>(this IEnumerable<StoredEvent> events) => [.. events.Select(e => e.Data).OfType<T>()];

    /// <summary>What must hold whatever happened: no gaps, no message twice, one outcome each, one turn at a time.</summary>
    public static void ShouldBeSound(this IReadOnlyList<StoredEvent> events)
    {
        Assert.Equal(Enumerable.Range(1, events.Count).Select(version => (long)version), events.Select(e => e.Version));
        var messages = events.All<MessageReceived>().Select(m => m.MessageId).ToList();
        Assert.Equal(messages.Distinct(), messages);
        Assert.Equal(messages.Order(), events.Select(e => e.Data).Where(IsOutcome).Select(TurnOf).Order());
        var delivered = events.All<ReplyDelivered>().Select(d => d.TurnId).ToList();
        Assert.Equal(delivered.Distinct(), delivered);
        ShouldHaveOneTurnAtATime(events);
    }

    public static async Task<T> Scalar<T>(this TestSystem system, string sql, params object[] parameters)
    {
        await using var command = system.Database.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return await command.ExecuteScalarAsync() is { } value and not DBNull ? (T)value : default!;
    }

    private static void ShouldHaveOneTurnAtATime(IReadOnlyList<StoredEvent> events)
    {
        Guid? running = null;
        foreach (var data in events.Select(e => e.Data))
        {
            if (data is TurnStarted started)
            {
                Assert.True(running is null, $"Turn {started.TurnId} started while {running} was running:\n{string.Join('\n', events.Select(e => $"{e.Name} {TurnOf(e.Data)}"))}");
                running = started.TurnId;
            }
            else if (IsEnd(data) && TurnOf(data) == running)
            {
                running = null;
            }
        }
    }

    private static bool IsOutcome(object data) => data is ReplyGenerated or TurnCancelled or TurnFailed;

    /// <summary>The last word of a turn.</summary>
    private static bool IsEnd(object data) => data is ReplyDelivered;

    private static Guid TurnOf(object data) => data switch
    {
        MessageReceived e => e.MessageId,
        TurnStarted e => e.TurnId,
        ContextBuilt e => e.TurnId,
        ReplyGenerated e => e.TurnId,
        ReplyFailed e => e.TurnId,
        ReplyDelivered e => e.TurnId,
        TurnFailed e => e.TurnId,
        TurnCancelled e => e.TurnId,
        _ => Guid.Empty,
    };
}
