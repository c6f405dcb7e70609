using Bus.Contracts;
using Bus.Faults.Processes;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>The servers are all tests' own, so they are taken away from one process only; it cannot tell the difference.</summary>
public sealed class Servers_that_go_away_while_somebody_waits
{
    [Fact]
    public async Task Should_be_waited_for_when_it_is_the_broker()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        await using var relay = Relays.To(system.Rabbit);
        var host = await system.AddProcess(settings: new Dictionary<string, string?> { ["BUS_RABBITMQ"] = system.Rabbit.By(relay).ToString() });
        await AnswerArrives(system, host, provider, "the broker goes", relay);
    }

    [Fact]
    public async Task Should_be_waited_for_when_it_is_PostgreSQL()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var (relay, postgres) = Relays.ToPostgres(system);
        await using var _ = relay;
        var host = await system.AddProcess(settings: new Dictionary<string, string?> { ["BUS_POSTGRES"] = postgres });
        await AnswerArrives(system, host, provider, "the database goes", relay);
    }

    [Fact]
    public async Task Should_be_waited_for_when_both_close_all_connections()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var host = await system.AddProcess();
        var session = await host.Http.CreateSession();
        var answer = host.Http.Chat(session, "both close");
        var call = await provider.Call("both close");

        await Eventually.Get(() => TestServers.CloseConnections(system.VirtualHost), closed => closed > 0);
        await system.Scalar<long>("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        await call.Answer("In spite of all.");

        await Arrives(system, provider, session, "both close", answer);
        await Eventually.Get(() => host.Http.Raw(HttpMethod.Get, "/health"), health => health.Status == 200);
    }

    /// <summary>
    /// While the process that the caller is connected to has no broker, another one delivers: its outcome finds no queue, and must not be
    /// lost before the queue is there again.
    /// </summary>
    [Fact]
    public async Task Should_not_lose_an_outcome_that_another_process_delivers()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        await using var relay = Relays.To(system.Rabbit);
        await system.AddProcess();
        var cutOff = await system.AddProcess("ingress", new Dictionary<string, string?> { ["BUS_RABBITMQ"] = system.Rabbit.By(relay).ToString() });
        var session = await cutOff.Http.CreateSession();
        await using var stream = await OpenAnswer.To(cutOff.Http, session, "deliver it elsewhere");
        var call = await provider.Call("deliver it elsewhere");
        await call.Say("Half ");
        Assert.Equal("Half ", await stream.Piece());

        await relay.Close();
        await Eventually.Get(() => TestServers.Ask<List<Queue>>($"api/queues/{system.VirtualHost}"), queues => queues!.Count(queue => queue.Name.StartsWith("bus-replies-", StringComparison.Ordinal)) == 1);
        await call.Answer("and whole");
        await system.After(session, turns: 1);
        relay.Open();

        Assert.Equal("and whole", await stream.Rest());
        (await system.Events(session)).ShouldBeSound();
        Assert.Empty(await system.QueuesOfFailure());
    }

    private static async Task AnswerArrives(TestSystem system, HostProcess host, GatedProvider provider, string asked, Relay relay)
    {
        var session = await host.Http.CreateSession();
        var answer = host.Http.Chat(session, asked);
        var call = await provider.Call(asked);

        await relay.Close();
        await Eventually.Get(() => host.Http.Raw(HttpMethod.Get, "/health"), health => health.Status == 503);
        await call.Answer("In spite of all.");
        relay.Open();
        await Arrives(system, provider, session, asked, answer);

        // And the next message as if nothing had been.
        var next = host.Http.Chat(session, $"{asked} no more");
        await (await provider.Call($"{asked} no more")).Answer("As before.");
        using var nextAnswer = await next;
        Assert.Contains("As before.", await nextAnswer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task Arrives(TestSystem system, GatedProvider provider, Guid session, string asked, Task<HttpResponseMessage> answer)
    {
        // What was not committed is asked for again.
        var again = provider.Call(asked);
        if (await Task.WhenAny(answer, again) == again)
            await (await again).Answer("In spite of all.");
        using var answered = await answer;
        Assert.Contains("\"assistant_reply\":\"In spite of all.\"", await answered.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var events = await system.After(session, turns: 1);
        events.ShouldBeSound();
        Assert.Single(events.All<ReplyGenerated>());
        Assert.Empty(await system.QueuesOfFailure());
    }

    private sealed record Queue(string Name);
}
