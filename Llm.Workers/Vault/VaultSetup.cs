using Bus.Events;
using Bus.Messaging.Access;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Llm.Vault;

/// <summary>Where keys of providers are sealed and opened.</summary>
public static class VaultSetup
{
    /// <summary>Adds the vault, also for a command that works on it and ends.</summary>
    /// <exception cref="LlmSettingException">A setting makes no sense.</exception>
    public static IServiceCollection AddVault(this IServiceCollection services, IConfiguration configuration)
    {
        var masterKeys = MasterKeys.From(configuration);
        return services
            .AddSingleton(SchemaScripts.Of(typeof(VaultSetup).Assembly))
            .AddSingleton(new KeyVault(masterKeys))
            .AddSingleton<SealedKeys>()
            .AddSingleton(provider => new KeysTool(
                provider.GetRequiredService<KeyVault>(), provider.GetRequiredService<SealedKeys>(), provider.GetRequiredService<IAudit>()));
    }

    /// <summary>Has a process say whether it can open all that is sealed.</summary>
    internal static IServiceCollection AddVaultWatch(this IServiceCollection services)
    {
        services.AddSingleton<VaultWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<VaultWatch>());
        services.AddHealthChecks().AddCheck<VaultCheck>("provider_keys");
        return services;
    }
}
