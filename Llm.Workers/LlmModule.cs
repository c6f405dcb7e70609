using Bus.Contracts;
using Bus.Events;
using Bus.Llm.Consumers;
using Bus.Llm.Metering;
using Bus.Llm.Replays;
using Bus.Messaging;
using MassTransit.Configuration;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bus.Llm;

/// <summary>Everything that talks to models.</summary>
public static partial class LlmModule
{
    /// <summary>The name under which model calls are traced.</summary>
    public const string ActivitySourceName = "Bus.Llm";

    private const int DemoDelay = 30;

    /// <summary>Adds the module; throws <see cref="LlmSettingException"/> when the settings make no sense.</summary>
    public static IHostApplicationBuilder AddLlm(this IHostApplicationBuilder builder)
    {
        var choice = ProviderChoice.From(builder.Configuration);
        var demoPace = builder.Configuration.Milliseconds("DEMO_CHUNK_DELAY_MS", DemoDelay);

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services =>
        {
            var log = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(LlmModule));
            LogChoice(log, choice.Provider, choice.Model);
            return ModelRoute.To(choice, demoPace, services.GetRequiredService<TimeProvider>());
        });
        builder.Services.AddSingleton(services => new NamedModels(
            services.GetRequiredService<ModelRoute>(),
            builder.Configuration,
            choice => ModelRoute.To(choice, demoPace, services.GetRequiredService<TimeProvider>())));
        builder.Services.AddSingleton(new ModelConcurrency(builder.Configuration.Number(Limits.LlmConcurrency)));
        builder.Services.AddSingleton<RunningAttempts>();
        builder.Services.AddSingleton<AttemptResults>();
        builder.Services.RegisterConsumer<GenerateReplyConsumer, GenerateReplyConsumerDefinition>();
        builder.Services.RegisterConsumer<StopGeneratingConsumer, StopGeneratingConsumerDefinition>();
        builder.Services.AddReplays();
        return builder;
    }

    /// <summary>Adds what every process needs that asks models: the ledger.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        _ = configuration;
        services.AddSingleton(SchemaScripts.Of(typeof(LlmModule).Assembly));
        services.AddMetering();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapLlm(this IEndpointRouteBuilder routes)
    {
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Replies come from {Provider}, model {Model}")]
    private static partial void LogChoice(ILogger log, string provider, string model);
}
