using System.Diagnostics;
using Bus.Tests.Support;

namespace Bus.Tests.Script;

/// <summary>A run of <c>./bus</c>, as in a terminal of its own.</summary>
internal sealed class BusScript : IAsyncDisposable
{
    // Settings of whoever runs the tests, and of the test run itself, are not to be seen by the script.
    private static readonly string[] Inherited = ["PATH", "HOME", "DOTNET_ROOT", "DOTNET_CLI_HOME", "NUGET_PACKAGES"];

    // The process that setsid becomes leads a group of its own. Its input ends when the tests end, also when they are
    // killed; what they have started must end then, too.
    private const string Launcher =
        """
        exec 3<&0 </dev/null
        (cd / && read -r -u 3; kill -s TERM -- "-$$") >/dev/null 2>&1 &
        exec 3<&- "$@"
        """;

    private readonly Process process;
    private readonly List<string> output = [];
    private readonly List<string> errors = [];
    private readonly List<(string Text, TaskCompletionSource<string> Seen)> awaited = [];

    private BusScript(ProcessStartInfo start) => process = new Process { StartInfo = start };

    public static BusScript Start(string folder, string[] arguments, IReadOnlyDictionary<string, string?>? environment)
    {
        var start = new ProcessStartInfo("setsid", ["bash", "-c", Launcher, "launcher", "./bus", .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var name in Inherited)
            start.Environment[name] = Environment.GetEnvironmentVariable(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;

        var script = new BusScript(start);
        script.process.OutputDataReceived += (_, line) => script.Keep(script.output, line.Data);
        script.process.ErrorDataReceived += (_, line) => script.Keep(script.errors, line.Data);
        script.process.Start();
        script.process.BeginOutputReadLine();
        script.process.BeginErrorReadLine();
        return script;
    }

    /// <summary>The first line that contains a text, as soon as it is there.</summary>
    public async Task<string> Line(string text)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (awaited)
        {
            if (output.Concat(errors).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } line)
                return line;
            awaited.Add((text, seen));
        }

        var ended = Ended();
        return await Task.WhenAny(seen.Task, ended) == ended && !seen.Task.IsCompleted
            ? throw new InvalidOperationException($"'{text}' never came: {(await ended).All}")
            : await seen.Task;
    }

    /// <summary>Ctrl-C, which a terminal sends to the whole group, and what comes of it.</summary>
    public async Task<Ending> Interrupt()
    {
        await Kill.Send("INT", -process.Id);
        return await Ended();
    }

    public async Task<Ending> Ended()
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience.Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Still running: {Now(-1).All}");
        }

        return Now(process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        try
        {
            await Ended();
        }
        catch (TimeoutException)
        {
            await Kill.Send("KILL", -process.Id);
        }

        process.Dispose();
    }

    private Ending Now(int exitCode)
    {
        lock (awaited)
            return new Ending(exitCode, [.. output], [.. errors]);
    }

    private void Keep(List<string> lines, string? line)
    {
        if (line is null)
            return;
        lock (awaited)
        {
            lines.Add(line);
            foreach (var (text, seen) in awaited)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    seen.TrySetResult(line);
            }
        }
    }
}
