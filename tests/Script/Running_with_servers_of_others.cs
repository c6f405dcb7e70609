using System.Text.Json;
using Bus.Faults.Processes;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Script;

/// <summary><c>./bus up</c> with BUS_POSTGRES and BUS_RABBITMQ.</summary>
public sealed class Running_with_servers_of_others : IAsyncLifetime
{
    private readonly BusCheckout checkout = new();
    private readonly int port = FreePort.Next();
    private readonly HttpClient http = new();
    private TestSystem system = null!;

    public async ValueTask InitializeAsync()
    {
        system = await TestSystem.Create();
        http.BaseAddress = new Uri($"http://localhost:{port}");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await checkout.DisposeAsync();
        await system.DisposeAsync();
    }

    [Fact]
    public async Task Should_find_the_conversations_of_the_run_before()
    {
        var first = await Up();
        Assert.Equal(200, (await http.Raw(HttpMethod.Get, "/health")).Status);
        var session = await http.CreateSession();
        (await http.Chat(session, "Hello")).EnsureSuccessStatusCode().Dispose();
        await Stop(first);

        var second = await Up();
        var listed = JsonDocument.Parse((await http.Raw(HttpMethod.Get, "/conversations")).Body).RootElement.GetProperty("conversations");
        Assert.Equal([session], listed.EnumerateArray().Select(item => item.GetProperty("session_id").GetGuid()));
        await Stop(second);
    }

    [Fact]
    public async Task Should_end_with_the_host_and_say_so()
    {
        var up = await Up();

        await Kill.Send("KILL", int.Parse(await File.ReadAllTextAsync(Path.Combine(checkout.Data, $"run/{port}.host")), null));
        var end = await up.Ended();

        Assert.True(end.ExitCode == 1, end.All);
        Assert.StartsWith("bus: the host ended.", end.Errors[0], StringComparison.Ordinal);
        await checkout.NothingRuns();
    }

    [Fact]
    public async Task Should_say_what_it_waits_for_and_start_when_it_is_there()
    {
        await using var relay = Relays.To(system.Rabbit);
        await relay.Close();
        var environment = new Dictionary<string, string?>(system.Environment) { ["BUS_RABBITMQ"] = system.Rabbit.By(relay).ToString() };

        var given = checkout.Start(["up", "--port", $"{port}"], environment);
        await given.Line("Waiting for RabbitMQ");
        var aborted = await given.Interrupt();
        Assert.True(aborted.ExitCode == 130, aborted.All);
        await checkout.NothingRuns();

        var up = checkout.Start(["up", "--port", $"{port}"], environment);
        Assert.Contains($"Waiting for RabbitMQ at 127.0.0.1:{relay.Port} (BUS_RABBITMQ): Connection refused", await up.Line("Waiting for "), StringComparison.Ordinal);
        relay.Open();
        await up.Line("Bus is ready");
        await Stop(up);
    }

    private async Task<BusScript> Up()
    {
        var up = checkout.Start(["up", "--port", $"{port}"], system.Environment);
        Assert.Equal($"Bus is ready on http://localhost:{port} (Ctrl-C stops it)", await up.Line("Bus is ready"));
        return up;
    }

    private async Task Stop(BusScript up)
    {
        var end = await up.Interrupt();
        Assert.True(end.ExitCode == 0 && end.Errors.Count == 0, end.All);
        Assert.Single(end.Output, line => line.Contains("Bus is ready", StringComparison.Ordinal));
        Assert.Contains("stopped: host ", end.Output[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(end.Output, line => line.Contains("PostgreSQL on", StringComparison.Ordinal));
        await checkout.NothingRuns();
    }
}
