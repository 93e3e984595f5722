using System.Globalization;

namespace NetworkingCourse.Network;

/// <summary>A route of this machine, as Linux writes it down.</summary>
/// <param name="Destination">Which addresses it is for.</param>
/// <param name="NextHop">To which router their packets go; null if they are on the link itself.</param>
/// <param name="Interface">Through which interface.</param>
/// <param name="Metric">Of two routes for one prefix, the one with the lower metric is taken.</param>
internal sealed record MachineRoute(Prefix Destination, Address? NextHop, string Interface, uint Metric)
{
    // linux/route.h and linux/ipv6_route.h.
    private const uint Up = 0x0001;
    private const uint ThroughGateway = 0x0002;
    private const uint Reject = 0x0200;
    private const uint ToItself = 0x8000_0000;

    /// <summary>A line of /proc/net/route: Iface, Destination, Gateway, Flags, RefCnt, Use, Metric, Mask, MTU, Window, IRTT. Null if it is not in use.</summary>
    public static MachineRoute? ParseIpv4(string line)
    {
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 8 || (Hex(fields[3]) & (Up | Reject)) != Up)
        {
            return null;
        }

        var mask = InMemoryOrder(fields[7]);
        return new MachineRoute(
            Prefix.Of(InMemoryOrder(fields[1]), (int)UInt128.PopCount(mask.Bits)), (Hex(fields[3]) & ThroughGateway) != 0 ? InMemoryOrder(fields[2]) : null,
            fields[0], uint.Parse(fields[6], CultureInfo.InvariantCulture));
    }

    /// <summary>A line of /proc/net/ipv6_route: destination, its length, source, its length, next hop, metric, two counters, flags, interface. Null if it is not in use, or leads to the machine itself.</summary>
    public static MachineRoute? ParseIpv6(string line)
    {
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 10 || (Hex(fields[8]) & (Up | Reject | ToItself)) != Up)
        {
            return null;
        }

        return new MachineRoute(
            Prefix.Of(Address.FromBytes(Convert.FromHexString(fields[0])), (int)Hex(fields[1])),
            (Hex(fields[8]) & ThroughGateway) != 0 ? Address.FromBytes(Convert.FromHexString(fields[4])) : null, fields[9], Hex(fields[5]));
    }

    // The four bytes of the address, as they lie in memory, printed as if they were a number of this machine.
    private static Address InMemoryOrder(string number) => Address.FromBytes(BitConverter.GetBytes(Hex(number)));

    private static uint Hex(string number) => uint.Parse(number, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
