using System.Text.Json.Serialization;
using Bus.Host.Lifetime;
using Bus.Messaging.Access;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bus.Host.Health;

/// <summary>One health model at every path that clients of the earlier systems ask (contract, X-11).</summary>
internal static class HealthModule
{
    private static readonly string[] Paths = ["/health", "/healthz", "/api/health", "/api/v1/health", "/api/settings/health"];

    public static void AddHealth(this WebApplicationBuilder builder, Roles roles)
    {
        builder.Services.AddSingleton(roles);
        builder.Services.AddHealthChecks()
            .AddCheck<PostgresCheck>("postgresql", timeout: TimeSpan.FromSeconds(5))
            .AddCheck<ProjectionsCheck>("projections", timeout: TimeSpan.FromSeconds(5));
        builder.Services.Configure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations.Where(r => r.Name == "masstransit-bus"))
                check.Name = "rabbitmq";
        });
    }

    public static void MapHealth(this WebApplication app)
    {
        foreach (var path in Paths)
        {
            app.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], Check).WithTags("Health").WithMetadata(new AnswersWhileStopping())
                .IsOpen("load balancers ask; it names no host and no user")
                .WithSummary("Whether this process can do its work, and each server it needs")
                .Produces<HealthResponse>().Produces<HealthResponse>(StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>No exception text: it may name hosts and users.</summary>
    private static async Task<IResult> Check(HttpResponse response, HealthCheckService health, Roles roles, Intake intake, CancellationToken cancellation)
    {
        response.Headers.CacheControl = "no-store, no-cache";
        if (intake.IsClosed)
            return Answer("stopping", roles, new Dictionary<string, HealthOfServer>(), isWell: false);
        var report = await health.CheckHealthAsync(cancellation);
        var checks = report.Entries.ToDictionary(
            entry => entry.Key,
            entry => new HealthOfServer(
                Word(entry.Value.Status),
                Math.Round(entry.Value.Duration.TotalMilliseconds, 1),
                entry.Value.Data.GetValueOrDefault("decryptable") as int?,
                entry.Value.Data.GetValueOrDefault("sealed") as int?));
        return Answer(Word(report.Status), roles, checks, isWell: report.Status != HealthStatus.Unhealthy);
    }

    private static JsonHttpResult<HealthResponse> Answer(string status, Roles roles, IReadOnlyDictionary<string, HealthOfServer> checks, bool isWell) => TypedResults.Json(
        new HealthResponse(status, typeof(HealthModule).Assembly.GetName().Version?.ToString(3), roles.Chosen, checks),
        statusCode: isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}

/// <summary>The health of a process.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c>, <c>unhealthy</c>, or <c>stopping</c> when it takes nothing in any more.</param>
/// <param name="Version">The version of the program.</param>
/// <param name="Roles">What the process does.</param>
/// <param name="Checks">What it needs, servers and keys; none while it stops.</param>
internal sealed record HealthResponse(string Status, string? Version, IEnumerable<string> Roles, IReadOnlyDictionary<string, HealthOfServer> Checks);

/// <summary>The health of a server, or of whatever else a process needs.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="DurationMs">How long it took to answer, in milliseconds.</param>
/// <param name="Decryptable">Of keys of providers: how many this process can decrypt.</param>
/// <param name="Sealed">Of keys of providers: how many there are.</param>
internal sealed record HealthOfServer(
    string Status,
    double DurationMs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Decryptable,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Sealed);
