using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Bots;
using Bus.Ingress.Discord.Delivery;
using Bus.Ingress.Discord.Gateway;
using Bus.Ingress.Discord.Intake;
using Bus.Ingress.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Ingress.Discord;

/// <summary>Bots on Discord.</summary>
internal static class DiscordModule
{
    /// <summary>Adds those whose tokens are set.</summary>
    /// <exception cref="InvalidOperationException">A setting is wrong.</exception>
    public static IServiceCollection AddDiscord(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = DiscordSettings.From(configuration);
        services.AddSingleton(settings);
        services.AddSingleton(new GivenSettings(Platforms.Discord, settings.Given));
        services.AddSingleton<DiscordBots>();
        services.AddSingleton<DiscordChannels>();
        services.AddSingleton<DiscordPlaces>();
        services.AddSingleton<DiscordMessages>();
        services.AddSingleton<PendingInteractions>();
        services.AddSingleton<ReplyChain>();
        services.AddSingleton<LongTexts>();
        services.AddSingleton<SpokenMessages>();
        services.AddSingleton<LateMessages>();
        services.AddSingleton<RemovedMessages>();
        services.AddSingleton<Gaps>();
        services.AddSingleton<BusyNotice>();
        services.AddSingleton<Interactions>();
        services.AddSingleton<DiscordIntake>();
        services.AddSingleton<CommandMenu>();
        services.AddSingleton<GatewaySessions>();
        services.AddSingleton<ShardLoop>();
        services.AddSingleton<DiscordSweep>();
        services.AddSingleton<IPlatformDelivery, DiscordDelivery>();
        services.AddHostedService<DiscordService>();
        return services;
    }
}
