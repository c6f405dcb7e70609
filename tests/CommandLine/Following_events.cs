using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.CommandLine;

/// <summary><c>./bus log tail</c>.</summary>
public sealed class Following_events : IAsyncLifetime
{
    private readonly Guid stream = Some.Id();
    private TestLog log = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.Create();
        await log.Events.Append(stream, "session", 0, [Some.Event("one"), Some.Event("two")]);
        await log.Run("update mt_events set type = 'music_played' where version = 2");
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Fact]
    public async Task Should_write_a_line_for_each_as_it_comes_until_it_is_interrupted()
    {
        await using var tail = HostTool.Start(log.ConnectionString, "log", "tail", "--from", "2");
        Assert.Matches($"^#2  .*Z  {stream}  2  music_played  .*\"two\"", await tail.Line());

        await log.Events.Append(stream, "session", 2, [Some.Event("three")]);

        Assert.Matches($"^#3  .*Z  {stream}  3  turn_failed  .*\"three\"", await tail.Line());
        Assert.Equal(130, await tail.Interrupt());
        Assert.Empty(tail.Lines());
    }

    [Fact]
    public async Task Should_write_JSON_from_what_comes_next()
    {
        await using var tail = HostTool.Start(log.ConnectionString, "log", "tail", "--json");
        await Eventually.Get(
            () => log.One<long>("select count(*) from pg_stat_activity where datname = current_database() and state = 'idle' and query like 'select seq_id%'"),
            count => count > 0);

        await log.Events.Append(stream, "session", 2, [Some.Event("three")]);

        var line = JsonSerializer.Deserialize<JsonElement>(await tail.Line());
        Assert.Equal(3, line.GetProperty("sequence").GetInt64());
        Assert.Equal("three", line.GetProperty("data").GetProperty("Reason").GetString());
    }

    [Fact]
    public async Task Should_refuse_a_number_that_is_none()
    {
        var (code, output, errors) = await HostTool.Run(log.ConnectionString, "log", "tail", "--from", "0");
        Assert.Equal((1, "", "--from must be 1 or more: numbers of the log begin there.\n"), (code, output, errors));
    }
}
