using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_result_for_a_session_that_is_over(GatedSystem shared)
{
    [Fact]
    public async Task Should_be_kept_in_the_session_that_was_closed_and_counted()
    {
        var (system, host, provider) = await shared.Get();
        var message = Publishing.Message("late, closed", "said before a reset");
        await system.Say(message);
        await (await provider.Call("said before a reset")).Answer("in time");
        var session = Ids.Session(message.ConversationId, message.MessageId);
        var reply = Assert.Single((await system.After(session, turns: 1)).All<ReplyGenerated>());
        await host.Http.Reset(new { chat_id = "late, closed" });

        // Of a process from before there was a ledger.
        await system.Decided(reply with { AttemptId = Publishing.NewId(), Text = "too late", EarlierRuns = 2, IsInLedger = false });

        var events = await system.Events(session);
        Assert.Equal(["session_closed", "reply_discarded"], events.Names().TakeLast(2));
        var discarded = Assert.Single(events.All<ReplyDiscarded>());
        Assert.Equal((DiscardReasons.Late, "too late", reply.Usage, 2), (discarded.Reason, discarded.Text, discarded.Usage, discarded.EarlierRuns));
        Assert.Equal(["user: said before a reset", "assistant: in time"], await host.Http.History(session));
        Assert.Equal(
            "late: 18 tokens, 2 earlier runs",
            await Eventually.Get(
                () => system.Scalar<string?>(
                    "select outcome || ': ' || input_tokens + output_tokens || ' tokens, ' || earlier_runs || ' earlier runs' from llm_usage where attempt_id = $1",
                    discarded.AttemptId),
                found => found is not null));
    }

    [Fact]
    public async Task Should_go_with_the_session_that_was_erased()
    {
        var (system, host, provider) = await shared.Get();
        var message = Publishing.Message("late, erased", "said before an erasure");
        await system.Say(message);
        await (await provider.Call("said before an erasure")).Answer("in time");
        var session = Ids.Session(message.ConversationId, message.MessageId);
        var reply = Assert.Single((await system.After(session, turns: 1)).All<ReplyGenerated>());
        using (var erased = await host.Http.DeleteAsync($"/conversations/{session}"))
            erased.EnsureSuccessStatusCode();

        await system.Decided(reply with { AttemptId = Publishing.NewId(), Text = "too late" });

        Assert.Equal(["session_erased"], (await system.Events(session)).Names());
        Assert.Empty(await system.QueuesOfFailure());
    }
}
