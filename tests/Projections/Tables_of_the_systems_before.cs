using Bus.Contracts;
using Xunit;

namespace Bus.Tests.Projections;

/// <summary>Contract: T-09, T-10, C-20, C-21, A-34; what PostgREST, Directus and Grafana see.</summary>
public sealed class Tables_of_the_systems_before : IAsyncLifetime
{
    private Projecting projecting = null!;

    public async ValueTask InitializeAsync() => projecting = await Projecting.Start();

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    [Theory]
    [InlineData("chat_sessions", "id", "user_id", "chat_id", "is_active", "created_at", "closed_at", "messages_since_summary")]
    [InlineData("messages", "id", "session_id", "role", "content", "tokens", "created_at")]
    [InlineData("messages", "id", "conversation_id", "role", "content", "created_at")]
    [InlineData("conversations", "id", "session_id", "title", "created_at", "updated_at")]
    [InlineData("task_traces", "id", "trace_id", "status", "created_at")]
    [InlineData("task_trace_events", "id", "trace_id", "type", "payload", "created_at")]
    [InlineData("llm_usage", "id", "provider", "model", "input_tokens", "output_tokens", "cost", "latency_ms", "created_at")]
    public async Task Should_have_their_columns(string table, params string[] columns) => Assert.Empty(columns.Except(
        await projecting.Log.Rows<string>($"select column_name::text from information_schema.columns where table_name = '{table}'")));

    [Fact]
    public async Task Should_show_a_session_in_all_of_them()
    {
        var session = await projecting.Events.Session(turns: 2);
        var (failed, unstarted) = (Support.Some.Id(), Support.Some.Id());
        await projecting.Events.Append(
            session, "session", 11, [Told.Question(failed, "and now?", Told.Start.AddMinutes(29)), Told.Failed(session, failed, "Sorry.")]);
        await projecting.Events.Append(
            session, "session", 13, [Told.Question(unstarted, "too late", Told.Start.AddMinutes(40)), new TurnCancelled(Guid.Empty, session, unstarted, Told.Start.AddMinutes(41))]);
        await projecting.Events.Append(session, "session", 15, [Told.Closed(session)]);
        await projecting.CaughtUp();

        Assert.Equal(
            [$"{session} anna chat-7 f 2026-03-01 10:00:00+00 2026-03-01 11:00:00+00 7"],
            await projecting.Log.Rows<string>("select concat_ws(' ', id, user_id, chat_id, is_active, created_at, closed_at, messages_since_summary) from chat_sessions"));
        Assert.Equal(
            [$"1 {session} question 1 2026-03-01 10:00:00+00 7"],
            await projecting.Log.Rows<string>("select concat_ws(' ', id, session_id, title, created_at, message_count) from conversations"));
        Assert.Equal(
            ["2 user question 1 7", "5 assistant answer 1 20", "7 user question 2 7", "10 assistant answer 2 20", "12 user and now? 6", "13 assistant Sorry. 6", "14 user too late 6"],
            await projecting.Log.Rows<string>($"select concat_ws(' ', id, role, content, tokens) from messages where session_id = '{session}' and conversation_id = 1 order by id"));
        Assert.Equal(
            ["anna replied model-1 6000", "anna replied model-1 6000", "anna failed 60000", "anna cancelled 60000"],
            await projecting.Log.Rows<string>("select concat_ws(' ', user_id, status, model, duration_ms) from task_traces order by created_at"));
        Assert.Equal(
            ["message_received, turn_started, context_built, reply_generated, reply_delivered", "message_received, turn_failed", "message_received, turn_cancelled"],
            (await projecting.Log.Rows<string>("select string_agg(type, ', ' order by sequence) from task_trace_events group by trace_id order by min(id)")).Distinct());
        Assert.Equal(
            ["fake model-1 replied 10 20 1 2 f 3000", "fake model-1 replied 10 20 1 2 f 3000"],
            await projecting.Log.Rows<string>("select concat_ws(' ', provider, model, outcome, input_tokens, output_tokens, cached_tokens, reasoning_tokens, is_estimated, cost, latency_ms) from llm_usage order by id"));
    }
}
