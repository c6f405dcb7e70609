using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bus.Ingress.Intake;

/// <summary>Messages are taken in. Degraded and not unhealthy while they are not: the process does its work, and has too much of it.</summary>
internal sealed class IntakeCheck(Backlog backlog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        backlog.RetryAfter is null ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("Too many messages wait for their answers."));
}
