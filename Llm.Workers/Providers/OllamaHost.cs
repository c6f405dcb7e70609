using System.Net;
using System.Net.Sockets;

namespace Bus.Llm;

/// <summary><c>OLLAMA_HOST</c> as Ollama itself reads it: the scheme, the host and the port may each be missing.</summary>
internal static class OllamaHost
{
    private const string Setting = "OLLAMA_HOST";
    private const int DefaultPort = 11434;

    public static Uri ToBaseUrl(string host)
    {
        // Where a scheme is written, the scheme's own port is the default.
        var url = host.Contains("://", StringComparison.Ordinal) ? ProviderSettings.ToBaseUrl(Setting, host) : WithoutScheme(host);
        return new UriBuilder(url) { Host = Reachable(url.Host) }.Uri;
    }

    private static Uri WithoutScheme(string host)
    {
        // A scheme without a port of its own shows whether one was written.
        if (!Uri.TryCreate("ollama://" + WithHost(host), UriKind.Absolute, out var url) || url.Host.Length == 0)
            throw new LlmSettingException(Setting, "must be a host, a host:port or an address that begins with http:// or https://.");
        var port = url.Port < 0 ? DefaultPort : url.Port;
        return ProviderSettings.ToBaseUrl(Setting, $"http://{url.Host}:{port}{url.PathAndQuery}");
    }

    private static string WithHost(string host) =>
        !host.StartsWith('[') && IPAddress.TryParse(host, out var ip) && ip.AddressFamily is AddressFamily.InterNetworkV6 ? $"[{host}]"
        : host.StartsWith(':') ? "127.0.0.1" + host
        : host;

    // The same variable tells Ollama where to listen; "everywhere" is no place to connect to.
    private static string Reachable(string host) => host switch
    {
        "0.0.0.0" => "127.0.0.1",
        "[::]" => "[::1]",
        _ => host,
    };
}
