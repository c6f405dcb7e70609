using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Replays;

public sealed class Replaying_from_the_command_line(SharedSystem shared)
{
    [Fact]
    public async Task Should_print_each_turn_with_its_difference_and_the_totals()
    {
        var session = await shared.Http.SessionOf(shared.System, "first", "second \u001b[31mred");

        var (exitCode, output, errors) = await Replay($"{session}", "--model", "demo");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("Turn 1: first\n  session  demo, ", output, StringComparison.Ordinal);
        Assert.Matches(@"  replay   demo, \d+ tokens in, \d+ out, \d+ ms, cost \$0, similarity 1\n  The text is the same\.\n", output);
        Assert.Matches(@"Replay [0-9a-f-]{36}: 2 turns, 2 with the same text, 0 failed\n  session  \d+ tokens in, \d+ out, \d+ ms, cost \$0\n  replay   ", output);
        Assert.DoesNotContain("\u001b", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_print_one_JSON_object_when_it_is_wanted()
    {
        var session = await shared.Http.SessionOf(shared.System, "a", "b", "c");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "Be brief.\n");

        var (exitCode, output, errors) = await Replay($"{session}", "--system", file, "--temperature", "0.5", "--turns", "2-3", "--json");
        File.Delete(file);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Single(output.TrimEnd('\n').Split('\n'));
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(("finished", "Be brief.", 0.5), (report.GetProperty("status").GetString(), report.GetProperty("system").GetString(), report.GetProperty("temperature").GetDouble()));
        Assert.Equal([2, 3], report.GetProperty("turns").EnumerateArray().Select(turn => turn.GetProperty("number").GetInt32()));
        var overHttp = await shared.Http.Replay(session, report.GetProperty("replay_id").GetGuid());
        Assert.True(JsonElement.DeepEquals(overHttp, report));
    }

    [Fact]
    public async Task Should_mark_the_words_that_differ_and_say_that_a_turn_failed()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var host = await system.AddProcess();
        var session = await host.Http.SessionOf(system, provider, ("one", "red figs"), ("two", "green figs"));

        var running = HostProcess.Command(system.Environment, "replay", $"{session}", "--model", "gated-2");
        await (await provider.Call("one")).Answer("blue figs");
        await (await provider.Call("two")).Refuse(500);
        var (exitCode, output, errors) = await running;

        Assert.Equal((2, ""), (exitCode, errors));
        Assert.Contains("[-red -]{+blue +}figs", output, StringComparison.Ordinal);
        Assert.Matches("replay   gated, 11 tokens in, 7 out, [0-9]+ ms, cost -, similarity 0\\.4", output);
        Assert.Matches("replay   gated-2, 0 tokens in, 0 out, [0-9]+ ms, cost -, failed: .*500", output);
        Assert.Contains("2 turns, 0 with the same text, 1 failed", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The session is no UUID.", "no-uuid")]
    [InlineData("The session does not exist.", "550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("There is no turn 2: the session has one.", "SESSION", "--turns", "2")]
    [InlineData("--turns must be the number of a turn, or two as in 3-7, counted from 1.", "SESSION", "--turns", "7-3")]
    [InlineData("--turns must be the number of a turn, or two as in 3-7, counted from 1.", "SESSION", "--turns", "0")]
    [InlineData("--temperature must be a number from 0 to 2.", "SESSION", "--temperature", "2.5")]
    [InlineData("--temperature must be a number from 0 to 2.", "SESSION", "--temperature", "NaN")]
    [InlineData("--temperature must be a number from 0 to 2.", "SESSION", "--temperature", "hot")]
    [InlineData("--model is empty.", "SESSION", "--model", " ")]
    [InlineData("--model must be at most 200 characters, none of them control characters.", "SESSION", "--model", "a\u0007b")]
    [InlineData("The model 'openai:gpt-4o' is switched off.", "SESSION", "--model", "openai:gpt-4o")]
    [InlineData("--system: /dev/null is empty.", "SESSION", "--system", "/dev/null")]
    [InlineData("--system: /no/such/file cannot be read.", "SESSION", "--system", "/no/such/file")]
    [InlineData("--system: /tmp cannot be read.", "SESSION", "--system", "/tmp")]
    [InlineData("Required argument 'session' missing for command: 'replay'. See --help.")]
    [InlineData("Unrecognized command or argument '--nonsense'. See --help.", "SESSION", "--nonsense")]
    public async Task Should_end_with_one_line_when_it_cannot_be(string error, params string[] arguments)
    {
        var session = $"{await shared.Http.SessionOf(shared.System, "1")}";

        var (exitCode, output, errors) = await Replay([.. arguments.Select(argument => argument.Replace("SESSION", session, StringComparison.Ordinal))]);

        Assert.Equal((1, "", $"{error}\n"), (exitCode, output, errors));
    }

    [Fact]
    public async Task Should_say_that_nothing_runs_that_talks_to_models()
    {
        await using var system = await TestSystem.Create();
        var all = await system.AddProcess();
        var session = await all.Http.SessionOf(system, "1");
        await all.Terminate();

        var (exitCode, output, errors) = await HostProcess.Command(system.Environment, "replay", $"{session}");

        Assert.Equal((1, "", "No process answers: none with the role 'llm' is running (./bus up starts one).\n"), (exitCode, output, errors));

        // Whoever was told so is not surprised later: what was asked for in vain has expired.
        await system.AddProcess();
        (exitCode, _, errors) = await HostProcess.Command(system.Environment, "replay", $"{session}");
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(1L, await system.Scalar<long>("select count(*) from mt_streams where type = 'replay'"));
    }

    private Task<(int ExitCode, string Output, string Errors)> Replay(params string[] arguments) =>
        HostProcess.Command(shared.System.Environment, ["replay", .. arguments]);
}
