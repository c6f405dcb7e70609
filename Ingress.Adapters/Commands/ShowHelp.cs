using Microsoft.Extensions.DependencyInjection;

namespace Bus.Ingress.Commands;

/// <summary>Lists what the bot can do.</summary>
internal sealed class ShowHelp(IServiceProvider services) : IBotCommand
{
    public string Name => "help";

    public Task<string?> Run(CommandCall call, CancellationToken cancellation)
    {
        var lines = services.GetRequiredService<BotCommands>().All.Select(command => $"/{command.Name} – {call.Texts[$"command_{command.Name}"]}");
        return Task.FromResult<string?>($"{call.Texts["help"]}\n\n{string.Join('\n', lines)}");
    }
}
