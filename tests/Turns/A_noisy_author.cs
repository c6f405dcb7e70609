using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>E-46: one noisy participant does not delay the others.</summary>
public sealed class A_noisy_author
{
    [Fact]
    public async Task Should_delay_another_in_the_conversation_by_one_turn()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        await system.AddProcess();
        var first = await Say(system, "noisy", "noise 1");
        var call = await provider.Call("noise 1");
        for (var n = 2; n <= 100; n++)
            await Say(system, "noisy", $"noise {n}");
        await Waiting(system, first.ConversationId, 99);

        await Say(system, "quiet", "a word");
        await Waiting(system, first.ConversationId, 100);
        await call.Answer("that");

        await (await provider.Call("a word")).Answer("for you");
        await (await provider.Call("noise 2")).Answer("that");
        await provider.Call("noise 3");
    }

    [Fact]
    public async Task Should_make_room_for_another_when_all_places_are_taken()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer($"answer to {call.Asked}"), "noise 1");
        await using var system = await TestSystem.Create(new Dictionary<string, string?>(provider.Settings) { ["MAX_WAITING_MESSAGES"] = "3" });
        await system.AddProcess();
        var first = await Say(system, "noisy", "noise 1");
        var call = await provider.Call("noise 1");
        for (var n = 2; n <= 4; n++)
            await Say(system, "noisy", $"noise {n}");
        await Waiting(system, first.ConversationId, 3);
        var session = Ids.Session(first.ConversationId, first.MessageId);

        await Say(system, "quiet", "a word");
        var failed = await Eventually.Get(async () => (await system.Events(session)).All<TurnFailed>(), all => all.Count > 0);
        Assert.Contains("most of them are from the same person", Assert.Single(failed).Notice, StringComparison.Ordinal);
        Assert.Equal(await system.MessageId("noise 4"), failed[0].TurnId);

        // The noisy one's own next has nobody else to give way.
        await Say(system, "noisy", "noise 5");
        await Eventually.Get(async () => (await system.Events(session)).All<TurnFailed>(), all => all.Count > 1);
        await call.Answer("answer to noise 1");

        var events = await system.After(session, turns: 4);
        events.ShouldBeSound();
        Assert.Equal(["noise 1", "a word", "noise 2", "noise 3"], events.All<TurnStarted>().Select(turn => TextOf(events, turn.TurnId)));
        Assert.Equal(["noise 4", "noise 5"], events.All<TurnFailed>().Select(turn => TextOf(events, turn.TurnId)));
        Assert.Contains("Too many messages are waiting", events.All<TurnFailed>()[1].Notice, StringComparison.Ordinal);
        Assert.Empty(await system.QueuesOfFailure());
    }

    private static async Task<MessageReceived> Say(TestSystem system, string author, string text)
    {
        var message = Publishing.Message("a group", text) with { Author = author };
        await system.Say(message);
        return message;
    }

    private static Task<int> Waiting(TestSystem system, Guid conversation, int count) => Eventually.Get(
        () => system.Scalar<int>("select json_array_length(body -> 'Waiting') from conversation_state where id = $1", conversation), found => found == count);

    private static string TextOf(IEnumerable<Bus.Events.StoredEvent> events, Guid messageId) =>
        events.All<MessageReceived>().Single(message => message.MessageId == messageId).Text;
}
