using Bus.Events.Projections;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Bus.Host.Health;

/// <summary>The projections show people all that is in the log.</summary>
internal sealed class ProjectionsCheck(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var degraded = (await ProjectionStatus.Read(database, cancellationToken)).Where(status => status.IsDegraded).Select(status => status.Name).ToList();
            return degraded.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"Degraded: {string.Join(", ", degraded)}.");
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Degraded("Unknown: PostgreSQL does not answer.");
        }
    }
}
