using Bus.Contracts;
using Bus.Ingress.Intake;

namespace Bus.Ingress.Commands;

/// <summary>Closes the session; the next message opens another (contract, T-38).</summary>
/// <param name="name">One of its names.</param>
/// <param name="text">What people are told then.</param>
/// <param name="intake">The way to the bus.</param>
internal sealed class BeginAfresh(string name, string text, MessageIntake intake) : IBotCommand
{
    public string Name => name;

    public async Task<string?> Run(CommandCall call, CancellationToken cancellation)
    {
        var close = new CloseSession(call.Origin.ConversationId(), null, call.Asker(call.Texts[text]));
        await intake.Publish(close, call.IdOf("close"), cancellation);
        return null;
    }
}
