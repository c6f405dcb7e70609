using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Replays;

public sealed class Replaying_three_turns(GatedSystem shared)
{
    private static readonly (string, string)[] Said = [("do you like figs", "I like figs a lot."), ("and dates", "Dates, too."), ("and olives", "Not those.")];

    [Fact]
    public async Task Should_ask_with_another_instruction_and_its_own_replies_and_tell_the_difference()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.SessionOf(system, provider, Said);
        var before = await system.Events(session);

        var replay = await host.Http.StartReplay(session, new { system = "You hate fruit.", model = "gated-2", temperature = 0.25 });
        var first = await provider.Call("do you like figs");
        Assert.Equal([("system", "You hate fruit."), ("user", "do you like figs")], first.Prompt);
        Assert.Equal(("gated-2", 0.25), (first.Model, first.Temperature));
        Assert.Equal("running", (await host.Http.Replay(session, replay)).GetProperty("status").GetString());
        await first.Answer("I hate figs a lot.");
        var second = await provider.Call("and dates");
        Assert.Equal([("system", "You hate fruit."), ("user", "do you like figs"), ("assistant", "I hate figs a lot."), ("user", "and dates")], second.Prompt);
        await second.Answer("Dates, too.");
        await (await provider.Call("and olives")).Answer("No.");

        var report = await host.Http.FinishedReplay(session, replay);
        Assert.Equal(["I like figs a lot.", "Dates, too.", "Not those."], Enumerable.Range(0, 3).Select(i => report.TextOf(i, "original")));
        Assert.Equal(["I hate figs a lot.", "Dates, too.", "No."], Enumerable.Range(0, 3).Select(i => report.TextOf(i, "replayed")));
        var turns = report.GetProperty("turns").EnumerateArray().ToList();
        Assert.Equal([1, 2, 3], turns.Select(turn => turn.GetProperty("number").GetInt32()));
        Assert.Equal([false, true, false], turns.Select(turn => turn.GetProperty("same").GetBoolean()));
        Assert.Equal("and dates", turns[1].GetProperty("user_message").GetString());
        Assert.Equal(
            """[{"op":"equal","text":"I "},{"op":"delete","text":"like "},{"op":"insert","text":"hate "},{"op":"equal","text":"figs a lot."}]""",
            turns[0].GetProperty("diff").GetRawText());
        Assert.Equal(1, turns[1].GetProperty("similarity").GetDouble());
        Assert.InRange(turns[0].GetProperty("similarity").GetDouble(), 0.7, 0.8);
        var tokens = turns[0].GetProperty("replayed").GetProperty("tokens");
        Assert.Equal((GatedCall.InputTokens, GatedCall.OutputTokens), (tokens.GetProperty("input_tokens").GetInt32(), tokens.GetProperty("output_tokens").GetInt32()));
        Assert.Equal("null", turns[0].GetProperty("replayed").GetProperty("cost").GetRawText());
        Assert.Equal(3 * GatedCall.InputTokens, report.GetProperty("totals").GetProperty("replayed").GetProperty("input_tokens").GetInt32());

        await Should_have_reached_nobody(system, session, before, replay);
    }

    [Fact]
    public async Task Should_be_in_a_stream_of_its_own_without_what_was_said()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.SessionOf(system, provider, [("my word is syzygy", "syzygy it is"), ("again", "syzygy again")]);

        var replay = await host.Http.StartReplay(session, new { });
        await (await provider.Call("my word is syzygy")).Answer("other words");
        await (await provider.Call("again")).Answer("others again");
        await host.Http.FinishedReplay(session, replay);

        var stored = await system.Log.Read(replay);
        Assert.Equal(
            ["replay_started", "replay_turn_started", "turn_replayed", "replay_turn_started", "turn_replayed", "replay_finished"], stored.Names());
        Assert.Equal("replay", await system.Scalar<string>("select type from mt_streams where id = $1", replay));
        Assert.False(await system.Scalar<bool>("select bool_or(data::text like '%syzygy%') from mt_events where stream_id = $1", replay));
        var started = Assert.IsType<ReplayStarted>(stored[0].Data);
        Assert.Equal((session, (await system.Events(session)).Count), (started.SessionId, (int)started.SessionVersion));
    }

    [Fact]
    public async Task Should_ask_as_each_turn_was_asked_when_nothing_else_is_wanted()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        using (var request = host.Http.Raw(HttpMethod.Post, "/chat",
            $$"""{"user_id":"1","session_id":"{{session}}","message":"as it was","temperature":0.75,"max_tokens":77}"""))
        {
            await (await provider.Call("as it was")).Answer("as it is");
            await request;
        }

        await system.After(session, turns: 1);
        var recorded = provider.Calls.Last(call => call.Asked == "as it was");

        var replay = await host.Http.StartReplay(session, new { });
        var again = await provider.Call("as it was");
        await again.Answer("as it is");

        Assert.Equal(recorded.Prompt, again.Prompt);
        Assert.Equal((recorded.Model, recorded.Temperature), (again.Model, again.Temperature));
        var report = await host.Http.FinishedReplay(session, replay);
        Assert.True(report.GetProperty("turns")[0].GetProperty("same").GetBoolean());
        Assert.Equal(1, report.GetProperty("totals").GetProperty("same").GetInt32());
    }

    [Fact]
    public async Task Should_go_on_after_a_turn_that_fails_and_leave_it_out_of_the_next_prompt()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.SessionOf(system, provider, ("will fail later", "it worked"), ("after the failure", "fine"));

        var replay = await host.Http.StartReplay(session, new { });
        await (await provider.Call("will fail later")).Refuse(500);
        var second = await provider.Call("after the failure");
        Assert.Equal(["will fail later", "after the failure"], second.Prompt.Skip(1).Select(m => m.Text));
        await second.Answer("still fine");

        var report = await host.Http.FinishedReplay(session, replay);
        var failed = report.GetProperty("turns")[0];
        Assert.Contains("500", failed.GetProperty("replayed").GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("null", failed.GetProperty("diff").GetRawText());
        Assert.Equal("still fine", report.TextOf(1, "replayed"));
        Assert.Equal(1, report.GetProperty("totals").GetProperty("failed").GetInt32());
    }

    [Fact]
    public async Task Should_say_what_a_turn_that_failed_would_have_answered()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        var chat = host.Http.Chat(session, "fails at first");
        await (await provider.Call("fails at first")).Refuse(500);
        (await chat).Dispose();
        chat = host.Http.Chat(session, "goes on");
        await (await provider.Call("goes on")).Answer("on it goes");
        (await chat).Dispose();
        await system.After(session, turns: 2);

        var replay = await host.Http.StartReplay(session, new { });
        await (await provider.Call("fails at first")).Answer("works now");
        var second = await provider.Call("goes on");
        Assert.Equal(["fails at first", "works now", "goes on"], second.Prompt.Skip(1).Select(m => m.Text));
        await second.Answer("on it goes");

        var report = await host.Http.FinishedReplay(session, replay);
        var first = report.GetProperty("turns")[0];
        Assert.Contains("500", first.GetProperty("original").GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(("works now", "null"), (report.TextOf(0, "replayed"), first.GetProperty("similarity").GetRawText()));
    }

    /// <summary>No event, no message to any adapter: the session and everything around it are as they were.</summary>
    private static async Task Should_have_reached_nobody(TestSystem system, Guid session, IReadOnlyList<Bus.Events.StoredEvent> before, Guid replay)
    {
        Assert.Equal(before.Select(e => e.Sequence), (await system.Events(session)).Select(e => e.Sequence));
        Assert.Equal(before.Count, await system.Scalar<long>("select version from mt_streams where id = $1", session));
        Assert.Equal(0L, await system.Scalar<long>("select count(*) from bus_outbox where body::text like '%' || $1 || '%'", replay.ToString()));
        Assert.Empty(await system.QueuesOfFailure());
    }
}
