using Bus.Contracts;
using Bus.Memory.Sessions;
using Bus.Memory.TurnTraces;
using Xunit;

namespace Bus.Tests.Projections;

public sealed class More_than_is_shown : IAsyncLifetime
{
    private Projecting projecting = null!;

    public async ValueTask InitializeAsync() => projecting = await Projecting.Create();

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    [Fact]
    public async Task Should_leave_out_the_oldest_sessions()
    {
        await projecting.Log.Run($"""
            insert into sessions_1 (session_id, number, conversation_id, platform, bot, chat_id, title, is_active, created_at, updated_at, message_count, messages_since_summary)
            select gen_random_uuid(), n, gen_random_uuid(), 'api', 'chat', 'chat', 'number ' || n, true, now(), to_timestamp(n), 1, 1
            from generate_series(1, {Limits.MostListedSessions + 1}) n
            """);

        var listed = await new SessionsQuery(projecting.Log.Database).Run(null, Limits.MostListedSessions, TestContext.Current.CancellationToken);

        Assert.Equal(
            Enumerable.Range(2, Limits.MostListedSessions).Reverse().Select(number => $"number {number}"), listed.Select(session => session.Title));
    }

    [Fact]
    public async Task Should_leave_out_the_last_events_of_a_turn()
    {
        var (session, turn) = (Support.Some.Id(), Support.Some.Id());
        object[] events = [Told.Question(turn, "a long story", Told.Start), .. Enumerable.Repeat<object>(Told.Failed(session, turn, "again"), Limits.MostShownEvents)];
        await projecting.Events.Append(session, "session", 0, events);
        await projecting.Log.Run($"""
            insert into turn_traces_1 (turn_id, number, session_id, conversation_id, trace_id, user_id, platform, status, first_version, last_version, received_at)
            values ('{turn}', 1, '{session}', gen_random_uuid(), 'trace', 'anna', 'api', 'failed', 1, {events.Length}, now())
            """);

        var trace = Assert.Single(await new TurnTraceQuery(projecting.Log.Database).Run("trace", TestContext.Current.CancellationToken));

        Assert.Equal(Enumerable.Range(1, Limits.MostShownEvents).Select(version => (long)version), trace.Events.Select(shown => shown.Version));
    }
}
