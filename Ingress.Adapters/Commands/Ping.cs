namespace Bus.Ingress.Commands;

/// <summary>Tells that the bot is there (contract, P-25).</summary>
internal sealed class Ping : IBotCommand
{
    public string Name => "ping";

    public Task<string?> Run(CommandCall call, CancellationToken cancellation) => Task.FromResult<string?>(call.Texts["pong"]);
}
