using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// The header of an IPv6 packet (RFC 8200, section 3): always 40 bytes. It has no checksum, and nothing about fragments; what follows it is named by its
/// Next Header field, which is worked out when a packet is written.
/// </summary>
/// <param name="Source">Who sends.</param>
/// <param name="Destination">Who is to receive.</param>
public sealed record Ipv6Header(Address Source, Address Destination)
{
    /// <summary>How many bytes it has.</summary>
    public const int Length = 40;

    /// <summary>How many bytes may follow it: the length is a number of 16 bits.</summary>
    public const int LongestPayload = 65_535;

    /// <summary>The highest flow label: 20 bits.</summary>
    public const uint HighestFlowLabel = 0xF_FFFF;

    /// <summary>Which service the packet should have, and whether it has met congestion: 6 bits DSCP (RFC 2474), 2 bits ECN (RFC 3168).</summary>
    public byte TrafficClass { get; init; }

    /// <summary>A number that packets of one conversation share, so that all of them can be sent the same way (RFC 6437); 0 says nothing.</summary>
    public uint FlowLabel { get; init; }

    /// <summary>Through how many routers it may go on: the TTL by its right name.</summary>
    public byte HopLimit { get; init; } = 64;

    /// <summary>Writes the header.</summary>
    /// <param name="destination">Where to; at least 40 bytes.</param>
    /// <param name="nextHeader">What follows it.</param>
    /// <param name="payloadLength">How many bytes follow it, extension headers included.</param>
    /// <exception cref="ArgumentException">A field has a value that there is no room for, or an address is not one of IPv6.</exception>
    public void WriteTo(Span<byte> destination, IpProtocol nextHeader, int payloadLength)
    {
        if (!Source.IsV6 || !Destination.IsV6)
        {
            throw new ArgumentException($"From {Source} to {Destination}: an IPv6 header has room for IPv6 addresses alone.");
        }

        if (FlowLabel > HighestFlowLabel)
        {
            throw new ArgumentException(InvariantText.Format($"A flow label has 20 bits; {FlowLabel:N0} has more."));
        }

        if (payloadLength is < 0 or > LongestPayload)
        {
            throw new ArgumentException(InvariantText.Format($"An IPv6 header may be followed by {LongestPayload:N0} bytes, and not by {payloadLength:N0}."));
        }

        BinaryPrimitives.WriteUInt32BigEndian(destination, (6u << 28) | ((uint)TrafficClass << 20) | FlowLabel);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)payloadLength);
        destination[6] = (byte)nextHeader;
        destination[7] = HopLimit;
        Source.WriteTo(destination[8..]);
        Destination.WriteTo(destination[24..]);
    }

    /// <summary>Reads the header at the beginning of a packet.</summary>
    /// <param name="bytes">The packet, from its first byte on.</param>
    /// <param name="header">The header; null if it is none.</param>
    /// <param name="nextHeader">What follows it.</param>
    /// <param name="payloadLength">How many bytes follow it.</param>
    /// <param name="problem">Why it is none; empty if it is one.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Ipv6Header? header, out IpProtocol nextHeader, out int payloadLength, out string problem)
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
            return InvariantText.Format($"An IPv6 header has {Length} bytes; here are {bytes.Length}.");
        }

        var payload = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        return bytes[0] >> 4 != 6 ? InvariantText.Format($"The version is {bytes[0] >> 4}, and not 6.")
            : payload > bytes.Length - Length ? InvariantText.Format($"The header says that {payload:N0} bytes follow it; here are {bytes.Length - Length:N0}.")
            : "";
    }
}
