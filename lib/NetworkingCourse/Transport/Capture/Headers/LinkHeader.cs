using System.Buffers.Binary;
using System.Globalization;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>What stands before the IP header. All that the parser wants of it is which version of IP follows.</summary>
internal static class LinkHeader
{
    private const ushort Ipv4 = 0x0800;
    private const ushort Ipv6 = 0x86dd;

    /// <summary>Ethernet: two addresses of six bytes and the type of what follows (IEEE 802.3; the types are in IANA's registry).</summary>
    /// <returns>4 or 6; or 0 for what is neither.</returns>
    public static int ReadEthernet(FieldReader reader)
    {
        reader.Bytes("destination address", 6, Address, "on loopback there is no card, and no address");
        reader.Bytes("source address", 6, Address);
        return reader.Number16("type", hex: true, meaning: type => type switch { Ipv4 => "IPv4 follows", Ipv6 => "IPv6 follows", _ => "" }) switch
        {
            Ipv4 => 4,
            Ipv6 => 6,
            _ => 0,
        };
    }

    /// <summary>BSD loopback: the address family in four bytes, in the order of the machine that captured. Families have other numbers on other systems.</summary>
    /// <inheritdoc cref="ReadEthernet"/>
    public static int ReadNull(FieldReader reader)
    {
        var version = 0;
        reader.Bytes("address family", 4, bytes =>
        {
            var family = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span);
            family = family > 0xffff ? BinaryPrimitives.ReverseEndianness(family) : family;
            version = family switch { 2 => 4, 10 or 23 or 24 or 28 or 30 => 6, _ => 0 };
            return family.ToString(CultureInfo.InvariantCulture);
        }, "2 is IPv4; IPv6 is 10, 23, 24, 28 or 30, depending on the system");
        return version;
    }

    private static string Address(ReadOnlyMemory<byte> bytes) => string.Join(':', bytes.ToArray().Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));
}
