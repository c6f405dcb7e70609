namespace Bus.Bench.Gateway;

/// <summary>Whom completions are asked of.</summary>
/// <param name="Name">One of <see cref="All"/>.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Path">Where it takes completions.</param>
/// <param name="Key">What is shown to it.</param>
/// <param name="Pid">The process, when it is another than the upstream's.</param>
internal sealed record Target(string Name, int Port, string Path, string Key, int? Pid)
{
    /// <summary>The upstream itself.</summary>
    public const string Direct = "direct";

    /// <summary>A bare proxy before it: the floor.</summary>
    public const string Proxy = "proxy";

    /// <summary>The gateway before it.</summary>
    public const string Gateway = "gateway";

    private const string AnyKey = "sk-of-nobody";

    public static IReadOnlyList<string> All { get; } = [Direct, Proxy, Gateway];

    public static Target DirectTo(ServerProcess upstream) => new(Direct, upstream.Port, PathOf(Direct), AnyKey, null);

    public static Target Through(ServerProcess proxy) => new(Proxy, proxy.Port, PathOf(Proxy), AnyKey, proxy.Pid);

    public static Target Through(GatewayHost gateway) => new(Gateway, gateway.Port, "/v1/chat/completions", gateway.Key, gateway.Pid);

    /// <summary>The upstream counts each target by itself.</summary>
    private static string PathOf(string name) => $"/{name}/v1/chat/completions";
}
