using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Replays;

public sealed class Replaying_some_turns(GatedSystem shared)
{
    [Fact]
    public async Task Should_have_the_recorded_replies_before_them_and_its_own_among_them()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.SessionOf(system, provider, ("some 1", "recorded 1"), ("some 2", "recorded 2"), ("some 3", "recorded 3"), ("some 4", "recorded 4"));

        var replay = await host.Http.StartReplay(session, new { turns = "2-3" });
        var second = await provider.Call("some 2");
        Assert.Equal(["some 1", "recorded 1", "some 2"], second.Prompt.Skip(1).Select(m => m.Text));
        await second.Answer("replayed 2");
        var third = await provider.Call("some 3");
        Assert.Equal(["some 1", "recorded 1", "some 2", "replayed 2", "some 3"], third.Prompt.Skip(1).Select(m => m.Text));
        await third.Answer("replayed 3");

        await host.Http.FinishedReplay(session, replay);
        Assert.Equal([2, 3], (await system.Log.Read(replay)).Outcomes());
        Assert.Equal((1, 1), (provider.Count("some 1"), provider.Count("some 4")));
    }

    [Fact]
    public async Task Should_leave_out_the_turn_in_progress()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.SessionOf(system, provider, ("over", "it is over"));
        await using var open = await OpenAnswer.To(host.Http, session, "not over");
        var running = await provider.Call("not over");

        Http.Refusal.Check(await host.Http.Raw(HttpMethod.Post, $"/conversations/{session}/replays", """{"turns":"2"}"""), 422, "turns");
        Http.Refusal.Check(await host.Http.Raw(HttpMethod.Post, $"/conversations/{session}/replays", """{"turns":"1-2"}"""), 422, "turns");
        var replay = await host.Http.StartReplay(session, new { });
        await (await provider.Call("over")).Answer("still over");
        await host.Http.FinishedReplay(session, replay);

        Assert.Equal([1], (await system.Log.Read(replay)).Outcomes());
        await running.Answer("now it is");
        Assert.Equal("now it is", await open.Rest());
    }

    [Fact]
    public async Task Should_be_known_when_a_turn_ended_before_its_context_was_built()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.SessionOf(system, provider, ("stopped early 1", "one"), ("stopped early 2", "two"));
        // As if the second turn had been stopped before its context was there.
        await using (var command = system.Database.CreateCommand(
            "delete from mt_events where stream_id = $1 and type in ('context_built', 'reply_generated') and (data ->> 'TurnId')::uuid = (select (data ->> 'MessageId')::uuid from mt_events where stream_id = $1 and data ->> 'Text' = 'stopped early 2')"))
        {
            command.Parameters.Add(new() { Value = session });
            Assert.Equal(2, await command.ExecuteNonQueryAsync());
        }

        var version = await system.Scalar<long>("select version from mt_streams where id = $1", session);
        var stopped = await system.MessageId("stopped early 2");
        await system.Log.Append(session, "session", version, [new TurnCancelled(await system.ConversationOf(session), session, stopped, default)]);

        var replay = await host.Http.StartReplay(session, new { });
        await (await provider.Call("stopped early 1")).Answer("one");
        var report = await host.Http.FinishedReplay(session, replay);

        Assert.Equal("The turn was stopped.", report.GetProperty("turns")[1].GetProperty("original").GetProperty("error").GetString());
        Assert.Contains("before it was decided", report.GetProperty("turns")[1].GetProperty("replayed").GetProperty("error").GetString(), StringComparison.Ordinal);
    }
}
