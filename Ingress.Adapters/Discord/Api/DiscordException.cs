using Bus.Ingress.Delivery;

namespace Bus.Ingress.Discord.Api;

/// <inheritdoc/>
internal sealed class DiscordException(PlatformProblem problem, string message, Exception? inner = null) : PlatformException(problem, message, inner)
{
    /// <summary>Discord's own number of what went wrong (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json); 0 when it gave none.</summary>
    public int Code { get; init; }

    /// <summary>All calls of the bot have to wait, and not only this kind.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>The call was not made: we know that it is too early.</summary>
    public bool IsNotMade { get; init; }
}
