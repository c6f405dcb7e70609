namespace Bus.Ingress.Discord.Api;

/// <summary>What is called. Calls with the same method, template and top-level resource share a limit.</summary>
/// <param name="Method">The method of HTTP.</param>
/// <param name="Path">The path below the version, with ids.</param>
/// <param name="Kind">The path without the ids that do not matter for limits.</param>
/// <param name="Major">The channel, guild or webhook that has its own limits.</param>
/// <param name="IsFree">It does not count among the calls of the bot: whoever has the token of an interaction may call it.</param>
internal sealed record Route(HttpMethod Method, string Path, string Kind, string Major = "", bool IsFree = false)
{
    /// <summary>A path in a channel.</summary>
    public static Route Channel(HttpMethod method, string channel, string kind, string rest) =>
        new(method, $"channels/{channel}{rest}", $"{method} channel{kind}", channel);

    /// <summary>A path of an interaction; its token is a secret.</summary>
    public static Route Interaction(HttpMethod method, string path, string kind, string major) => new(method, path, $"{method} {kind}", major, IsFree: true);
}
