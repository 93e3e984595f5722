using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>A router as <see cref="ForwardPacket"/> sees it.</summary>
public abstract class ForwardingRouter
{
    private protected ForwardingRouter()
    {
    }

    /// <summary>Finds the longest prefix in the routing table that contains an address; null if there is none.</summary>
    /// <param name="destination">The address.</param>
    public abstract ForwardingRoute? Find(Address destination);

    /// <summary>
    /// Sends bytes along a route, exactly as they are. The link loses a packet that is longer than the route's MTU.
    /// </summary>
    /// <param name="route">The route, from <see cref="Find"/>.</param>
    /// <param name="packet">The packet.</param>
    public abstract void Send(ForwardingRoute route, byte[] packet);

    /// <summary>Tells the sender of a packet, by ICMP, why the packet was not forwarded (RFC 792).</summary>
    /// <param name="why">Why it was not.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="mtu">If it was too long: the MTU of the link that it does not fit, in bytes (RFC 1191, section 4).</param>
    public abstract void Report(ForwardingError why, byte[] packet, int mtu = 0);
}

/// <summary>A route, as the routing table of a router has it.</summary>
public sealed class ForwardingRoute
{
    internal ForwardingRoute(Prefix prefix, string to, int mtu, NextHop? hop = null) =>
        (Prefix, To, Mtu, Hop) = (prefix, to, mtu, hop);

    /// <summary>The prefix.</summary>
    public Prefix Prefix { get; }

    /// <summary>The name of the next router, or of the link's other end.</summary>
    public string To { get; }

    /// <summary>The MTU of the link: the maximum length of a packet including its header, in bytes.</summary>
    public int Mtu { get; }

    internal NextHop? Hop { get; }

    /// <summary>The route in one line: <c>10.0.3.0/24 to r2, MTU 1500</c>.</summary>
    public override string ToString() => Display.InvariantText.Format($"{Prefix} to {To}, MTU {Mtu}");
}

/// <summary>Why a packet was not forwarded.</summary>
public enum ForwardingError
{
    /// <summary>Its time-to-live is used up: ICMP type 11, code 0.</summary>
    TimeExceeded,

    /// <summary>No prefix in the routing table contains its destination: ICMP type 3, code 0.</summary>
    NoRoute,

    /// <summary>It is longer than the next link takes, and must not be fragmented: ICMP type 3, code 4.</summary>
    TooLong,
}

/// <summary>
/// What a router does with a packet that is addressed to another machine (RFC 1812, section 5.2.1). It sends the packet, or the
/// fragments of it, to the next hop, or reports to the packet's sender why it does not.
/// </summary>
/// <param name="packet">
/// The bytes of an IPv4 packet, whose header is complete and whose checksum is right. The method may change them.
/// </param>
/// <param name="router">The router, which looks up routes and sends.</param>
public delegate void ForwardPacket(byte[] packet, ForwardingRouter router);
