using System.Net.Http.Json;
using System.Text.Json;
using Bus.Faults.Processes;
using Bus.Ingress.Intake;
using Bus.Tests.Http;
using Bus.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace Bus.Tests.Intake;

/// <summary>Nobody handles what is taken in, until somebody does.</summary>
public sealed class A_backlog : IAsyncLifetime
{
    private const int Most = 4;

    private TestSystem system = null!;
    private HostProcess ingress = null!;
    private Relay relay = null!;
    private Guid session;

    public async ValueTask InitializeAsync()
    {
        (system, var all) = await TestSystem.Start();
        session = await all.Http.CreateSession();
        await all.Http.History(session); // projected, which nobody does any more afterwards
        await all.Terminate();
        relay = Relays.To(system.Rabbit);
        ingress = await system.AddProcess("ingress", new Dictionary<string, string?> { ["MAX_BACKLOG"] = $"{Most}", ["BUS_RABBITMQ"] = system.Rabbit.By(relay).ToString() });
    }

    public async ValueTask DisposeAsync()
    {
        await system.DisposeAsync();
        await relay.DisposeAsync();
    }

    [Fact]
    public async Task Should_be_refused_beyond_the_limit_and_worked_off_in_the_end()
    {
        var accepted = await Fill();

        var refused = await Handle("refused");
        Assert.Equal(503, (int)refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Refusal.Check(await Raw(refused), 503, null);
        Assert.Contains("Nothing was stored", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using (var stream = await ingress.Http.ChatStream(session, "refused as well"))
            Assert.Equal(503, (int)stream.StatusCode);
        Assert.Equal(Most + 1, await Waiting());
        Assert.Equal(200, (await ingress.Http.Raw(HttpMethod.Get, "/conversations")).Status);
        Assert.Equal(200, (await ingress.Http.Raw(HttpMethod.Get, $"/conversations/{session}/history")).Status);

        await system.AddProcess("saga,memory,llm");

        Assert.All(await Task.WhenAll(accepted), answer => Assert.Contains("You said: accepted", answer, StringComparison.Ordinal));
        await Eventually.Get(Intake, intake => intake == "healthy");
        Assert.Contains("You said: again", await ingress.Http.Handle("c again", "again"), StringComparison.Ordinal);
        Assert.Equal(Most + 2, await system.Scalar<long>("select count(*) from mt_events where type = 'message_received'"));
        await ingress.Line("no more are taken in (MAX_BACKLOG)");
    }

    [Fact]
    public async Task Should_refuse_nobody_while_the_broker_does_not_tell_how_long_it_is()
    {
        var accepted = await Fill();

        await relay.Close();
        await Eventually.Get(Intake, intake => intake == "healthy");
        var failed = await Handle("without a broker");
        Assert.Equal(503, (int)failed.StatusCode);
        Assert.Contains("broker does not answer", await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        relay.Open();
        await Eventually.Get(Intake, intake => intake == "degraded");
        Assert.NotNull((await Handle("refused")).Headers.RetryAfter);
        Assert.False(Task.WhenAll(accepted).IsFaulted);
    }

    [Fact]
    public async Task Should_be_looked_for_in_queues_that_exist()
    {
        var queues = await TestServers.Ask<JsonElement>($"api/queues/{system.VirtualHost}");
        Assert.Superset(BacklogWatch.Queues.ToHashSet(), queues.EnumerateArray().Select(queue => queue.GetProperty("name").GetString()!).ToHashSet());
    }

    /// <summary>One message more than may wait, each of a chat of its own; returns when that was noticed.</summary>
    private async Task<IReadOnlyList<Task<string>>> Fill()
    {
        var accepted = Enumerable.Range(0, Most + 1).Select(n => ingress.Http.Handle($"c{n}", "accepted")).ToList();
        await Eventually.Get(Intake, intake => intake == "degraded");
        Assert.Equal(Most + 1, await Waiting());
        return accepted;
    }

    private async Task<string?> Intake()
    {
        var health = await ingress.Http.Raw(HttpMethod.Get, "/health");
        return JsonDocument.Parse(health.Body).RootElement.GetProperty("checks").GetProperty("intake").GetProperty("status").GetString();
    }

    /// <summary>What is in the queue, whoever counts it.</summary>
    private async Task<long> Waiting()
    {
        await using var connection = await new ConnectionFactory { Uri = system.Rabbit }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync("conversation");
    }

    private Task<HttpResponseMessage> Handle(string text) =>
        ingress.Http.PostAsJsonAsync("/v1/chat/handle", new { user_id = "u", chat_id = "c", text });

    private static async Task<RawAnswer> Raw(HttpResponseMessage response) =>
        new((int)response.StatusCode, response.Content.Headers.ContentType!.ToString(), await response.Content.ReadAsStringAsync());
}
