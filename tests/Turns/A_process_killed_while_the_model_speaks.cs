using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_process_killed_while_the_model_speaks
{
    [Fact]
    public async Task Should_leave_a_turn_that_the_next_process_finishes()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var first = await system.AddProcess();
        var session = await first.Http.CreateSession();
        await using var stream = await OpenAnswer.To(first.Http, session, "one");
        var cut = await provider.Call("one");
        await cut.Say("It was ");
        Assert.Equal("It was ", await stream.Piece());

        await first.Kill();
        await cut.Gone;
        var second = await system.AddProcess();
        await (await provider.Call("one")).Answer("It was not lost.");

        var events = await system.After(session, turns: 1);
        Assert.Equal(
            ["session_started", "message_received", "turn_started", "context_built", "reply_generated", "reply_delivered"],
            events.Names());
        Assert.Equal(["user: one", "assistant: It was not lost."], await second.Http.History(session));
        Assert.Equal(2, provider.Count("one"));
        Assert.Equal(1, Assert.Single(events.All<ReplyGenerated>()).EarlierRuns);

        await using var next = await OpenAnswer.To(second.Http, session, "two");
        var call = await provider.Call("two");
        Assert.Equal(["one", "It was not lost.", "two"], call.Prompt.Skip(1).Select(m => m.Text));
        await call.Answer("Remembered.");
        Assert.Equal("Remembered.", await next.Rest());
        events = await system.After(session, turns: 2);
        events.ShouldBeSound();
        Assert.Equal(0, events.All<ReplyGenerated>()[1].EarlierRuns);
        Assert.Empty(await system.QueuesOfFailure());
    }
}
