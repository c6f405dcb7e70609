using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Stopping_a_turn_before_its_model_is_asked
{
    [Fact]
    public async Task Should_end_it_at_once_and_let_the_conversation_go_on()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer("here I am"));
        await using var system = await TestSystem.Create(provider.Settings);
        var host = await system.AddProcess("ingress,saga,llm");
        var session = await host.Http.CreateSession();
        await using var stream = await OpenAnswer.To(host.Http, session, "nobody builds a context");
        var stopped = await system.MessageId("nobody builds a context");
        await system.State(await system.ConversationOf(session), "BuildingContext");
        var command = await system.Scalar<Guid>("select message_id from bus_outbox where destination like '%BuildContext'");

        await host.Http.CancelTurn(session);

        Assert.Equal("Stopped.", await stream.Rest());
        var events = await system.After(session, turns: 1);
        events.ShouldBeSound();
        Assert.Equal(["session_started", "message_received", "turn_started", "turn_cancelled", "reply_delivered"], events.Names());
        Assert.Equal(stopped, Assert.Single(events.All<TurnCancelled>()).TurnId);

        await system.AddProcess("memory");
        await ContextCameTooLate(system, command);
        using var answer = await host.Http.Chat(session, "and now?");

        Assert.Contains("\"assistant_reply\":\"here I am\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        events = await system.After(session, turns: 2);
        events.ShouldBeSound();
        Assert.Single(events.All<ContextBuilt>());
        Assert.Equal("here I am", Assert.Single(events.All<ReplyGenerated>()).Text);
        Assert.Equal(0, provider.Count("nobody builds a context"));
        Assert.Empty(await system.QueuesOfFailure());
    }

    /// <summary>The command for it waited in the outbox; the saga has decided about what came of it.</summary>
    private static async Task ContextCameTooLate(TestSystem system, Guid command)
    {
        var context = Ids.From(command, nameof(ContextBuilt));
        await Eventually.Get(() => system.Scalar<long>("select count(*) from bus_inbox where message_id = $1", context), count => count > 0);
    }
}
