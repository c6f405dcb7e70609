using System.Net;
using System.Net.Sockets;

namespace Bus.Accounts.Counting;

/// <summary>Whose tries are counted together: an IPv4 address, or the network of 64 bits that one connection is usually given of IPv6 (RFC 6177).</summary>
internal static class AddressBlock
{
    private const int NetworkBytes = 8;

    /// <summary>The block that an address is in.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6 })
            return address?.ToString() ?? "";
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
