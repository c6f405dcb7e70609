using Bus.Contracts;
using Bus.Ingress.Intake;

namespace Bus.Ingress.Commands;

/// <summary>Has the last question answered anew.</summary>
internal sealed class RetryAnswer(MessageIntake intake, TimeProvider time) : IBotCommand
{
    public string Name => "retry";

    public async Task<string?> Run(CommandCall call, CancellationToken cancellation)
    {
        var retry = new RetryTurn(
            call.Origin.ConversationId(), call.Said.MessageId, call.Said.Author, call.Place.Settings.Options, call.ReplyTo,
            call.Asker(call.Texts["nothing_to_retry"]), time.GetUtcNow(),
            Guid.TryParseExact(call.Arguments, "N", out var turn) ? turn : null); // a button names the turn below which it is
        await intake.Publish(retry, call.IdOf("retry"), cancellation);
        return null;
    }
}
