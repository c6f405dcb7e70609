using System.Globalization;
using System.Text;
using Bus.Messaging.Broker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bus.Ingress.Commands;

/// <summary>Tells whether all that an answer takes is there (contract, P-26): the servers, and a process for each step.</summary>
internal sealed class ShowHealth(IServiceProvider services, QueueDepths queues) : IBotCommand
{
    /// <summary>Where each step of a turn is waited for.</summary>
    private static readonly (string Step, string Queue)[] Steps =
        [("conversations", "conversation"), ("memory", "build-context"), ("models", "generate-reply"), ("delivery", "deliver-reply")];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => "health";

    public async Task<string?> Run(CommandCall call, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(patience.Token);
        var lines = new StringBuilder();
        foreach (var (name, entry) in report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            Add(name, entry.Status);
        var isWell = report.Status == HealthStatus.Healthy;
        foreach (var (step, queue) in Steps)
        {
            var isServed = await queues.Consumers(queue, patience.Token) > 0;
            Add(step, isServed ? HealthStatus.Healthy : HealthStatus.Unhealthy);
            isWell &= isServed;
        }

        return $"{call.Texts[isWell ? "all_well" : "not_well"]}\n{lines}";

        void Add(string name, HealthStatus status) =>
            lines.Append(CultureInfo.InvariantCulture, $"\n- {(status == HealthStatus.Healthy ? "✅" : status == HealthStatus.Degraded ? "⚠️" : "❌")} {name}");
    }
}
