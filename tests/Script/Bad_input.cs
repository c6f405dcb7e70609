using System.Net;
using System.Net.Sockets;
using Bus.Faults.Processes;
using Xunit;

namespace Bus.Tests.Script;

/// <summary>One line names the cause and the setting, and nothing was started.</summary>
public sealed class Bad_input : IAsyncLifetime
{
    private readonly BusCheckout checkout = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => checkout.DisposeAsync();

    [Theory]
    [InlineData("nonsense", "'nonsense'")]
    [InlineData("up nonsense", "'nonsense'")]
    [InlineData("up --roles ingress,nonsense", "'nonsense'")]
    [InlineData("up --roles ,", "--roles")]
    [InlineData("up --roles", "--roles")]
    [InlineData("up --port", "--port")]
    [InlineData("up --port nonsense", "PORT must be a number from 1 to 65535, not 'nonsense'")]
    [InlineData("up --port 65536", "'65536'")]
    [InlineData("logs nonsense", "'nonsense'")]
    [InlineData("check nonsense", "check takes no arguments")]
    [InlineData("bench", "bench needs the name of a measurement")]
    [InlineData("bench nonsense", "'nonsense'")]
    public Task Should_be_named(string arguments, string named) => Refuses(arguments.Split(' '), named);

    [Theory]
    [InlineData("# a comment\n\nPORT=1234\nnonsense\n", ".env line 4 is not KEY=VALUE")]
    [InlineData("nonsense", ".env line 1 is not KEY=VALUE")]
    [InlineData("LLM_MODEL='open", ".env line 1: the value of LLM_MODEL has no matching closing '")]
    public async Task Should_be_named_with_its_line_in_the_settings(string settings, string named)
    {
        checkout.WriteSettings(settings);
        await Refuses(["up"], named);
    }

    [Theory]
    [InlineData("BUS_POSTGRES", "BUS_RABBITMQ is not")]
    [InlineData("BUS_RABBITMQ", "BUS_POSTGRES is not")]
    public Task Should_be_named_when_one_server_is_set_without_the_other(string setting, string named) =>
        Refuses(["up"], named, new Dictionary<string, string?> { [setting] = "anything" });

    [Fact]
    public async Task Should_be_named_when_the_port_is_in_use()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = $"{((IPEndPoint)other.LocalEndpoint).Port}";

        var line = (await checkout.Run(["up"], new Dictionary<string, string?> { ["PORT"] = port })).Refusal();

        Assert.Contains($"port {port} is in use: set PORT", line, StringComparison.Ordinal);
        await checkout.NothingRuns();
    }

    private async Task Refuses(string[] arguments, string named, IReadOnlyDictionary<string, string?>? environment = null)
    {
        // A port of its own, should it start after all.
        var settings = new Dictionary<string, string?>(environment ?? new Dictionary<string, string?>()) { ["PORT"] = $"{FreePort.Next()}" };
        var line = (await checkout.Run(arguments, settings)).Refusal();

        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(checkout.Data), "It began although it could not.");
        await checkout.NothingRuns();
    }
}
