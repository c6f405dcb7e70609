using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Settings;
using Bus.Ingress.Telegram.Bots;
using Bus.Ingress.Telegram.Delivery;
using Bus.Ingress.Telegram.Intake;
using Bus.Ingress.Telegram.Updates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Ingress.Telegram;

/// <summary>Bots on Telegram.</summary>
internal static class TelegramModule
{
    /// <summary>Adds those whose tokens are set.</summary>
    /// <exception cref="InvalidOperationException">A setting is wrong.</exception>
    public static IServiceCollection AddTelegram(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = TelegramSettings.From(configuration);
        services.AddSingleton(settings);
        services.AddSingleton(new GivenSettings(Platforms.Telegram, settings.Given));
        services.AddSingleton<TelegramBots>();
        services.AddSingleton<TelegramChats>();
        services.AddSingleton<ReplyChains>();
        services.AddSingleton<StopButton>();
        services.AddSingleton<UpdateIntake>();
        services.AddSingleton<BusyNotice>();
        services.AddSingleton<UpdateLoop>();
        services.AddSingleton<IPlatformDelivery, TelegramDelivery>();
        services.AddHostedService<TelegramService>();
        return services;
    }
}
