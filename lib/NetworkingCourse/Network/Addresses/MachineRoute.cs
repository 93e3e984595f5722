using System.Globalization;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>A route of this machine, parsed from Linux's files.</summary>
/// <param name="Destination">The addresses that the route is for.</param>
/// <param name="NextHop">The router to send packets to; null if the destination is on the link itself.</param>
/// <param name="Interface">The name of the outgoing interface.</param>
/// <param name="Metric">The metric: among routes for the same prefix, the lowest wins.</param>
internal sealed record MachineRoute(Prefix Destination, Address? NextHop, string Interface, uint Metric)
{
    // linux/route.h and linux/ipv6_route.h.
    private const uint Up = 0x0001;
    private const uint ThroughGateway = 0x0002;
    private const uint Reject = 0x0200;
    private const uint ToItself = 0x8000_0000;

    /// <summary>
    /// Parses a line of /proc/net/route: Iface, Destination, Gateway, Flags, RefCnt, Use, Metric, Mask, MTU, Window, IRTT.
    /// Returns null if the route is not in use.
    /// </summary>
    public static MachineRoute? ParseIpv4(string line)
    {
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 8 || (Hex(fields[3]) & (Up | Reject)) != Up)
        {
            return null;
        }

        var mask = InMemoryOrder(fields[7]);
        return new MachineRoute(
            Prefix.Of(InMemoryOrder(fields[1]), (int)UInt128.PopCount(mask.Bits)),
            (Hex(fields[3]) & ThroughGateway) != 0 ? InMemoryOrder(fields[2]) : null,
            fields[0],
            uint.Parse(fields[6], CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Parses a line of /proc/net/ipv6_route: destination and its prefix length, source and its prefix length, next hop, metric,
    /// two counters, flags, interface. Returns null if the route is not in use, or leads to the machine itself.
    /// </summary>
    public static MachineRoute? ParseIpv6(string line)
    {
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 10 || (Hex(fields[8]) & (Up | Reject | ToItself)) != Up)
        {
            return null;
        }

        return new MachineRoute(
            Prefix.Of(Address.FromBytes(Convert.FromHexString(fields[0])), (int)Hex(fields[1])),
            (Hex(fields[8]) & ThroughGateway) != 0 ? Address.FromBytes(Convert.FromHexString(fields[4])) : null,
            fields[9],
            Hex(fields[5]));
    }

    // The address is printed as a number in host byte order, whose bytes in memory are those of the address.
    private static Address InMemoryOrder(string number) => Address.FromBytes(BitConverter.GetBytes(Hex(number)));

    private static uint Hex(string number) => uint.Parse(number, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
