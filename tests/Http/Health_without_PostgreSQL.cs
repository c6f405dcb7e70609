using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

public sealed class Health_without_PostgreSQL
{
    [Fact]
    public async Task Should_be_unhealthy_say_which_server_and_nothing_more()
    {
        var (system, host) = await TestSystem.Start();
        await using var _ = system;
        await TestServers.DropDatabase(system.VirtualHost);

        var answer = await Eventually.Get(() => host.Http.Raw(HttpMethod.Get, "/health"), health => health.Status != 200);

        Assert.Equal(503, answer.Status);
        Assert.StartsWith("application/json", answer.ContentType, StringComparison.Ordinal);
        var body = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal(["status", "version", "roles", "checks"], body.EnumerateObject().Select(member => member.Name));
        Assert.Equal("unhealthy", body.GetProperty("status").GetString());
        Assert.Equal("unhealthy", body.GetProperty("checks").GetProperty("postgresql").GetProperty("status").GetString());
        Assert.Equal("healthy", body.GetProperty("checks").GetProperty("rabbitmq").GetProperty("status").GetString());
        Assert.DoesNotContain("Npgsql", answer.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(system.VirtualHost, answer.Body, StringComparison.Ordinal);

        // Whoever shows a credential hears the same: it is not looked at.
        Assert.Equal(503, (await host.Http.Call("GET", "/health", token: "bus-at-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")).Status);
        Assert.Equal("unhealthy", (await host.Http.Call("GET", "/health", token: "bus-at-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")).Text("status"));
        var list = await host.Http.Raw(HttpMethod.Get, "/conversations");
        Assert.InRange(list.Status, 500, 503);
        Refusal.Check(list, list.Status, null);
    }
}
