using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Bus.Host.Telemetry;

/// <summary>
/// One trace per turn, across HTTP, bus, saga, PostgreSQL and model. It is exported when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; otherwise only its id is kept, for the log and the trace codes.
/// </summary>
internal static class TelemetryModule
{
    private const string Calls = "System.Net.Http";

    private static readonly string[] Sources =
        ["Microsoft.AspNetCore", "MassTransit", "Npgsql", Calls, "Bus.Ingress", "Bus.Messaging", "Bus.Conversations", "Bus.Llm"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddHostedService(_ => new TelemetryService(
            string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) ? null : Export()));
    }

    private static TracerProvider Export() => Sdk.CreateTracerProviderBuilder()
        .ConfigureResource(resource => resource.AddService(
            Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME") is { Length: > 0 } name ? name : "bus",
            serviceVersion: typeof(TelemetryModule).Assembly.GetName().Version?.ToString(3)))
        .AddSource(Sources)
        .AddOtlpExporter()
        .Build();

    private static ActivityListener IdsAlone() => new()
    {
        ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "MassTransit" or "Bus.Ingress" or "Bus.Conversations",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
    };

    /// <summary>
    /// Takes the words out of failed calls of other servers: what a server wrote may be in the message of an exception, and what we sent, keys among it, in what it wrote.
    /// </summary>
    private static ActivityListener WithoutWords() => new()
    {
        ShouldListenTo = source => source.Name == Calls,
        ExceptionRecorder = (Activity _, Exception _, ref TagList tags) =>
        {
            tags.Add("exception.message", "");
            tags.Add("exception.stacktrace", "");
        },
    };

    private sealed class TelemetryService(TracerProvider? exported) : IHostedLifecycleService, IDisposable
    {
        private ActivityListener? listener;

        public Task StartingAsync(CancellationToken cancellationToken)
        {
            listener = exported is null ? IdsAlone() : WithoutWords();
            ActivitySource.AddActivityListener(listener);
            return Task.CompletedTask;
        }

        /// <summary>What is not exported yet, is now.</summary>
        public void Dispose()
        {
            listener?.Dispose();
            exported?.Dispose();
        }

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
