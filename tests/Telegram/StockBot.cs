using System.Diagnostics;
using System.Globalization;
using System.Text;
using Bus.Fakes.Telegram;
using Bus.Tests.Architecture;

namespace Bus.Tests.Telegram;

/// <summary>A bot made with a library that many use, as a process of its own (<c>tests/clients/telegram</c>).</summary>
internal sealed class StockBot : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly List<(string Part, TaskCompletionSource Seen)> awaited = [];

    private StockBot(Process process) => this.process = process;

    /// <summary>Starts it and waits until it listens: by polling, or for a webhook on a free port when there is a secret.</summary>
    public static async Task<StockBot> Start(FakeBot bot, string? secret = null)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(Solution.Root, "tests/clients/telegram/bot.mjs"), bot.Telegram.Url.AbsoluteUri.TrimEnd('/'), bot.Token, .. secret is null ? Array.Empty<string>() : ["0", secret]])
            start.ArgumentList.Add(argument);
        var stock = new StockBot(new Process { StartInfo = start });
        stock.process.OutputDataReceived += (_, line) => stock.Keep(line.Data);
        stock.process.ErrorDataReceived += (_, line) => stock.Keep(line.Data);
        stock.process.Start();
        stock.process.BeginOutputReadLine();
        stock.process.BeginErrorReadLine();
        await stock.Says("ready");
        return stock;
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
        await Task.WhenAny(seen.Task, ended).WaitAsync(Patience);
        if (!seen.Task.IsCompleted)
            await seen.Task.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!seen.Task.IsCompletedSuccessfully)
            throw new InvalidOperationException($"It ended without saying '{part}':\n{output}");
    }

    public async Task Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync().WaitAsync(Patience);
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
