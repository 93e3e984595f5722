using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// The fields of an IPv6 extension header (RFC 8200, section 4), and their effects on the packet: a routing header names its
/// final destination, the jumbo option its length, and the home address option the home address of a mobile host.
/// </summary>
internal static class Ipv6ExtensionFields
{
    private const int Unit = 8;
    private const int AddressLength = 16;
    private const byte Pad1 = 0;
    private const byte JumboPayload = 0xc2; // RFC 2675, section 2
    private const byte HomeAddress = 0xc9; // RFC 6275, section 6.3

    private enum RoutingType : byte
    {
        Source = 0, // RFC 2460, section 4.4; deprecated by RFC 5095, because it makes packets travel back and forth
        Mobile = 2, // RFC 6275, section 6.4
        Segment = 4, // RFC 8754, section 2
    }

    /// <summary>Reads an extension header.</summary>
    /// <param name="reader">The reader, at the start of the extension header.</param>
    /// <param name="bytes">All bytes of the packet.</param>
    /// <param name="before">What is known so far; its protocol is the type of this extension header.</param>
    /// <returns>What is known afterwards; its protocol is that of the header that follows.</returns>
    /// <exception cref="TruncatedException">The bytes end within the extension header.</exception>
    public static IpHeader Read(FieldReader reader, ReadOnlyMemory<byte> bytes, IpHeader before)
    {
        var header = before with { Protocol = (IpProtocol)reader.Number8("next header", IpHeader.NameOf) };
        if (before.Protocol == IpProtocol.Fragment)
        {
            return ReadFragment(reader, header);
        }

        var length = (reader.Number8("header length", InUnits) + 1) * Unit - 2;
        return before.Protocol == IpProtocol.Routing ? ReadRoute(reader, bytes, header, length)
            : Apply(reader.Bytes("content", length).Span, before.Protocol, header);
    }

    private static string InUnits(byte units) =>
        InvariantText.Format($"in units of 8 bytes, not counting the first 8: {(units + 1) * Unit} bytes");

    private static IpHeader ReadFragment(FieldReader reader, IpHeader header)
    {
        reader.Number8("reserved");
        var fragment = reader.Bits(
            2, ("fragment offset", 13, IpHeader.InUnits), ("reserved bits", 2, null), ("more fragments", 1, IpHeader.Yes));
        reader.Number32("identification", _ => "the same in all fragments of a packet", hex: true);
        return header with { IsLaterFragment = fragment[0] != 0, HasMoreFragments = fragment[2] == 1 };
    }

    // Segments left counts down on the way; each address in turn is swapped with the destination in the header.
    private static IpHeader ReadRoute(FieldReader reader, ReadOnlyMemory<byte> bytes, IpHeader header, int length)
    {
        var end = reader.Offset + length;
        var type = (RoutingType)reader.Number8("routing type", NameOf);
        var left = reader.Number8("segments left", value => value == 0 ? "the packet has arrived" : "still to be visited");
        var specific = reader.Bytes("depends on the type", 4);
        var room = (end - reader.Offset) / AddressLength;
        var count = type switch
        {
            RoutingType.Segment => Math.Min(room, specific.Span[0] + 1), // the first byte is the index of the last segment
            RoutingType.Source or RoutingType.Mobile => room,
            _ => 0,
        };
        var route = new List<Address>();
        while (route.Count < count)
        {
            route.Add(IpHeader.ReadAddress(reader, bytes, InvariantText.Format($"address {route.Count + 1}"), AddressLength));
        }

        if (end > reader.Offset)
        {
            reader.Bytes("more", end - reader.Offset);
        }

        // Segment routing lists its segments in reverse order.
        return left == 0 ? header
            : header with { EndDestination = route.Count == 0 ? null : type == RoutingType.Segment ? route[0] : route[^1] };
    }

    private static string NameOf(byte type) =>
        Enum.IsDefined((RoutingType)type) ? InvariantText.Of((RoutingType)type) + " routing" : "";

    private static IpHeader Apply(ReadOnlySpan<byte> options, IpProtocol type, IpHeader header)
    {
        while (options.Length > 1)
        {
            if (options[0] == Pad1)
            {
                options = options[1..];
                continue;
            }

            var value = options[2..Math.Min(options.Length, 2 + options[1])];
            switch (type, options[0], value.Length)
            {
                case (IpProtocol.HopByHopOptions, JumboPayload, 4) when header.TotalLength == Ipv6Header.Length:
                    var length = Ipv6Header.Length + (long)BinaryPrimitives.ReadUInt32BigEndian(value);
                    header = header with { Length = (int)Math.Min(int.MaxValue, length) };
                    break;
                case (IpProtocol.DestinationOptions, HomeAddress, AddressLength):
                    header = header with { EndSource = Address.FromBytes(value) };
                    break;
            }
            options = options[(2 + value.Length)..];
        }

        return header;
    }
}
