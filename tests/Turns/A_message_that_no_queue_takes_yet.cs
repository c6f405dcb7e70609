using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_message_that_no_queue_takes_yet
{
    [Fact]
    public async Task Should_wait_in_the_outbox_until_one_does()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer("here at last"));
        await using var system = await TestSystem.Create(provider.Settings);
        var saga = await system.AddProcess("saga");
        var message = Publishing.Message("outbox", "is anybody there?");
        await system.Say(message);
        await system.State(message.ConversationId, "BuildingContext");
        Assert.Equal(1, await Outbox(system));
        await saga.Kill();

        await system.AddProcess("saga");
        Assert.Equal(1, await Outbox(system));
        await system.AddProcess("memory,llm");
        var ingress = await system.AddProcess("ingress");

        var session = Ids.Session(message.ConversationId, message.MessageId);
        (await system.After(session, turns: 1)).ShouldBeSound();
        Assert.Equal(["user: is anybody there?", "assistant: here at last"], await ingress.Http.History(session));
        Assert.Single(provider.Calls);
        await Eventually.Get(() => Outbox(system), rows => rows == 0);
        Assert.Empty(await system.QueuesOfFailure());
    }

    /// <summary>Nobody takes these, and they are more than the sweepers of both processes take at once.</summary>
    [Fact]
    public async Task Should_hold_up_no_other()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer("not held up"));
        await using var system = await TestSystem.Create(provider.Settings);
        await system.AddProcess("ingress,saga,memory");
        await using (var insert = system.Database.CreateCommand("""
            insert into bus_outbox (message_id, inbox_message_id, consumer_id, number, destination, content_type, headers, body, created_at)
            select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 0, 'exchange:nobody', 'application/vnd.masstransit+json', '{}', '{}', now() - interval '1 hour'
            from generate_series(1, 250)
            """))
        {
            await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var message = Publishing.Message("outbox", "behind two hundred and fifty");
        await system.Say(message);
        await system.State(message.ConversationId, "Generating");
        await system.AddProcess("llm");

        var session = Ids.Session(message.ConversationId, message.MessageId);
        (await system.After(session, turns: 1)).ShouldBeSound();
    }

    private static Task<long> Outbox(TestSystem system) => system.Scalar<long>("select count(*) from bus_outbox");
}
