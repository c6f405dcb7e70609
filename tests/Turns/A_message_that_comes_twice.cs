using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_message_that_comes_twice(GatedSystem shared)
{
    [Fact]
    public async Task Should_be_one_turn()
    {
        var (system, _, provider) = await shared.Get();
        var message = Publishing.Message("twice", "once is enough");
        var after = Publishing.Message("twice", "and then");

        await system.Say(message);
        var call = await provider.Call("once is enough");
        await system.Say(message);
        await system.Say(after);
        await call.Answer("It is.");
        await (await provider.Call("and then")).Answer("Nothing.");
        await system.Say(message);
        await system.Say(after);
        await system.Decided(new CancelTurn(message.ConversationId, null));

        var events = await system.After(Ids.Session(message.ConversationId, message.MessageId), turns: 2);
        events.ShouldBeSound();
        Assert.Equal(["once is enough", "and then"], events.All<MessageReceived>().Select(m => m.Text));
        Assert.Equal(1, provider.Count("once is enough"));
        Assert.Empty(await system.QueuesOfFailure());
    }
}
