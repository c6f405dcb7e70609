using Bus.Llm.Catalog;
using Bus.Llm.Gateway.Keeping;
using Bus.Llm.Metering.Lookups;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bus.Llm.Gateway;

/// <summary>Puts the gateway together.</summary>
internal static class GatewaySetup
{
    private const int DemoDelay = 30;

    /// <exception cref="LlmSettingException">A setting is wrong, and named.</exception>
    public static void AddModelGateway(this IServiceCollection services, IConfiguration configuration)
    {
        var demoPace = configuration.Milliseconds("DEMO_CHUNK_DELAY_MS", DemoDelay);
        services.AddSingleton(GatewayOptions.From(configuration));
        services.AddSingleton(provider =>
        {
            var (patience, time) = (provider.GetRequiredService<GatewayOptions>().Patience, provider.GetRequiredService<TimeProvider>());
            return new Upstreams(
                new ProviderClient(ProviderTransport.Create(patience.Connect), patience, time),
                new ProviderClient(ProviderTransport.CreateGuarded(patience.Connect, provider.GetRequiredService<AddressGuard>()), patience, time),
                new DemoUpstream(new DemoChatClient(demoPace, time), time));
        });
        services.AddSingleton<IUsageSource>(provider => new ProviderUsage(
            ProviderTransport.Create(provider.GetRequiredService<GatewayOptions>().Patience.Connect), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ProviderUsage>>()));
        services.AddSingleton<HealthBoard>();
        services.AddSingleton<HealthStore>();
        services.AddHostedService(provider => provider.GetRequiredService<HealthStore>());
        services.AddHostedService<KeyProbes>();
        services.AddSingleton<KeyTurns>();
        services.AddSingleton<RouteTurns>();
        services.AddSingleton<QuarantineNotice>();
        services.AddSingleton<ModelGateway>();
        services.AddSingleton<TurnModels>();
        services.AddSingleton<AnswerCache>();
        services.AddSingleton<KeepingGateway>();
        services.AddHostedService<OldAnswers>();
    }
}
