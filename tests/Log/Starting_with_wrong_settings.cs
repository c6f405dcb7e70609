using System.Net;
using System.Net.Sockets;
using Bus.Contracts;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>A process that cannot start says why in one line and ends with 1.</summary>
public sealed class Starting_with_wrong_settings : IAsyncLifetime
{
    private const string Secret = "geheim-4711";

    private TestSystem system = null!;

    public async ValueTask InitializeAsync() => system = await TestSystem.Create();

    public ValueTask DisposeAsync() => system.DisposeAsync();

    [Theory]
    [InlineData("BUS_POSTGRES", null)]
    [InlineData("BUS_POSTGRES", "")]
    [InlineData("BUS_POSTGRES", "nonsense")]
    [InlineData("BUS_POSTGRES", $"Host=127.0.0.1;Password={Secret};Nonsense=1")]
    [InlineData("BUS_POSTGRES", $"Host=127.0.0.1;Password={Secret};Port=abc")]
    [InlineData("BUS_RABBITMQ", null)]
    [InlineData("BUS_RABBITMQ", "")]
    [InlineData("BUS_RABBITMQ", "nonsense")]
    [InlineData("BUS_RABBITMQ", $"http://bus:{Secret}@127.0.0.1/")]
    [InlineData("LOG_LEVEL", "nonsense")]
    [InlineData("PORT", "nonsense")]
    [InlineData("PORT", "65536")]
    [InlineData("PORT", "-1")]
    [InlineData("HOST", "nonsense")]
    [InlineData("TURN_TIMEOUT_SECONDS", "0")]
    [InlineData("SHORT_HISTORY_LIMIT", "many")]
    [InlineData("DEFAULT_CONTEXT_TOKEN_LIMIT", "1")]
    [InlineData("TURN_TIMEOUT_SECONDS", "601")]
    [InlineData("MAX_WAITING_MESSAGES", "1.5")]
    [InlineData("MAX_BACKLOG", "0")]
    [InlineData("MAX_CONNECTIONS", "0")]
    [InlineData("LLM_CONCURRENCY", "1001")]
    [InlineData("MAX_BODY_BYTES", "1")]
    public Task Should_name_the_setting(string setting, string? value) => Fails(setting, (setting, value));

    [Fact]
    public Task Should_name_the_instruction_that_is_too_long() => Fails("SYSTEM_PROMPT", ("SYSTEM_PROMPT", new string('x', Limits.LargestText + 1)));

    [Fact]
    public Task Should_name_the_setting_with_a_wrong_password_for_PostgreSQL() => Fails(
        "BUS_POSTGRES", ("BUS_POSTGRES", new NpgsqlConnectionStringBuilder(system.Environment["BUS_POSTGRES"]) { Password = Secret }.ConnectionString));

    [Fact]
    public Task Should_name_the_setting_with_a_database_that_is_not_there() => Fails(
        "BUS_POSTGRES", ("BUS_POSTGRES", new NpgsqlConnectionStringBuilder(system.Environment["BUS_POSTGRES"]) { Database = "no_such_database" }.ConnectionString));

    [Fact]
    public Task Should_name_the_setting_with_a_wrong_password_for_RabbitMQ() =>
        Fails("BUS_RABBITMQ", ("BUS_RABBITMQ", new UriBuilder(system.Rabbit) { Password = Secret }.Uri.ToString()));

    [Fact]
    public Task Should_name_the_setting_with_a_virtual_host_that_is_not_there() =>
        Fails("BUS_RABBITMQ", ("BUS_RABBITMQ", new UriBuilder(system.Rabbit) { Path = "no-such-virtual-host" }.Uri.ToString()));

    [Fact]
    public Task Should_name_the_setting_with_an_address_of_another_machine() => Fails("HOST", ("HOST", "203.0.113.5"));

    [Fact]
    public async Task Should_name_the_port_that_is_in_use()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await Fails("PORT", ("PORT", $"{((IPEndPoint)other.LocalEndpoint).Port}"));
    }

    [Fact]
    public async Task Should_name_the_role_that_there_is_not_and_those_that_there_are()
    {
        var line = LastLine(await HostProcess.RunToEnd(system.Environment, "ingress,nonsense"));
        Assert.Contains("'nonsense'", line, StringComparison.Ordinal);
        Assert.Contains("ingress, saga, llm, memory", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_refuse_a_database_of_a_newer_version()
    {
        await using (var process = await HostProcess.Start(system.Environment))
            await process.Terminate();
        await using (var command = system.Database.CreateCommand("insert into bus_schema (module, number) values ('Bus.Conversations', 42)"))
            await command.ExecuteNonQueryAsync();

        var line = LastLine(await HostProcess.RunToEnd(system.Environment));

        Assert.Contains("schema 42 of Bus.Conversations", line, StringComparison.Ordinal);
        Assert.Contains("knows 2", line, StringComparison.Ordinal);
    }

    private async Task Fails(string setting, (string Name, string? Value) with)
    {
        var environment = new Dictionary<string, string?>(system.Environment) { [with.Name] = with.Value };
        Assert.Contains(setting, LastLine(await HostProcess.RunToEnd(environment)), StringComparison.Ordinal);
    }

    /// <summary>The only line that is no log entry; nothing in the log may look like a crash.</summary>
    private string LastLine((int ExitCode, string Output) end)
    {
        Assert.True(end.ExitCode == 1, $"{end.ExitCode}: {end.Output}");
        Assert.DoesNotContain(Secret, end.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(new NpgsqlConnectionStringBuilder(TestServers.Postgres).Password!, end.Output, StringComparison.Ordinal);
        foreach (var crash in new[] { "   at ", "Exception", " fail: ", " crit: " })
            Assert.DoesNotContain(crash, end.Output, StringComparison.Ordinal);
        var lines = end.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var line = Assert.Single(lines, line => !line.Contains("Z info: ", StringComparison.Ordinal) && !line.Contains("Z warn: MassTransit", StringComparison.Ordinal));
        Assert.Same(lines[^1], line);
        Assert.DoesNotContain(system.VirtualHost, line, StringComparison.Ordinal);
        return line;
    }
}
