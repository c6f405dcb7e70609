using Bus.Messaging.Access;

namespace Bus.Ingress.Commands;

/// <summary>Forgets which account somebody has.</summary>
internal sealed class UnlinkAccount(IParticipants participants) : IBotCommand
{
    public string Name => "unlink";

    public async Task<string?> Run(CommandCall call, CancellationToken cancellation) =>
        call.Texts[await participants.Unlink(call.Said.Platform, call.Said.Author, cancellation) ? "unlink_done" : "unlink_none"];
}
