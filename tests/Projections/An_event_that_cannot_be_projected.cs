using Bus.Events;
using Bus.Events.Daemon;
using Bus.Events.Projections;
using Bus.Memory.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Bus.Tests.Projections;

public sealed class An_event_that_cannot_be_projected : IAsyncLifetime
{
    private Projecting projecting = null!;

    public async ValueTask InitializeAsync() => projecting = await Projecting.Create();

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    [Theory]
    [InlineData("type = 'message_received_v2'", "which this program does not know")]
    [InlineData("data = '[]'", "'message_received' whose body cannot be read")]
    [InlineData("""data = jsonb_set(data, '{MessageId}', '"no id"')""", "'message_received' whose body cannot be read")]
    public async Task Should_set_its_stream_aside_and_no_other(string damage, string error)
    {
        var (broken, whole) = (await projecting.Events.Session(turns: 3), await projecting.Events.Session(turns: 3));
        await projecting.Log.Run($"update mt_events set {damage} where stream_id = '{broken}' and version = 7");
        await projecting.AddDaemon();
        await projecting.CaughtUp();

        Assert.Equal(["question 1", "answer 1"], await Said(broken));
        Assert.Equal(6, (await Said(whole)).Count);
        Assert.Equal([2, 6], await projecting.Log.Rows<int>($"select message_count from conversations order by session_id = '{whole}'"));
        var aside = await projecting.Log.Rows<string>("select concat_ws(' ', projection, stream_id, version, type) from bus_set_aside order by 1");
        Assert.Contains($"Sessions {broken} 7 {(damage.StartsWith("type", StringComparison.Ordinal) ? "message_received_v2" : "message_received")}", aside);
        Assert.Contains(error, await projecting.Log.One<string>("select error from bus_set_aside where projection = 'Sessions'"), StringComparison.Ordinal);
        Assert.All((await Status()).Where(s => s.Name is "Sessions" or "Transcript"), status => Assert.True(status.IsDegraded));
    }

    [Fact]
    public async Task Should_not_matter_to_a_projection_that_does_not_want_it()
    {
        var session = await projecting.Events.Session(turns: 2);
        await projecting.Log.Run($"update mt_events set data = '[]' where stream_id = '{session}' and type = 'context_built'");
        await projecting.AddDaemon();
        await projecting.CaughtUp();

        Assert.Equal(4, (await Said(session)).Count);
        Assert.Equal(["TurnTraces"], await projecting.Log.Rows<string>("select projection from bus_set_aside"));
    }

    [Fact]
    public async Task Should_be_passed_over_in_streams_of_another_kind()
    {
        await projecting.Events.Append(Support.Some.Id(), "order", 0, [Support.Some.Event()]);
        await projecting.Log.Run("update mt_events set type = 'order_placed'");
        var session = await projecting.Events.Session();
        await projecting.AddDaemon();
        await projecting.CaughtUp();

        Assert.Equal(2, (await Said(session)).Count);
        Assert.Empty(await projecting.Log.Rows<string>("select projection from bus_set_aside"));
    }

    [Fact]
    public async Task Should_be_found_among_many_when_PostgreSQL_refuses_its_row()
    {
        var sessions = new List<Guid>();
        for (var number = 0; number < 30; number++)
            sessions.Add(await projecting.Events.Session(turns: 2));
        await projecting.Log.Run($"alter table transcript_1 add constraint no check (session_id <> '{sessions[17]}' or content <> 'answer 1')");
        await projecting.AddDaemon();
        await projecting.CaughtUp();

        Assert.Equal(["question 1"], await Said(sessions[17]));
        Assert.Equal((29 * 4) + 1, await projecting.Log.One<long>("select count(*) from messages"));
        Assert.Equal(["Transcript 5 PostgreSQL refused the row (23514)"], await projecting.Log.Rows<string>("select concat_ws(' ', projection, version, error) from bus_set_aside"));
    }

    /// <summary>That is no matter of an event: it waits, and nothing is set aside.</summary>
    [Fact]
    public async Task Should_not_be_searched_for_when_a_table_is_gone_and_others_go_on()
    {
        await projecting.Log.Run("alter table usage_1 rename to usage_gone");
        var session = await projecting.Events.Session(turns: 2);
        await projecting.AddDaemon();
        await projecting.CaughtUp("Sessions", "Transcript", "TurnTraces");
        await projecting.Events.Append(session, "session", 11, Told.Turn(session, "question 3", "answer 3", 3));
        await projecting.CaughtUp("Sessions", "Transcript", "TurnTraces");

        Assert.Equal(6, (await Said(session)).Count);
        Assert.Equal(0, (await Status()).Single(status => status.Name == "Usage").Progress);
        Assert.Empty(await projecting.Log.Rows<Guid>("select stream_id from bus_set_aside"));

        await projecting.Log.Run("alter table usage_gone rename to usage_1");
        await projecting.CaughtUp();
        Assert.Equal(3, await projecting.Log.One<long>("select count(*) from llm_usage"));
    }

    [Fact]
    public async Task Should_be_named_without_its_text_when_the_projection_throws()
    {
        var session = await projecting.Events.Session(turns: 3);
        await projecting.AddDaemon(new Throwing());
        await projecting.CaughtUp("Sessions");

        Assert.Equal(2, await projecting.Log.One<int>($"select message_count from conversations where session_id = '{session}'"));
        Assert.Equal(["7 InvalidTimeZoneException in the projection Sessions"], await projecting.Log.Rows<string>("select concat_ws(' ', version, error) from bus_set_aside"));
    }

    [Fact]
    public async Task Should_let_its_stream_be_taken_up_again_when_it_is_mended()
    {
        var session = await projecting.Events.Session(turns: 3);
        var whole = await projecting.Events.Session(turns: 3);
        await projecting.Log.Run($"update mt_events set type = 'message_received_v2' where stream_id = '{session}' and version = 7");
        await projecting.AddDaemon();
        await projecting.CaughtUp();
        await projecting.Events.Append(session, "session", 16, Told.Turn(session, "question 4", "answer 4", 4));
        await projecting.CaughtUp();
        Assert.Equal(2, (await Said(session)).Count);

        var tools = projecting.Tools();
        var retry = tools.Services.GetRequiredService<SetAsideStreams>();
        var sessions = tools.Services.GetServices<Projection>().Single(p => p.Name == "Sessions");
        Assert.Equal((0, 1), await retry.RetryAll(sessions, CancellationToken.None));
        await projecting.Log.Run($"update mt_events set type = 'message_received' where stream_id = '{session}' and version = 7");
        foreach (var projection in tools.Services.GetServices<Projection>())
            Assert.Equal(0, (await retry.RetryAll(projection, CancellationToken.None)).Left);

        // The daemon notices, and goes on with it.
        await projecting.Events.Append(session, "session", 21, Told.Turn(session, "question 5", "answer 5", 5));
        await projecting.CaughtUp();
        Assert.Equal(10, (await Said(session)).Count);
        Assert.Equal(6, (await Said(whole)).Count);
        Assert.Equal(10, await projecting.Log.One<int>($"select message_count from conversations where session_id = '{session}'"));
        Assert.All(await Status(), status => Assert.False(status.IsDegraded));
    }

    [Fact]
    public async Task Should_be_tried_again_by_a_program_that_knows_it()
    {
        var session = await projecting.Events.Session(turns: 3);
        await projecting.Log.Run($"update mt_events set type = 'message_received_v2' where stream_id = '{session}' and version = 7");
        var older = await projecting.AddDaemon();
        await projecting.CaughtUp();
        await projecting.Stop(older);

        await projecting.Log.Run($"update mt_events set type = 'message_received' where stream_id = '{session}' and version = 7");
        await projecting.AddDaemon();

        await Support.Eventually.Get(() => Said(session), said => said.Count == 6);
        await Support.Eventually.Get(Status, all => all.All(status => !status.IsDegraded));
    }

    [Fact]
    public async Task Should_not_keep_the_rest_of_its_stream_when_the_session_is_erased()
    {
        var session = await projecting.Events.Session(turns: 3);
        await projecting.Log.Run($"update mt_events set type = 'message_received_v2' where stream_id = '{session}' and version = 7");
        await projecting.AddDaemon();
        await projecting.CaughtUp();
        Assert.Equal(2, (await Said(session)).Count);
        Assert.DoesNotContain("Ledger", await projecting.Log.Rows<string>("select projection from bus_set_aside")); // it is not made of sessions

        await projecting.Log.Run($"delete from mt_streams where id = '{session}'");
        await projecting.Events.Append(session, "session", 0, [Told.Erased(session)]);
        await projecting.CaughtUp();

        Assert.Empty(await Said(session));
        Assert.Empty(await projecting.Log.Rows<Guid>("select session_id from sessions_1 union all select session_id from turn_traces_1 union all select session_id from usage_1"));
        Assert.Empty(await projecting.Log.Rows<Guid>("select stream_id from bus_set_aside"));
        Assert.All(await Status(), status => Assert.False(status.IsDegraded));
    }

    private Task<IReadOnlyList<string>> Said(Guid session) =>
        projecting.Log.Rows<string>($"select content from messages where session_id = '{session}' order by id");

    private Task<IReadOnlyList<ProjectionStatus>> Status() => ProjectionStatus.Read(projecting.Log.Database, CancellationToken.None);

    private sealed class Throwing : SessionsProjection
    {
        protected override SessionRow? Evolve(SessionRow? row, StoredEvent stored) => stored.Version == 7
            ? throw new InvalidTimeZoneException("question 2 is nobody's business")
            : base.Evolve(row, stored);
    }
}
