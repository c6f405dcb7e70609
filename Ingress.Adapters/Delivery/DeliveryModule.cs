using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Ingress.Delivery;

/// <summary>Answers out.</summary>
internal static class DeliveryModule
{
    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.AddSingleton<DeliveryLedger>();
        services.AddSingleton<PlatformCalls>();
        services.AddSingleton<ReplyDelivery>();
        services.AddSingleton<LiveFrames>();
        services.AddSingleton<LiveReplies>();
        services.RegisterConsumer<DeliverReplyConsumer>();
        services.RegisterConsumer<RetractReplyConsumer>();
        return services;
    }
}
