using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bus.Host.Health;

/// <summary>One health model at every path that clients of the earlier systems ask (contract, X-11).</summary>
internal static class HealthModule
{
    private static readonly string[] Paths = ["/health", "/healthz", "/api/health", "/api/v1/health", "/api/settings/health"];

    public static void AddHealth(this WebApplicationBuilder builder, Roles roles)
    {
        builder.Services.AddSingleton(roles);
        builder.Services.AddHealthChecks().AddCheck<PostgresCheck>("postgresql", timeout: TimeSpan.FromSeconds(5));
        builder.Services.Configure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations.Where(r => r.Name == "masstransit-bus"))
                check.Name = "rabbitmq";
        });
    }

    public static void MapHealth(this WebApplication app)
    {
        foreach (var path in Paths)
            app.MapHealthChecks(path, new HealthCheckOptions { ResponseWriter = Write });
    }

    /// <summary>No exception text: it may name hosts and users.</summary>
    private static Task Write(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            status = Word(report.Status),
            version = typeof(HealthModule).Assembly.GetName().Version?.ToString(3),
            roles = context.RequestServices.GetRequiredService<Roles>().Chosen,
            checks = report.Entries.ToDictionary(
                entry => entry.Key,
                entry => new { status = Word(entry.Value.Status), duration_ms = Math.Round(entry.Value.Duration.TotalMilliseconds, 1) }),
        }));
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
