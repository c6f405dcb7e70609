using Bus.Faults.Processes;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Script;

/// <summary><c>./bus up</c> without any settings.</summary>
public sealed class Running_with_servers_of_its_own : IAsyncLifetime
{
    private readonly BusCheckout checkout = new();
    private readonly int port = FreePort.Next();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => checkout.DisposeAsync();

    [Fact]
    public async Task Should_leave_nothing_behind_when_interrupted_at_any_time()
    {
        await NothingIsReported();

        var early = checkout.Start(["up", "--port", $"{port}"]);
        await early.Line("PostgreSQL on");
        var aborted = await early.Interrupt();
        Assert.True(aborted.ExitCode == 130, aborted.All);
        await checkout.NothingRuns();

        var up = checkout.Start(["up", "--port", $"{port}"]);
        await up.Line("Bus is ready");
        using (var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") })
            Assert.Equal(200, (await http.Raw(HttpMethod.Get, "/health")).Status);
        await AllIsReported();
        Assert.Contains("Bus runs already", (await checkout.Run(["up"])).Refusal(), StringComparison.Ordinal);

        var end = await up.Interrupt();
        Assert.True(end.ExitCode == 0 && end.Errors.Count == 0, end.All);
        await checkout.NothingRuns();
        Assert.Contains("stopped: host, RabbitMQ, epmd, PostgreSQL ", end.Output[^1], StringComparison.Ordinal);
        await NothingIsReported();
    }

    private async Task AllIsReported()
    {
        var status = await checkout.Run(["status"]);
        Assert.True(status.ExitCode == 0, status.All);
        Assert.Collection(
            status.Output,
            line => Assert.Matches($@"^host +running \(pid \d+, port {port}\)$", line),
            line => Assert.Matches(@"^postgres +running \(pid \d+, port \d+\)$", line),
            line => Assert.Matches(@"^rabbitmq +running \(pid \d+, port \d+\)$", line));
    }

    private async Task NothingIsReported()
    {
        var status = await checkout.Run(["status"]);
        Assert.True(status.ExitCode == 3, status.All);
        Assert.Equal(["host      not running", "postgres  not running", "rabbitmq  not running"], status.Output);
    }
}
