using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// The header of an IPv6 packet (RFC 8200, section 3): always 40 bytes. It has no checksum and no fields for fragmentation. Its
/// Next Header field, which names what follows, is computed when a packet is written.
/// </summary>
/// <param name="Source">The sender's address.</param>
/// <param name="Destination">The receiver's address.</param>
public sealed record Ipv6Header(Address Source, Address Destination)
{
    /// <summary>The length of the header, in bytes.</summary>
    public const int Length = 40;

    /// <summary>The maximum number of bytes after the header: the payload length is a 16-bit number.</summary>
    public const int MaxPayloadLength = 65_535;

    /// <summary>The highest flow label, which has 20 bits.</summary>
    public const uint HighestFlowLabel = 0xF_FFFF;

    /// <summary>
    /// The service wanted and whether the packet has met congestion: 6 bits of DSCP (RFC 2474), 2 bits of ECN (RFC 3168).
    /// </summary>
    public byte TrafficClass { get; init; }

    /// <summary>
    /// The number that all packets of a flow share, so that routers can send them the same way (RFC 6437); 0 means none.
    /// </summary>
    public uint FlowLabel { get; init; }

    /// <summary>The hop limit: the number of routers that the packet may still pass; in IPv4 it is called TTL.</summary>
    public byte HopLimit { get; init; } = 64;

    /// <summary>Writes the header.</summary>
    /// <param name="destination">The destination; at least 40 bytes.</param>
    /// <param name="nextHeader">The type of the header that follows.</param>
    /// <param name="payloadLength">The number of bytes after the header, including extension headers.</param>
    /// <exception cref="ArgumentException">
    /// The value of a field does not fit into the header, or an address is not an IPv6 address.
    /// </exception>
    public void WriteTo(Span<byte> destination, IpProtocol nextHeader, int payloadLength)
    {
        if (!Source.IsV6 || !Destination.IsV6)
        {
            throw new ArgumentException(
                $"From {Source} to {Destination}: an IPv6 header only has room for IPv6 addresses.");
        }

        if (FlowLabel > HighestFlowLabel)
        {
            throw new ArgumentException(InvariantText.Format($"A flow label has 20 bits; {FlowLabel:N0} has more."));
        }

        if (payloadLength is < 0 or > MaxPayloadLength)
        {
            throw new ArgumentException(InvariantText.Format(
                $"An IPv6 header may be followed by up to {MaxPayloadLength:N0} bytes, not by {payloadLength:N0}."));
        }

        BinaryPrimitives.WriteUInt32BigEndian(destination, (6u << 28) | ((uint)TrafficClass << 20) | FlowLabel);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)payloadLength);
        destination[6] = (byte)nextHeader;
        destination[7] = HopLimit;
        Source.WriteTo(destination[8..]);
        Destination.WriteTo(destination[24..]);
    }

    /// <summary>Parses the header at the start of a packet.</summary>
    /// <param name="bytes">The packet, from its first byte on.</param>
    /// <param name="header">The header; null if it is invalid.</param>
    /// <param name="nextHeader">The type of the header that follows.</param>
    /// <param name="payloadLength">The number of bytes after the header.</param>
    /// <param name="problem">Why the header is invalid; empty if it is valid.</param>
    /// <returns>Whether the header is valid.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes,
        out Ipv6Header? header,
        out IpProtocol nextHeader,
        out int payloadLength,
        out string problem)
    {
        (header, nextHeader, payloadLength, problem) = (null, IpProtocol.NoNextHeader, 0, Problem(bytes));
        if (problem.Length > 0)
        {
            return false;
        }

        var first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        (nextHeader, payloadLength) = ((IpProtocol)bytes[6], BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]));
        header = new Ipv6Header(Address.FromBytes(bytes[8..24]), Address.FromBytes(bytes[24..40]))
        {
            TrafficClass = (byte)(first >> 20),
            FlowLabel = first & HighestFlowLabel,
            HopLimit = bytes[7],
        };
        return true;
    }

    /// <summary>The header in one line: <c>2001:db8::1 → 2001:db8::2, hop limit 64</c>.</summary>
    public override string ToString() => InvariantText.Format($"{Source} → {Destination}, hop limit {HopLimit}");

    private static string Problem(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length)
        {
            return InvariantText.Format($"An IPv6 header has {Length} bytes, not {bytes.Length}.");
        }

        var payload = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        return bytes[0] >> 4 != 6 ? InvariantText.Format($"The version is {bytes[0] >> 4}, not 6.")
            : payload > bytes.Length - Length
                ? InvariantText.Format($"The payload length is {payload:N0}, but {bytes.Length - Length:N0} bytes are available.")
            : "";
    }
}
