using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Bus.Bench.Turns;

/// <summary>The measured system: all roles in one process, as <c>./bus up</c> runs it, or some of them.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(30);

    // What somebody's shell may hold and a measurement must not depend on.
    private static readonly string[] Unset =
        ["SYSTEM_PROMPT", "SHORT_HISTORY_LIMIT", "DEFAULT_CONTEXT_TOKEN_LIMIT", "LLM_PROVIDER", "OTEL_EXPORTER_OTLP_ENDPOINT", "BOT_TOKEN"];

    private const string UnsetPrefix = "TELEGRAM_"; // nor may it talk to people

    private readonly Process process;

    private HostProcess(Process process, int port) => (this.process, Port) = (process, port);

    public int Pid => process.Id;

    public int Port { get; }

    /// <param name="pace">The demo model's pause between two words.</param>
    /// <param name="roles">Only these; all when null.</param>
    /// <param name="postgres">Another database than the one of the servers.</param>
    /// <param name="settings">More settings.</param>
    public static async Task<HostProcess> Start(
        TimeSpan pace, string? roles = null, string? postgres = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(Servers.Host, roles is null ? ["serve"] : ["serve", "--roles", roles]) { RedirectStandardOutput = true };
        start.Environment["HOST"] = "127.0.0.1";
        start.Environment["BUS_ANONYMOUS_API"] = "loopback";
        start.Environment["BUS_POSTGRES"] = postgres ?? Servers.Postgres;
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["LOG_LEVEL"] = "warn";
        start.Environment["DEMO_CHUNK_DELAY_MS"] = pace.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        foreach (var name in start.Environment.Keys.Where(name => Unset.Contains(name) || name.StartsWith(UnsetPrefix, StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        var process = Process.Start(start)!;
        var complaints = new Complaints();
        process.OutputDataReceived += (_, line) => complaints.Add(line.Data ?? "");
        process.BeginOutputReadLine();
        var host = new HostProcess(process, port);
        await host.Healthy();
        return host;
    }

    /// <summary>Stops it as a service manager would; it has to end by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        using (process)
        {
            if (process.HasExited)
                return;
            using var kill = Process.Start("kill", ["-TERM", Pid.ToString(CultureInfo.InvariantCulture)]);
            using var limit = new CancellationTokenSource(StopsWithin, TimeProvider.System);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw new BenchException($"The host did not stop within {StopsWithin.TotalSeconds} s of SIGTERM.");
            }
        }
    }

    private async Task Healthy()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromSeconds(5) };
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < StartsWithin)
        {
            if (process.HasExited)
                throw new BenchException($"The host ended with exit code {process.ExitCode}.");
            try
            {
                using var response = await client.GetAsync(new Uri("/health", UriKind.Relative));
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // does not listen yet
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        process.Kill();
        throw new BenchException($"The host was not healthy within {StartsWithin.TotalSeconds} s.");
    }

    /// <summary>The host's warnings and errors. Our own standard output is for results only.</summary>
    private sealed class Complaints
    {
        private const int Most = 20;
        private const int LongestLine = 400;
        private int count;

        public void Add(string line)
        {
            if (line.Length > 0 && !line.Contains(" info: ", StringComparison.Ordinal) && ++count <= Most)
                Console.Error.WriteLine($"host: {line[..Math.Min(line.Length, LongestLine)]}");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
