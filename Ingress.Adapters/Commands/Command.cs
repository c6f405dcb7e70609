using Bus.Contracts;
using Bus.Ingress.Intake;
using Bus.Ingress.Settings;

namespace Bus.Ingress.Commands;

/// <summary>Something that people tell the bot to do, other than to answer.</summary>
internal interface IBotCommand
{
    /// <summary>What people write behind the slash.</summary>
    string Name { get; }

    /// <summary>What stands behind it, where platforms ask for it by a name; null when nothing does.</summary>
    string? Option => null;

    /// <summary>Does it. It may be called again for the same message.</summary>
    /// <returns>What people are told at once; null when they are told by what it sets off.</returns>
    Task<string?> Run(CommandCall call, CancellationToken cancellation);
}

/// <summary>A command that somebody gave.</summary>
/// <param name="Said">The message.</param>
/// <param name="Origin">In which conversation.</param>
/// <param name="Arguments">What stands behind the command.</param>
/// <param name="Place">What holds there.</param>
/// <param name="Texts">What the bot says, in the language of whoever gave it.</param>
/// <param name="ReplyTo">The adapter instance that shows answers while they come; null when none does.</param>
internal sealed record CommandCall(Said Said, Origin Origin, string Arguments, ResolvedSettings Place, Texts Texts, string? ReplyTo)
{
    /// <summary>Who is told what.</summary>
    public Asker Asker(string text) => new(Said.MessageId, Origin, text, Said.Sent);

    /// <summary>The id of what the command sets off.</summary>
    public Guid IdOf(string what) => Ids.From(Said.MessageId, what);
}
