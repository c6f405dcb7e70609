using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

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
        services.AddSingleton(provider => new ProviderClient(provider.GetRequiredService<GatewayOptions>().Patience, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Upstreams(
            provider.GetRequiredService<ProviderClient>(),
            new DemoUpstream(new DemoChatClient(demoPace, provider.GetRequiredService<TimeProvider>()), provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton<HealthBoard>();
        services.AddSingleton<HealthStore>();
        services.AddHostedService(provider => provider.GetRequiredService<HealthStore>());
        services.AddHostedService<KeyProbes>();
        services.AddSingleton<KeyTurns>();
        services.AddSingleton<QuarantineNotice>();
        services.AddSingleton<ModelGateway>();
        services.AddSingleton<TurnModels>();
    }
}
