using Bus.Llm.Metering.Limiting;
using Bus.Llm.Metering.Lookups;
using Bus.Messaging;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bus.Llm.Metering;

/// <summary>Puts the ledger together.</summary>
internal static class MeteringSetup
{
    /// <summary>Adds the ledger and its limits.</summary>
    public static IServiceCollection AddMetering(this IServiceCollection services)
    {
        services.AddLedgerCorrections();
        services.AddSingleton<LedgerRun>();
        services.AddSingleton<LimitAlerts>();
        services.AddSingleton<OpenAttempts>();
        services.AddSingleton<SettlementStatements>();
        services.AddSingleton<SettlementWriter>();
        services.AddSingleton<ReservationWriter>();
        services.AddSingleton<LedgerPresence>();
        services.AddSingleton<Ledger>();
        services.AddSingleton<ILedger>(provider => provider.GetRequiredService<Ledger>());
        services.AddHostedService(provider => provider.GetRequiredService<Ledger>());
        services.AddSingleton<LostAttempts>();
        services.AddSingleton<StrayAttempts>();
        services.AddSingleton<LimitStore>();
        services.AddHostedService<LedgerSweeper>();
        services.AddHostedService<UsageLookups>();
        return services;
    }

    /// <summary>Adds what corrects the ledger, for those who need no more of it as well; once, however often it is called.</summary>
    public static IServiceCollection AddLedgerCorrections(this IServiceCollection services)
    {
        services.TryAddSingleton<LimitBook>();
        services.TryAddSingleton<Corrections>();
        services.TryAddSingleton<ILedgerCorrections>(provider => provider.GetRequiredService<Corrections>());
        return services;
    }

    /// <summary>Maps the endpoints of the limits.</summary>
    public static void MapMetering(this IEndpointRouteBuilder routes) => routes.MapLimitsApi();
}
