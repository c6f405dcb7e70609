using System.CommandLine;
using System.Diagnostics;
using Bus.Events.Rebuild;
using Bus.Memory;

namespace Bus.Host.CommandLine;

/// <summary><c>./bus rebuild NAME|all [--rollback]</c></summary>
internal static class RebuildCommand
{
    private const int BarWidth = 30;

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "A projection (see: projections), or all" };
        var rollback = new Option<bool>("--rollback") { Description = "Go back to the generation before" };
        var command = new Command("rebuild", "Make a projection anew from the log, beside the one that people read, and switch") { name, rollback };
        command.SetAction((parsed, cancellation) => Tool.Run(
            (services, stop) => Run(services, parsed.GetValue(name)!, parsed.GetValue(rollback), stop), cancellation, builder => builder.Services.AddReadModels()));
        return command;
    }

    private static async Task<int> Run(IServiceProvider services, string name, bool rollback, CancellationToken cancellation)
    {
        var rebuild = services.GetRequiredService<ProjectionRebuild>();
        foreach (var projection in ProjectionsCommand.Named(services, name))
        {
            var started = Stopwatch.GetTimestamp();
            var result = rollback
                ? await rebuild.RollBack(projection, cancellation)
                : await rebuild.Run(projection, new Bar(projection.Name), cancellation);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var what = rollback ? "went back" : $"{result.Events} events in {seconds:f1} s ({result.Events / seconds:f0}/s){(result.Resumed ? ", resumed" : "")}";
            var aside = result.SetAside == 0 ? "" : $"; {result.SetAside} streams set aside, see: ./bus projections";
            Console.WriteLine($"{projection.Name}: {what}; generation {result.Generation} instead of {result.Previous}{aside}");
        }

        return 0;
    }

    /// <summary>A line on the terminal that grows; nothing when there is none.</summary>
    private sealed class Bar(string name) : IProgress<RebuildProgress>
    {
        private readonly long started = Stopwatch.GetTimestamp();
        private long? first;

        public void Report(RebuildProgress value)
        {
            if (Console.IsErrorRedirected)
                return;
            first ??= value.Done;
            var perSecond = (value.Done - first.Value) / Math.Max(0.001, Stopwatch.GetElapsedTime(started).TotalSeconds);
            var share = value.All == 0 ? 1 : Math.Min(1, (double)value.Done / value.All);
            var left = perSecond < 1 ? "" : $", {TimeSpan.FromSeconds(Math.Ceiling((value.All - value.Done) / perSecond)):h\\:mm\\:ss} left";
            Console.Error.Write($"\r{name} [{new string('#', (int)(share * BarWidth)),-BarWidth}] {share,4:p0}  {perSecond:f0} events/s{left}   {(share < 1 ? "" : "\n")}");
        }
    }
}
