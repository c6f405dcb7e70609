using Bus.Events;
using Bus.Ingress.Commands;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord;
using Bus.Ingress.Http;
using Bus.Ingress.Intake;
using Bus.Ingress.Settings;
using Bus.Ingress.Telegram;
using Bus.Ingress.Telegram.Updates;
using Bus.Messaging;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bus.Ingress;

/// <summary>People in, answers out.</summary>
public static class IngressModule
{
    /// <summary>Adds the adapters.</summary>
    public static IHostApplicationBuilder AddIngress(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddReplyListener();
        services.AddSingleton(Backlog.From(builder.Configuration));
        services.AddHostedService<BacklogWatch>();
        services.AddHealthChecks().AddCheck<IntakeCheck>("intake");
        services.AddSingleton<Unanswered>();
        services.AddSingleton(SchemaScripts.Of(typeof(IngressModule).Assembly));
        services.AddSingleton<SettingsCascade>();
        services.AddSingleton<MessageIntake>();
        services.AddSingleton<TakingIn>();
        services.AddSingleton<Reception>();
        services.AddCommands();
        services.AddDelivery();
        services.AddTelegram(builder.Configuration);
        services.AddDiscord(builder.Configuration);
        services.AddSingleton<HttpTurns>();
        services.AddSingleton<IConversations, NamedConversations>();
        return builder;
    }

    /// <summary>Maps the HTTP endpoints.</summary>
    public static IEndpointRouteBuilder MapIngress(this IEndpointRouteBuilder routes)
    {
        routes.MapBotApi();
        routes.MapConversationsApi();
        routes.MapChatApi();
        routes.MapReplaysApi();
        routes.MapPlaceSettingsApi();
        routes.MapTelegramWebhook();
        return routes;
    }
}
