using Bus.Contracts;
using Bus.Events;

namespace Bus.Host.CommandLine;

/// <summary>A command that works on the log and ends, beside or without a running system.</summary>
internal static class Tool
{
    /// <summary>Runs the command. What it logs, and what is wrong, goes to stderr; its result alone to stdout.</summary>
    /// <param name="work">The command; gives the exit code.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="add">Adds the modules it needs beside the log.</param>
    public static async Task<int> Run(
        Func<IServiceProvider, CancellationToken, Task<int>> work, CancellationToken cancellation, Action<IHostApplicationBuilder>? add = null)
    {
        try
        {
            var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
            // Why a start failed is said in one line below.
            builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
            // It would add that a bus which did not start does not stop.
            builder.Logging.AddFilter("MassTransit", LogLevel.Error);
            builder.AddEventStore(EventNames.All);
            add?.Invoke(builder);
            using var host = builder.Build();
            await host.StartAsync(cancellation);
            var exitCode = await work(host.Services, cancellation);
            await host.StopAsync(cancellation);
            return exitCode;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 130;
        }
        catch (Exception failure) when (StartFailure.Explain(failure) is { } explanation)
        {
            await Console.Error.WriteLineAsync(explanation);
            return 1;
        }
    }
}
