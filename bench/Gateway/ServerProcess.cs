using System.Diagnostics;
using System.Globalization;

namespace Bus.Bench.Gateway;

/// <summary>Runs a server of ours beside us. It writes its port as soon as it listens, and ends with its input.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, int port) => (this.process, Port) = (process, port);

    public int Pid => process.Id;

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}");

    public static async Task<ServerProcess> Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // As the host has it.
        start.Environment["DOTNET_gcConcurrent"] = "0";
        var process = Process.Start(start)!;
        return int.TryParse(await process.StandardOutput.ReadLineAsync(), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new ServerProcess(process, port)
            : throw new BenchException($"'{string.Join(' ', arguments)}' did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
