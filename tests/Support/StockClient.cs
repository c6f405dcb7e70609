using System.Diagnostics;
using System.Globalization;
using System.Text;
using Bus.Tests.Architecture;

namespace Bus.Tests.Support;

/// <summary>A bot made with a library that many use, as a process of its own (<c>tests/clients</c>).</summary>
internal sealed class StockClient : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly List<(string Part, TaskCompletionSource Seen)> awaited = [];

    private StockClient(Process process) => this.process = process;

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public static async Task<StockClient> Start(string script, params IReadOnlyList<string> arguments)
    {
        var client = Launch(script, arguments);
        await client.Says("ready");
        return client;
    }

    public static StockClient Launch(string script, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(Solution.Root, "tests/clients", script), .. arguments])
            start.ArgumentList.Add(argument);
        var client = new StockClient(new Process { StartInfo = start });
        client.process.OutputDataReceived += (_, line) => client.Keep(line.Data);
        client.process.ErrorDataReceived += (_, line) => client.Keep(line.Data);
        client.process.Start();
        client.process.BeginOutputReadLine();
        client.process.BeginErrorReadLine();
        return client;
    }

    /// <summary>Waits for a line with this in it.</summary>
    public async Task Says(string part)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (output)
        {
            if (output.ToString().Contains(part, StringComparison.Ordinal))
                return;
            awaited.Add((part, seen));
        }

        var ended = process.WaitForExitAsync();
        await ((Task)Task.WhenAny(seen.Task, ended)).WaitAsync(Patience.Limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // The last lines may come after the end.
        if (!seen.Task.IsCompleted && ended.IsCompleted)
            await seen.Task.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!seen.Task.IsCompletedSuccessfully)
            throw new InvalidOperationException($"{(ended.IsCompleted ? "It ended" : "Time went by")} without saying '{part}':\n{output}");
    }

    public async Task Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync().WaitAsync(Patience.Limit);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (output)
        {
            output.AppendLine(line);
            foreach (var (part, seen) in awaited)
            {
                if (line.Contains(part, StringComparison.Ordinal))
                    seen.TrySetResult();
            }
        }
    }
}
