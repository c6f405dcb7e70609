using Bus.Tests.Projections;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.CommandLine;

/// <summary><c>./bus projections</c>, <c>rebuild</c>, <c>trace</c> and <c>usage</c>, as an operator runs them.</summary>
public sealed class Looking_after_projections : IAsyncLifetime
{
    private Projecting projecting = null!;
    private Guid session;

    public async ValueTask InitializeAsync()
    {
        projecting = await Projecting.Start();
        session = await projecting.Events.Session(turns: 3);
        await projecting.CaughtUp();
    }

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    [Fact]
    public async Task Should_say_how_each_stands()
    {
        var (code, output, errors) = await Run("projections");

        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(
            ["Ledger       generation 1, at event 16", "Sessions     generation 1, at event 16", "Transcript   generation 1, at event 16", "TurnTraces   generation 1, at event 16", "Usage        generation 1, at event 16"],
            output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Should_name_what_is_set_aside_and_take_it_up_when_told()
    {
        await projecting.Log.Run($"""
            update mt_events set data = data - 'Reason' where type = 'turn_failed';
            insert into bus_set_aside (projection, generation, stream_id, seq_id, version, type, error)
            values ('Sessions', 1, '{session}', 7, 7, 'message_received', 'too strange')
            """);

        var (_, before, _) = await Run("projections");
        Assert.Contains("1 streams set aside  DEGRADED", before, StringComparison.Ordinal);
        Assert.Contains($"Sessions without stream {session} from version 7 (event 7, message_received) on", before, StringComparison.Ordinal);
        Assert.Contains("too strange", before, StringComparison.Ordinal);

        Assert.Equal((0, "Sessions: 1 streams taken up again, 0 still set aside\n", ""), await Run("projections", "retry", "sessions"));
        Assert.DoesNotContain("DEGRADED", (await Run("projections")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_rebuild_one_or_all_and_go_back()
    {
        var (code, output, errors) = await Run("rebuild", "Usage");
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches(@"^Usage: 3 events in \d+\.\d s \(\d+/s\); generation 2 instead of 1\n$", output);

        Assert.Equal(["Sessions", "Transcript", "TurnTraces", "Usage", "Ledger"], (await Run("rebuild", "all")).Output.TrimEnd('\n').Split('\n').Select(line => line.Split(':')[0]));
        Assert.Equal((0, "Usage: went back; generation 2 instead of 3\n", ""), await Run("rebuild", "usage", "--rollback"));
        Assert.Equal([2, 2, 2, 2, 2], await projecting.Log.Rows<int>("select generation from bus_projections order by name"));
    }

    [Theory]
    [InlineData("There is no projection 'Sesions'. There are: Sessions, Transcript, TurnTraces, Usage, Ledger, or all.", "rebuild", "Sesions")]
    [InlineData("There is no projection 'nothing'", "projections", "retry", "nothing")]
    [InlineData("Sessions has no generation to go back to: it was not rebuilt yet.", "rebuild", "Sessions", "--rollback")]
    [InlineData("Required argument 'name' missing", "rebuild")]
    [InlineData("'nonsense' is no trace code. Expected: 32 hexadecimal digits.", "trace", "nonsense")]
    [InlineData("No turn has the trace code 00000000000000000000000000000000", "trace", "00000000000000000000000000000000")]
    [InlineData("--days must be a number from 1 to 36500.", "usage", "--days", "0")]
    [InlineData("Cannot parse argument 'x'", "usage", "--days", "x")]
    public async Task Should_say_in_one_line_what_is_wrong(string why, params string[] arguments)
    {
        var (code, output, errors) = await Run(arguments);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(why, Assert.Single(errors.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_find_the_turn_behind_a_trace_code()
    {
        var trace = await projecting.Log.One<string>("select trace_id from task_traces order by created_at limit 1");

        var (code, output, errors) = await Run("trace", trace.ToUpperInvariant());

        Assert.Equal((0, ""), (code, errors));
        var lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal($" of session {session}, asked by anna at 2026-03-01 10:01:00Z", lines[0][41..]);
        Assert.Equal("replied by model-1", lines[1]);
        Assert.Equal(
            ["message_received", "turn_started", "context_built", "reply_generated", "reply_delivered"], lines[2..].Select(line => line.Split(' ')[^1]));
    }

    [Fact]
    public async Task Should_add_up_what_the_models_took()
    {
        await projecting.Log.Run("update usage_1 set ended_at = now(), is_estimated = id = (select min(id) from usage_1)");

        var (code, output, _) = await Run("usage", "--days", "1");

        Assert.Equal(0, code);
        Assert.Matches(@"\n\d{4}-\d\d-\d\d +3 +0 +30 +60  -           fake: model-1 \(30 tokens estimated\) \(3 requests have no known price\)\n$", output);
    }

    private Task<(int ExitCode, string Output, string Errors)> Run(params string[] arguments) => HostTool.Run(projecting.Log.ConnectionString, arguments);
}
