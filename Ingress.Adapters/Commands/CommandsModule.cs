using Bus.Ingress.Intake;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Ingress.Commands;

/// <summary>What people can tell bots to do, in the order of their menus.</summary>
internal static class CommandsModule
{
    public static IServiceCollection AddCommands(this IServiceCollection services)
    {
        services.AddSingleton<BotCommands>();
        Add(provider => new BeginAfresh("start", "welcome", provider.GetRequiredService<MessageIntake>()));
        Add(provider => new BeginAfresh("new", "fresh", provider.GetRequiredService<MessageIntake>()));
        Add(provider => new BeginAfresh("reset", "fresh", provider.GetRequiredService<MessageIntake>()));
        services.AddSingleton<IBotCommand, StopAnswer>();
        services.AddSingleton<IBotCommand, RetryAnswer>();
        services.AddSingleton<IBotCommand, ShowUsage>();
        services.AddSingleton<IBotCommand, ChangeSettings>();
        services.AddSingleton<IBotCommand, LinkAccount>();
        services.AddSingleton<IBotCommand, UnlinkAccount>();
        services.AddSingleton<IBotCommand, ShowHealth>();
        services.AddSingleton<IBotCommand, Ping>();
        services.AddSingleton<IBotCommand, ShowHelp>();
        return services;

        void Add(Func<IServiceProvider, IBotCommand> command) => services.AddSingleton(command);
    }
}
