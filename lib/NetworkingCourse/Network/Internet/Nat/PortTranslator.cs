using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// The table of a network address and port translator (RFC 3022), for one outside address that many hosts inside share. A learner
/// derives a class from this one, and a router of a simulated internet asks it about every packet.
/// </summary>
public abstract class PortTranslator
{
    /// <summary>Finds the outside port for a packet that leaves.</summary>
    /// <param name="protocol">The packet's protocol: UDP, TCP or ICMP.</param>
    /// <param name="inside">The sender; for ICMP echoes, the port is their identifier (RFC 5508, section 3.1).</param>
    /// <param name="remote">The destination; for ICMP, its port is 0.</param>
    /// <returns>The port that replaces the sender's; null if all are in use, so that the packet has to be dropped.</returns>
    public abstract ushort? Outbound(IpProtocol protocol, NatEndpoint inside, NatEndpoint remote);

    /// <summary>Finds the host inside to which a packet is to be delivered that arrives from outside.</summary>
    /// <param name="protocol">The packet's protocol.</param>
    /// <param name="port">The packet's destination port; for ICMP echoes, their identifier.</param>
    /// <param name="remote">Who sent it; for ICMP, its port is 0.</param>
    /// <returns>The host and its port; null if the packet is for none, so that it has to be dropped.</returns>
    public abstract NatEndpoint? Inbound(IpProtocol protocol, ushort port, NatEndpoint remote);
}

/// <summary>An address and a port.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">The port; for ICMP echoes, their identifier.</param>
public readonly record struct NatEndpoint(Address Address, ushort Port)
{
    /// <summary>Parses an endpoint: <c>192.168.1.10:5000</c>.</summary>
    /// <exception cref="FormatException">The text is not an IPv4 address, a colon and a port.</exception>
    public static NatEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && Digits.TryParse(text.AsSpan(colon + 1), out int port) && port <= ushort.MaxValue
            ? new NatEndpoint(Address.Parse(text[..colon]), (ushort)port)
            : throw new FormatException($"'{text}' is not an address and a port. Expected: 192.168.1.10:5000.");
    }

    /// <summary>The endpoint as text: <c>192.168.1.10:5000</c>.</summary>
    public override string ToString() => InvariantText.Format($"{Address}:{Port}");
}
