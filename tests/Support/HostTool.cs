using System.Diagnostics;
using System.Threading.Channels;

namespace Bus.Tests.Support;

/// <summary>A command of the program that works on the log, as <c>./bus</c> runs it.</summary>
internal sealed class HostTool : IAsyncDisposable
{
    private readonly Process process;
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly Task<string> errors;
    private readonly Task reading;

    private HostTool(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
        reading = ReadLines();
    }

    /// <summary>Starts it on a log.</summary>
    public static HostTool Start(string postgres, params string[] arguments)
    {
        var start = new ProcessStartInfo(TestServers.HostExecutable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["BUS_POSTGRES"] = postgres;
        return new HostTool(Process.Start(start)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> Run(string postgres, params string[] arguments)
    {
        await using var tool = Start(postgres, arguments);
        await tool.process.WaitForExitAsync().WaitAsync(Patience.Limit);
        await tool.reading;
        return (tool.process.ExitCode, string.Concat(tool.Lines().Select(line => line + "\n")), await tool.errors);
    }

    /// <summary>The next line it writes.</summary>
    public Task<string> Line() => lines.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

    /// <summary>What it has written beyond the lines taken.</summary>
    public IEnumerable<string> Lines()
    {
        while (lines.Reader.TryRead(out var line))
            yield return line;
    }

    /// <summary>As Ctrl-C ends it.</summary>
    public async Task<int> Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await kill.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(Patience.Limit);
        return process.ExitCode;
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

    private async Task ReadLines()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            lines.Writer.TryWrite(line);
        lines.Writer.Complete();
    }
}
