using Bus.Contracts;
using Bus.Ingress.Intake;

namespace Bus.Ingress.Commands;

/// <summary>The commands there are, and who may give them.</summary>
internal sealed class BotCommands(IEnumerable<IBotCommand> commands, MessageIntake intake, TimeProvider time)
{
    /// <summary>All of them, as they are listed.</summary>
    public IReadOnlyList<IBotCommand> All { get; } = [.. commands];

    /// <summary>One of them; null when there is none of that name.</summary>
    public IBotCommand? Find(string name) => All.FirstOrDefault(command => command.Name == name);

    /// <summary>Does what is asked, or tells why not.</summary>
    public async Task Run(IBotCommand command, CommandCall call, CancellationToken cancellation)
    {
        var text = Access.MayCommand(call.Said, call.Place, command.Name)
            ? await command.Run(call, cancellation)
            : await Deny(call, cancellation);
        if (text is not null)
            await Tell(call, text, cancellation);
    }

    /// <summary>Tells something in answer to a command.</summary>
    public Task Tell(CommandCall call, string text, CancellationToken cancellation) => intake.Publish(
        new DeliverReply(
            call.Origin.ConversationId(), Guid.Empty, call.Said.MessageId, call.Origin, text, TurnOutcomes.Told, "", null, call.Said.Sent),
        call.IdOf("told"), cancellation);

    private async Task<string> Deny(CommandCall call, CancellationToken cancellation)
    {
        var denied = new MessageDenied(call.Said.MessageId, call.Origin, call.Said.Author, DenialReasons.CommandNotAllowed, time.GetUtcNow());
        await intake.Publish(denied, call.IdOf("denied"), cancellation);
        return call.Texts["only_admins"];
    }
}
