using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Bus.Bench.Machine;

namespace Bus.Bench.Log;

/// <summary>
/// Rebuilds of Sessions, one row per stream, as <c>./bus rebuild Sessions</c> does it: each in a new process, which begins cold.
/// </summary>
internal static partial class Rebuilds
{
    public const string Projection = "Sessions";

    private const int EventsOfStream = 20;
    private const int Runs = 3;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>A log of 100,000 events, and one ten times as long.</summary>
    public static async Task<IReadOnlyList<RebuildStep>> Run() => [await Measure(5_000), await Measure(50_000)];

    private static async Task<RebuildStep> Measure(int streams)
    {
        await using var log = await LogDatabase.Create("bus_bench_log_rebuild", connections: 1);
        await LogFiller.Fill(log, streams, EventsOfStream);
        var step = new RebuildStep(streams * EventsOfStream, streams, []);
        while (step.Runs.Count < Runs)
            step = step with { Runs = [.. step.Runs, await Rebuild(log, step.Events)] };
        await Console.Error.WriteLineAsync($"rebuild of {step.Events} events: {step.PerSecond:f0} events/s, {step.Megabytes:f0} MB");
        return step;
    }

    private static async Task<RebuildRun> Rebuild(LogDatabase log, int events)
    {
        var start = new ProcessStartInfo(Servers.Host, ["rebuild", Projection]) { RedirectStandardOutput = true };
        start.Environment["BUS_POSTGRES"] = log.ConnectionString;
        start.Environment["DOTNET_TieredPGO"] = "0"; // as ./bus starts it
        start.Environment["DOTNET_gcServer"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!output.IsCompleted)
        {
            peak = Math.Max(peak, ProcessMemory.PeakBytes(process.Id));
            await Task.WhenAny(output, Task.Delay(LookInterval, TimeProvider.System));
        }

        await process.WaitForExitAsync();
        var said = Said().Match(await output);
        if (process.ExitCode != 0 || !said.Success || said.Groups[1].Value != events.ToString(CultureInfo.InvariantCulture))
            throw new BenchException($"The rebuild of {events} events ended with exit code {process.ExitCode} and said: {await output}");
        return new RebuildRun(events / double.Parse(said.Groups[2].Value, CultureInfo.InvariantCulture), peak);
    }

    [GeneratedRegex(@"(\d+) events in [\d.]+ s \((\d+)/s\)")]
    private static partial Regex Said();
}
