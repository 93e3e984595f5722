using System.Net;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>One of the two endpoints of a packet: a program on a host, a host, or on links without IP a network card.</summary>
/// <param name="Host">The address of the host or card.</param>
/// <param name="Port">The program's port; null if the packet has none.</param>
/// <param name="IsEverybody">Whether this is a broadcast address.</param>
internal readonly record struct PacketEnd(string Host, int? Port = null, bool IsEverybody = false)
{
    /// <summary>Gets the two endpoints of a packet; null if the packet does not name them.</summary>
    /// <param name="packet">The packet.</param>
    public static (PacketEnd From, PacketEnd To)? Of(CapturedPacket packet)
    {
        var (from, to) = (packet.Frame.Source, packet.Frame.Destination);
        return packet switch
        {
            { Source: { } source, Destination: { } destination } =>
                (Of(source, packet), Of(destination, packet) with { IsEverybody = IsToAll(packet) }),
            { Arp: { } arp } when to == MacAddress.Broadcast => (Of(arp.Sender, arp.SenderMac), Of(to.Value)),
            { Arp: { } arp } => (Of(arp.Sender, arp.SenderMac), Of(arp.Target, arp.TargetMac)),
            _ when from is not null && to is not null => (Of(from.Value), Of(to.Value)),
            _ => null,
        };
    }

    /// <summary>Formats the endpoint in the usual notation: <c>192.0.2.1:80</c>, <c>[2001:db8::1]:80</c>.</summary>
    public override string ToString() =>
        Port is null ? Host : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>Gets the program with this address and port.</summary>
    public static PacketEnd Of(IPEndPoint end) => new(end.Address.ToString(), end.Port);

    // An ICMP message has no ports of its own, but may be about a packet that has.
    private static PacketEnd Of(IPEndPoint end, CapturedPacket packet) =>
        packet.HasPorts || end.Port != 0 ? Of(end) : new PacketEnd(end.Address.ToString());

    private static PacketEnd Of(MacAddress card) => new(card.ToString(), IsEverybody: card == MacAddress.Broadcast);

    // A host that probes whether an address is taken has no address yet (RFC 5227).
    private static PacketEnd Of(Address host, MacAddress card) => host.Bits == 0 ? Of(card) : new PacketEnd(host.ToString());

    private static bool IsToAll(CapturedPacket packet) =>
        packet.Frame.Destination == MacAddress.Broadcast || packet.Destination!.Address.Equals(IPAddress.Broadcast)
        || packet.Destination.Address.Equals(LoopbackBroadcast.Address);
}
