using Bus.Contracts;
using Bus.Ingress.Intake;

namespace Bus.Ingress.Commands;

/// <summary>Stops the answer that is being written; what there is of it stays.</summary>
internal sealed class StopAnswer(MessageIntake intake) : IBotCommand
{
    public string Name => "stop";

    public async Task<string?> Run(CommandCall call, CancellationToken cancellation)
    {
        var stop = new CancelTurn(call.Origin.ConversationId(), null, call.Asker(call.Texts["nothing_to_stop"]));
        await intake.Publish(stop, call.IdOf("stop"), cancellation);
        return null;
    }
}
