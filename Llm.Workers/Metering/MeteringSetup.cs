using Bus.Llm.Metering.Limiting;
using Bus.Llm.Metering.Lookups;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Llm.Metering;

/// <summary>Puts the ledger together.</summary>
internal static class MeteringSetup
{
    /// <summary>Adds the ledger and its limits.</summary>
    public static IServiceCollection AddMetering(this IServiceCollection services)
    {
        services.AddSingleton<LedgerRun>();
        services.AddSingleton<LimitBook>();
        services.AddSingleton<LimitAlerts>();
        services.AddSingleton<OpenAttempts>();
        services.AddSingleton<Corrections>();
        services.AddSingleton<SettlementStatements>();
        services.AddSingleton<SettlementWriter>();
        services.AddSingleton<ReservationWriter>();
        services.AddSingleton<LedgerPresence>();
        services.AddSingleton<Ledger>();
        services.AddSingleton<ILedger>(provider => provider.GetRequiredService<Ledger>());
        services.AddHostedService(provider => provider.GetRequiredService<Ledger>());
        services.AddSingleton<LostAttempts>();
        services.AddSingleton<LimitStore>();
        services.AddHostedService<LedgerSweeper>();
        services.AddHostedService<UsageLookups>();
        return services;
    }

    /// <summary>Maps the endpoints of the limits.</summary>
    public static void MapMetering(this IEndpointRouteBuilder routes) => routes.MapLimitsApi();
}
