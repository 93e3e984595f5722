using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// The protocol of a packet's payload: the Protocol field of IPv4 and the Next Header field of IPv6, which share their numbers
/// (https://www.iana.org/assignments/protocol-numbers). Values not listed here are allowed too.
/// </summary>
public enum IpProtocol : byte
{
    /// <summary>The Hop-by-Hop Options of IPv6 (RFC 8200, section 4.3).</summary>
    HopByHopOptions = 0,

    /// <summary>The error and echo messages of IPv4 (RFC 792).</summary>
    Icmp = 1,

    /// <summary>Multicast group membership (RFC 9776).</summary>
    Igmp = 2,

    /// <summary>An IPv4 packet inside another packet (RFC 2003).</summary>
    Ipv4 = 4,

    /// <summary>TCP (RFC 9293).</summary>
    Tcp = 6,

    /// <summary>UDP (RFC 768).</summary>
    Udp = 17,

    /// <summary>An IPv6 packet inside another packet (RFC 2473).</summary>
    Ipv6 = 41,

    /// <summary>The Routing header of IPv6 (RFC 8200, section 4.4).</summary>
    Routing = 43,

    /// <summary>The Fragment header of IPv6 (RFC 8200, section 4.5).</summary>
    Fragment = 44,

    /// <summary>An encrypted payload (RFC 4303).</summary>
    EncapsulatingSecurityPayload = 50,

    /// <summary>The error, echo and neighbour-discovery messages of IPv6 (RFC 4443).</summary>
    IcmpV6 = 58,

    /// <summary>No payload (RFC 8200, section 4.7).</summary>
    NoNextHeader = 59,

    /// <summary>The Destination Options of IPv6 (RFC 8200, section 4.6).</summary>
    DestinationOptions = 60,

    /// <summary>The first of two numbers for experiments (RFC 3692).</summary>
    Experiment = 253,
}

/// <summary>The names and properties of protocols.</summary>
internal static class IpProtocols
{
    public static string NameOf(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Icmp or IpProtocol.Igmp or IpProtocol.Tcp or IpProtocol.Udp => protocol.ToString().ToUpperInvariant(),
        IpProtocol.Ipv4 or IpProtocol.Ipv6 => $"IP{protocol.ToString()[2..]} inside IP",
        IpProtocol.IcmpV6 => "ICMPv6",
        _ when Enum.IsDefined(protocol) => InvariantText.Of(protocol),
        _ => InvariantText.Format($"protocol {(byte)protocol}"),
    };

    /// <summary>Whether it is an IPv6 extension header that this library parses.</summary>
    public static bool IsExtension(IpProtocol protocol) => protocol
        is IpProtocol.HopByHopOptions or IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.DestinationOptions;
}
