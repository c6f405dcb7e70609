using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary>Contract, X-11.</summary>
public sealed class Health_without_a_broker
{
    [Fact]
    public async Task Should_be_unhealthy_until_the_broker_is_back_and_then_answer_again()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer("as before"));
        await using var system = await TestSystem.Create(provider.Settings);
        await using var relay = Relays.To(system.Rabbit);
        var host = await system.AddProcess(settings: new Dictionary<string, string?> { ["BUS_RABBITMQ"] = system.Rabbit.By(relay).ToString() });
        var session = await host.Http.CreateSession();
        Assert.Equal(200, (await Health(host)).Status);

        await relay.Close();

        var without = await Eventually.Get(() => Health(host), health => health.Status != 200);
        Assert.Equal(503, without.Status);
        var body = JsonDocument.Parse(without.Body).RootElement;
        Assert.Equal("unhealthy", body.GetProperty("status").GetString());
        Assert.Equal("unhealthy", Of(body, "rabbitmq"));
        Assert.Equal("healthy", Of(body, "postgresql"));
        Assert.DoesNotContain("RabbitMQ.Client", without.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain($"{relay.Port}", without.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(system.VirtualHost, without.Body, StringComparison.Ordinal);

        relay.Open();

        // Degraded at first: the connection is back, its queues are not yet.
        await Eventually.Get(() => Health(host), health => health.Status == 200 && Of(JsonDocument.Parse(health.Body).RootElement, "rabbitmq") == "healthy");
        using var answer = await host.Http.Chat(session, "after the broker");
        Assert.Contains("\"assistant_reply\":\"as before\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        (await system.After(session, turns: 1)).ShouldBeSound();
        Assert.Equal(1, provider.Count("after the broker"));
        Assert.Empty(await system.QueuesOfFailure());
    }

    private static Task<RawAnswer> Health(HostProcess host) => host.Http.Raw(HttpMethod.Get, "/health");

    private static string? Of(JsonElement body, string server) => body.GetProperty("checks").GetProperty(server).GetProperty("status").GetString();
}
