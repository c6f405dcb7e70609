using Bus.Messaging.Access;

namespace Bus.Ingress.Commands;

/// <summary>Tells which account somebody has, by a code that they were given there. Where others read it, they could be faster.</summary>
internal sealed class LinkAccount(IParticipants participants) : IBotCommand
{
    private const int LongestCode = 40;

    public string Name => "link";

    public string? Option => "code";

    public async Task<string?> Run(CommandCall call, CancellationToken cancellation)
    {
        var said = call.Said;
        if (!said.IsPrivate)
            return call.Texts["link_private"];
        if (call.Arguments.Length is 0 or > LongestCode)
            return call.Texts["link_usage"];
        var outcome = await participants.Link(said.Platform, said.Author, said.Name, call.Arguments, cancellation);
        return outcome.IsTooMany ? call.Texts["link_too_many"]
            : outcome.Account is { } account ? call.Texts.Of("link_done", account)
            : call.Texts["link_wrong"];
    }
}
