using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse.Transport;

/// <summary>
/// Packets that would leave the machine if they were sent, and are not: built byte by byte as the system would, and taken apart again.
/// </summary>
public static class BuiltPacket
{
    // A machine that does not exist, with an address for books (RFC 5737) and a card for books (RFC 7042, section 2.1.2).
    private static readonly IPAddress Sender = IPAddress.Parse("198.51.100.7");
    private static readonly PhysicalAddress Card = PhysicalAddress.Parse("00-00-5E-00-53-01");
    private static readonly PhysicalAddress Everybody = PhysicalAddress.Parse("FF-FF-FF-FF-FF-FF");

    /// <summary>A UDP datagram to everybody, or to a group, in its IP packet in its Ethernet frame; from 198.51.100.7 in the network 198.51.100.0/24.</summary>
    /// <param name="destination">255.255.255.255, 198.51.100.255, or a multicast group.</param>
    /// <param name="text">The data, in ASCII.</param>
    /// <param name="port">The port at both ends.</param>
    /// <param name="hops">The TTL; 1 unless told otherwise: the first router throws it away, and it stays in its network.</param>
    /// <exception cref="ArgumentException">It is the address of a single machine.</exception>
    public static ByteView ToMany(IPAddress destination, string text, ushort port = 9123, byte hops = 1)
    {
        var bytes = Build(destination, text, port, hops);
        return new CapturedPacket(1, new RawPacket(LinkType.Ethernet, 0, bytes, bytes.Length), 0).View();
    }

    /// <summary>The card's address that a frame for this IP address has: all ones for a broadcast; for a group 01:00:5e and the last 23 bits of its address (RFC 1112, section 6.4).</summary>
    /// <exception cref="ArgumentException">It is the address of a single machine: that of its card, only the network can tell (ARP).</exception>
    public static PhysicalAddress CardOf(IPAddress destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var parts = destination.GetAddressBytes();
        return destination.Equals(IPAddress.Broadcast) || destination.Equals(DirectedBroadcast(Sender, 24)) ? Everybody
            : parts is [>= 224 and < 240, var second, var third, var fourth] ? new PhysicalAddress([0x01, 0x00, 0x5E, (byte)(second & 0x7F), third, fourth])
            : throw new ArgumentException($"{destination} is a single machine, and not many.", nameof(destination));
    }

    /// <summary>The address of everybody in a network: all bits that are not the network's are 1 (RFC 922, section 7).</summary>
    /// <param name="address">An address of the network, IPv4.</param>
    /// <param name="prefix">How many bits are the network's; 0 to 32.</param>
    public static IPAddress DirectedBroadcast(IPAddress address, int prefix)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfNegative(prefix);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix, 32);
        return new IPAddress([.. address.GetAddressBytes().Select((part, i) => (byte)(part | (0xFF >> Math.Clamp(prefix - (8 * i), 0, 8))))]);
    }

    internal static byte[] Build(IPAddress destination, string text, ushort port, byte hops)
    {
        var (from, to) = (Address.From(Sender), Address.From(destination));
        var datagram = new UdpDatagram(port, port, Encoding.ASCII.GetBytes(text)).ToBytes(from, to);
        var packet = new Ipv4Packet(new Ipv4Header(from, to, IpProtocol.Udp) { TimeToLive = hops }, datagram).ToBytes();
        return [.. CardOf(destination).GetAddressBytes(), .. Card.GetAddressBytes(), Network.Frame.Ipv4 >> 8, Network.Frame.Ipv4 & 0xFF, .. packet];
    }
}
