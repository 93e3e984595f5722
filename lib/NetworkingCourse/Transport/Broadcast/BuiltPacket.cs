using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>
/// Builds packets byte by byte, exactly as the system would send them, and dissects them. Nothing is ever sent, so the packets
/// may be ones that would leave the machine.
/// </summary>
public static class BuiltPacket
{
    // A fictitious machine, with an IP address (RFC 5737) and a MAC address (RFC 7042, section 2.1.2) reserved for documentation.
    private static readonly IPAddress Sender = IPAddress.Parse("198.51.100.7");
    private static readonly PhysicalAddress Card = PhysicalAddress.Parse("00-00-5E-00-53-01");
    private static readonly PhysicalAddress Everybody = PhysicalAddress.Parse("FF-FF-FF-FF-FF-FF");

    /// <summary>
    /// Builds a broadcast or multicast UDP datagram inside its IP packet and Ethernet frame, from 198.51.100.7
    /// in the network 198.51.100.0/24.
    /// </summary>
    /// <param name="destination">255.255.255.255, 198.51.100.255, or a multicast group.</param>
    /// <param name="text">The data, in ASCII.</param>
    /// <param name="port">The source and destination port.</param>
    /// <param name="hops">
    /// The TTL. With the default of 1 the first router discards the packet, so it stays in its network.
    /// </param>
    /// <exception cref="ArgumentException">The destination is a unicast address.</exception>
    public static ByteView ToMany(IPAddress destination, string text, ushort port = 9123, byte hops = 1)
    {
        var bytes = Build(destination, text, port, hops);
        return new CapturedPacket(1, new RawPacket(LinkType.Ethernet, 0, bytes, bytes.Length), 0).View();
    }

    /// <summary>
    /// The destination MAC address of a frame for this IP address: all ones for a broadcast; for a multicast group 01:00:5e
    /// followed by the last 23 bits of the group's address (RFC 1112, section 6.4).
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The destination is a unicast address, whose MAC address only ARP can find out.
    /// </exception>
    public static PhysicalAddress CardOf(IPAddress destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var parts = destination.GetAddressBytes();
        return destination.Equals(IPAddress.Broadcast) || destination.Equals(DirectedBroadcast(Sender, 24)) ? Everybody
            : parts is [>= 224 and < 240, var second, var third, var fourth]
                ? new PhysicalAddress([0x01, 0x00, 0x5E, (byte)(second & 0x7F), third, fourth])
            : throw new ArgumentException($"{destination} is a unicast address, not a broadcast or group.", nameof(destination));
    }

    /// <summary>The directed broadcast address of a network: all host bits are 1 (RFC 922, section 7).</summary>
    /// <param name="address">An IPv4 address in the network.</param>
    /// <param name="prefix">The length of the network prefix in bits, 0 to 32.</param>
    public static IPAddress DirectedBroadcast(IPAddress address, int prefix)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfNegative(prefix);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix, 32);
        return new IPAddress(
            [.. address.GetAddressBytes().Select((part, i) => (byte)(part | (0xFF >> Math.Clamp(prefix - (8 * i), 0, 8))))]);
    }

    internal static byte[] Build(IPAddress destination, string text, ushort port, byte hops)
    {
        var (from, to) = (Address.From(Sender), Address.From(destination));
        var datagram = new UdpDatagram(port, port, Encoding.ASCII.GetBytes(text)).ToBytes(from, to);
        return new Ipv4Packet(new Ipv4Header(from, to, IpProtocol.Udp) { TimeToLive = hops }, datagram)
            .ToFrame(MacAddress.Read(CardOf(destination).GetAddressBytes()), MacAddress.Read(Card.GetAddressBytes()));
    }
}
