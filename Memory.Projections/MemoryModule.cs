using Bus.Events;
using Bus.Memory.Context;
using Bus.Memory.Ledger;
using Bus.Memory.Repricings;
using Bus.Memory.Retention;
using Bus.Memory.Sessions;
using Bus.Memory.Transcript;
using Bus.Memory.TurnTraces;
using Bus.Memory.Usage;
using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bus.Memory;

/// <summary>What is remembered: read models of the log, and the context that is built from them.</summary>
public static class MemoryModule
{
    /// <summary>Adds the projections and their tables, but not what keeps them up with the log.</summary>
    public static IServiceCollection AddReadModels(this IServiceCollection services) => services
        .AddSingleton(SchemaScripts.Of(typeof(MemoryModule).Assembly))
        .AddProjection<SessionsProjection>()
        .AddProjection<TranscriptProjection>()
        .AddProjection<TurnTracesProjection>()
        .AddProjection<UsageProjection>()
        .AddProjection<LedgerProjection>();

    /// <summary>Adds what puts wrong prices right; it needs the accounts, and what corrects the ledger.</summary>
    public static IServiceCollection AddRepricing(this IServiceCollection services) => services.AddSingleton<Repricer>();

    /// <summary>Adds the builder of contexts and the daemon of the projections.</summary>
    public static IHostApplicationBuilder AddMemory(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(ContextSettings.From(builder.Configuration));
        builder.Services.RegisterConsumer<BuildContextConsumer>();
        builder.Services.RegisterConsumer<ReadUsageConsumer>();
        builder.Services.AddProjectionDaemon();
        builder.Services.AddHostedService<RetentionSweeper>();
        builder.Services.AddHostedService<RepricingSweeper>();
        return builder;
    }
}
