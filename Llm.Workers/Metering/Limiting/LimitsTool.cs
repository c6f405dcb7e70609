using Bus.Events;
using Bus.Messaging.Access;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Llm.Metering.Limiting;

/// <summary>What whoever runs the system can do about limits.</summary>
public sealed class LimitsTool
{
    private static readonly Actor By = new("cli", "command line", "");

    private readonly LimitStore limits;

    internal LimitsTool(LimitStore limits) => this.limits = limits;

    /// <summary>Counts anew, from the ledger, what limits count; calls wait meanwhile.</summary>
    /// <returns>How many counters there are now.</returns>
    public Task<long> Recount(CancellationToken cancellation) => limits.Recount(By, cancellation);
}

/// <summary>Puts together what a command needs that works on limits and ends.</summary>
public static class LimitsSetup
{
    /// <summary>Adds <see cref="LimitsTool"/>.</summary>
    public static IServiceCollection AddLimitsTool(this IServiceCollection services) => services
        .AddSingleton(SchemaScripts.Of(typeof(LimitsSetup).Assembly))
        .AddSingleton<LimitStore>()
        .AddSingleton(provider => new LimitsTool(provider.GetRequiredService<LimitStore>()));
}
