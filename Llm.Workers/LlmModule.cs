using Bus.Contracts;
using Bus.Events;
using Bus.Llm.Catalog;
using Bus.Llm.Completions;
using Bus.Llm.Consumers;
using Bus.Llm.Gateway;
using Bus.Llm.Metering;
using Bus.Llm.Replays;
using Bus.Llm.Vault;
using Bus.Messaging;
using MassTransit.Configuration;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Bus.Llm;

/// <summary>Everything that talks to models.</summary>
public static class LlmModule
{
    /// <summary>The name under which model calls are traced.</summary>
    public const string ActivitySourceName = "Bus.Llm";

    /// <summary>Adds what answers turns and replays.</summary>
    /// <exception cref="LlmSettingException">The settings make no sense.</exception>
    public static IHostApplicationBuilder AddLlm(this IHostApplicationBuilder builder)
    {
        builder.Services.AddGateway(builder.Configuration);
        builder.Services.AddSingleton(new ModelConcurrency(builder.Configuration.Number(Limits.LlmConcurrency)));
        builder.Services.AddSingleton<RunningAttempts>();
        builder.Services.AddSingleton<AttemptResults>();
        builder.Services.RegisterConsumer<GenerateReplyConsumer, GenerateReplyConsumerDefinition>();
        builder.Services.RegisterConsumer<StopGeneratingConsumer, StopGeneratingConsumerDefinition>();
        builder.Services.AddReplays();
        return builder;
    }

    /// <summary>Adds the gateway to all models, for processes that serve HTTP as for those that answer turns; once, however often it is called.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(ModelGateway)))
            return services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddVault(configuration).AddVaultWatch();
        services.AddSingleton(AddressGuard.From(configuration));
        services.AddCatalog(configuration);
        services.AddSingleton<IModelCatalog>(provider => provider.GetRequiredService<ModelCatalog>());
        services.AddMetering();
        services.AddModelGateway(configuration);
        return services;
    }

    /// <summary>Adds what corrects the ledger, for whoever puts a wrong price right without asking models.</summary>
    public static IServiceCollection AddLedgerCorrections(this IServiceCollection services) =>
        MeteringSetup.AddLedgerCorrections(services.AddSingleton(SchemaScripts.Of(typeof(LlmModule).Assembly)));

    /// <summary>Maps the HTTP endpoints of the gateway.</summary>
    public static IEndpointRouteBuilder MapLlm(this IEndpointRouteBuilder routes)
    {
        routes.MapCatalog();
        routes.MapCompletionsApi();
        routes.MapModelsApi();
        routes.MapMetering();
        return routes;
    }

    private static void AddReplays(this IServiceCollection services)
    {
        services.AddSingleton<TurnReplayer>();
        services.RegisterConsumer<StartReplayConsumer>();
        services.RegisterConsumer<ReplayTurnConsumer, ReplayTurnConsumerDefinition>();
        services.RegisterConsumer<EraseReplaysConsumer>();
    }
}
