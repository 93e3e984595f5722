using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>What a firewall sees of a packet.</summary>
/// <param name="IsOutgoing">Whether it comes from inside and leaves.</param>
/// <param name="Protocol">Its protocol: UDP, TCP or ICMP.</param>
/// <param name="Source">Who sent it; for ICMP echoes, the port is their identifier.</param>
/// <param name="Destination">Who is to get it; for ICMP echoes, the port is their identifier.</param>
public sealed record FilteredPacket(bool IsOutgoing, IpProtocol Protocol, NatEndpoint Source, NatEndpoint Destination)
{
    /// <summary>The packet as one line of text.</summary>
    public override string ToString() =>
        $"{(IsOutgoing ? "out" : "in")}, {IpProtocols.NameOf(Protocol)}, {Source} to {Destination}";
}

/// <summary>
/// Decides which packets a router passes on. It sees them in order, with the addresses that hosts inside really have.
/// </summary>
public abstract class PacketFilter
{
    /// <summary>Decides about a packet.</summary>
    /// <param name="packet">The packet.</param>
    /// <returns>Whether it passes; if not, it is dropped.</returns>
    public abstract bool Passes(FilteredPacket packet);
}
