using Bus.Contracts;
using Bus.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace Bus.Tests.Replays;

public sealed class Several_processes_that_replay
{
    private const int Replays = 12;

    [Fact]
    public async Task Should_run_each_turn_of_each_replay_once_and_bring_nothing_to_anybody()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer($"to {call.Asked}"));
        await using var system = await TestSystem.Create(provider.Settings);
        var one = await system.AddProcess();
        await system.AddProcess();
        var session = await one.Http.CreateSession();
        foreach (var message in new[] { "a", "b", "c" })
            (await one.Http.Chat(session, message)).Dispose();
        await system.After(session, turns: 3);

        await using var connection = await new ConnectionFactory { Uri = system.Rabbit }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var overheard = (await channel.QueueDeclareAsync()).QueueName;
        foreach (var contract in new[] { nameof(DeliverReply), nameof(GenerateReply), nameof(ReplyGenerated), nameof(MessageReceived) })
            await channel.QueueBindAsync(overheard, $"Bus.Contracts:{contract}", "");

        var replays = await Task.WhenAll(Enumerable.Range(0, Replays).Select(_ => one.Http.StartReplay(session, new { })));
        // Commands that come a second time find nothing to do.
        foreach (var replay in replays)
            await (await system.Bus()).Publish(new ReplayTurn(replay, session, 2));

        foreach (var replay in replays)
        {
            await one.Http.FinishedReplay(session, replay);
            Assert.Equal([1, 2, 3], (await system.Log.Read(replay)).Outcomes());
        }

        Assert.Equal(0u, await channel.MessageCountAsync(overheard));
        (await one.Http.Chat(session, "d")).Dispose();
        await system.After(session, turns: 4);
        Assert.Equal(4u, await channel.MessageCountAsync(overheard));
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_take_a_command_of_another_turn_than_the_one_that_is_due_for_what_it_is()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var host = await system.AddProcess();
        var session = await host.Http.SessionOf(system, provider, ("a", "A"), ("b", "B"));
        var replay = await host.Http.StartReplay(session, new { });
        var first = await provider.Call("a");

        await system.Decided(new ReplayTurn(replay, session, 2));
        await system.Decided(new ReplayTurn(Publishing.NewId(), session, 1));
        Assert.Equal(1, provider.Count("b"));

        await first.Answer("A");
        await (await provider.Call("b")).Answer("B");
        await host.Http.FinishedReplay(session, replay);
        await system.Decided(new ReplayTurn(replay, session, 1));
        await system.Decided(new ReplayTurn(replay, session, 2));
        Assert.Equal(6, (await system.Log.Read(replay)).Count);
        Assert.Equal((2, 2), (provider.Count("a"), provider.Count("b")));
    }
}
