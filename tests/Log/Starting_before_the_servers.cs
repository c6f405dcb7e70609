using System.Net;
using System.Net.Sockets;
using Bus.Faults.Processes;
using Bus.Messaging.Lifetime;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>A process that serves waits for servers that are not up yet, and says for what.</summary>
public sealed class Starting_before_the_servers : IAsyncLifetime
{
    private const string Secret = "geheim-4711";

    private TestSystem system = null!;

    public async ValueTask InitializeAsync() => system = await TestSystem.Create();

    public ValueTask DisposeAsync() => system.DisposeAsync();

    [Fact]
    public async Task Should_wait_for_PostgreSQL_and_then_work()
    {
        var (relay, postgres) = Relays.ToPostgres(system);
        await using var _ = relay;
        await WaitsAndWorks(relay, "PostgreSQL", "BUS_POSTGRES", postgres);
    }

    [Fact]
    public async Task Should_wait_for_RabbitMQ_and_then_work()
    {
        await using var relay = Relays.To(system.Rabbit);
        await WaitsAndWorks(relay, "RabbitMQ", "BUS_RABBITMQ", system.Rabbit.By(relay).ToString());
    }

    /// <summary>The connection that the start had to PostgreSQL before it waited for RabbitMQ is dead when it goes on.</summary>
    [Fact]
    public async Task Should_go_on_when_PostgreSQL_went_and_came_while_it_waited_for_RabbitMQ()
    {
        var (database, postgres) = Relays.ToPostgres(system);
        await using var _ = database;
        await using var broker = Relays.To(system.Rabbit);
        await broker.Close();
        await using var host = HostProcess.Launch(new Dictionary<string, string?>(system.Environment)
        {
            ["BUS_POSTGRES"] = postgres,
            ["BUS_RABBITMQ"] = system.Rabbit.By(broker).ToString(),
        });
        await host.Line("Waiting for RabbitMQ");

        await database.Close();
        database.Open();
        broker.Open();
        await host.Listens();

        Assert.StartsWith("[demo] You said: Hello", await host.Http.Handle("patient", "Hello"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BUS_POSTGRES", $"Host=no-such-host.invalid;Port=9;Username=bus;Password={Secret};Database=bus", "PostgreSQL at no-such-host.invalid:9")]
    [InlineData("BUS_RABBITMQ", $"amqp://bus:{Secret}@no-such-host.invalid/", "RabbitMQ at no-such-host.invalid:5672")]
    public async Task Should_wait_for_a_name_that_is_not_known_yet_and_end_at_once_when_asked_to(string setting, string value, string waitedFor)
    {
        await using var host = HostProcess.Launch(With(setting, value));

        Assert.Contains(waitedFor, await host.Line("Waiting for "), StringComparison.Ordinal);
        await EndsAtOnce(host);
    }

    [Theory]
    [InlineData("BUS_POSTGRES", "Host=127.0.0.1;Port={0};Username=bus;Password=" + Secret + ";Database=bus;Timeout=3")]
    [InlineData("BUS_RABBITMQ", "amqp://bus:" + Secret + "@127.0.0.1:{0}/")]
    public async Task Should_wait_for_one_that_hangs_up_while_it_starts(string setting, string value)
    {
        using var starting = new TcpListener(IPAddress.Loopback, 0);
        starting.Start();
        await using var host = HostProcess.Launch(With(setting, value.Replace("{0}", $"{((IPEndPoint)starting.LocalEndpoint).Port}", StringComparison.Ordinal)));
        var waits = host.Line("Waiting for ");
        while (!waits.IsCompleted)
            (await starting.AcceptTcpClientAsync(TestContext.Current.CancellationToken)).Dispose();

        Assert.Contains($"({setting})", await waits, StringComparison.Ordinal);
        await EndsAtOnce(host);
    }

    [Theory]
    [InlineData("usage", "BUS_POSTGRES", $"Host=127.0.0.1;Port=9;Username=bus;Password={Secret};Database=bus")]
    [InlineData("replay 00000000-0000-0000-0000-000000000001", "BUS_RABBITMQ", $"amqp://bus:{Secret}@127.0.0.1:9/")]
    public async Task Should_not_be_waited_for_by_a_command(string command, string setting, string value)
    {
        var (exitCode, output, errors) = await HostProcess.Command(With(setting, value), command.Split(' '));

        Assert.True(exitCode == 1 && output.Length == 0, $"{exitCode}: {output}{errors}");
        Assert.Contains($"({setting})", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, errors, StringComparison.Ordinal);
    }

    private async Task WaitsAndWorks(Relay relay, string server, string setting, string value)
    {
        await relay.Close();
        await using var host = HostProcess.Launch(With(setting, value));

        var line = await host.Line("Waiting for ");
        Assert.Contains($"{server} at 127.0.0.1:{relay.Port} ({setting}): Connection refused", line, StringComparison.Ordinal);
        relay.Open();
        await host.Listens();

        Assert.StartsWith("[demo] You said: Hello", await host.Http.Handle("patient", "Hello"), StringComparison.Ordinal);
        Assert.DoesNotContain(new NpgsqlConnectionStringBuilder(TestServers.Postgres).Password!, host.Output, StringComparison.Ordinal);
    }

    private static async Task EndsAtOnce(HostProcess host)
    {
        var asked = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, await host.Terminate());
        Assert.True(TimeProvider.System.GetElapsedTime(asked) < StopSchedule.CallersLeave, host.Output);
        Assert.DoesNotContain("Exception", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, host.Output, StringComparison.Ordinal);
    }

    private Dictionary<string, string?> With(string setting, string value) => new(system.Environment) { [setting] = value };
}
