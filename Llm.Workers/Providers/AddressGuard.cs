using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace Bus.Llm;

/// <summary>
/// Which addresses may be connected to when somebody who is no administrator has chosen where: those of the internet, and what
/// <c>BUS_USER_MODEL_NETWORKS</c> allows. What is special is refused by the registries of IANA (RFC 6890).
/// </summary>
/// <param name="allowed">Networks that may be connected to whatever they are.</param>
internal sealed class AddressGuard(IReadOnlyList<IPNetwork> allowed)
{
    private const string Setting = "BUS_USER_MODEL_NETWORKS";
    private const int BytesOfIPv4 = 4;

    private static readonly IPNetwork[] Refused =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this host
        IPNetwork.Parse("10.0.0.0/8"), // private
        IPNetwork.Parse("100.64.0.0/10"), // behind a provider's NAT; metadata of Alibaba
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("168.63.129.16/32"), // Azure's own, for each machine
        IPNetwork.Parse("169.254.0.0/16"), // link-local; metadata of nearly every cloud
        IPNetwork.Parse("172.16.0.0/12"), // private
        IPNetwork.Parse("192.0.0.0/24"), // protocols; metadata of Oracle
        IPNetwork.Parse("192.0.2.0/24"), // documentation
        IPNetwork.Parse("192.88.99.0/24"), // relays of 6to4
        IPNetwork.Parse("192.168.0.0/16"), // private
        IPNetwork.Parse("198.18.0.0/15"), // benchmarks
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"), // documentation
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("240.0.0.0/4"), // reserved; broadcast
        IPNetwork.Parse("2001::/23"), // protocols; Teredo, which leads to any address of IPv4
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("2002::/16"), // 6to4, which does so, too
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    /// <summary>All of IPv6 that is given out. Loopback, link-local, local (fc00::/7, fec0::/10), multicast and IPv4 in disguise (::/96) are outside.</summary>
    private static readonly IPNetwork GivenOut = IPNetwork.Parse("2000::/3");

    /// <summary>How a network without IPv4 reaches it (RFC 6052): the address is at the end. That for local use (64:ff9b:1::/48) is refused, for its place may differ.</summary>
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Reads <c>BUS_USER_MODEL_NETWORKS</c>.</summary>
    /// <exception cref="LlmSettingException">One of them is none.</exception>
    public static AddressGuard From(IConfiguration configuration) => new([
        .. (configuration[Setting] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Network)]);

    /// <summary>It may be connected to.</summary>
    public bool Allows(IPAddress address)
    {
        var real = Real(address);
        return allowed.Any(network => network.Contains(real))
            || (!Refused.Any(network => network.Contains(real)) && (real.AddressFamily is AddressFamily.InterNetwork || GivenOut.Contains(real)));
    }

    /// <summary>The address that a connection ends at, where one stands for another.</summary>
    private static IPAddress Real(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : Translated.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan()[^BytesOfIPv4..])
        : address;

    private static IPNetwork Network(string given) =>
        IPNetwork.TryParse(given, out var network) ? network
        : IPAddress.TryParse(given, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new LlmSettingException(Setting, "must be addresses or networks (10.0.0.0/8), separated by commas.");
}
