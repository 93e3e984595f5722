using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>
/// The header of an IPv4 packet (RFC 791, section 3.1): 20 bytes, and up to 40 of options. Its lengths and its checksum are no part of it here: they are
/// worked out when it is written, and checked when it is read.
/// </summary>
/// <param name="Source">Who sends.</param>
/// <param name="Destination">Who is to receive.</param>
/// <param name="Protocol">What the packet carries.</param>
/// <exception cref="ArgumentException">When written: a field has a value that the header has no room for.</exception>
public sealed record Ipv4Header(Address Source, Address Destination, IpProtocol Protocol)
{
    /// <summary>How many bytes a header without options has.</summary>
    public const int MinimumLength = 20;

    /// <summary>How many bytes a packet has at the most, its header included: the length is a number of 16 bits.</summary>
    public const int LongestPacket = 65_535;

    /// <summary>How many bytes of options there are at the most: the header's length is a number of 4 bits, in words of 4 bytes.</summary>
    public const int MaxOptions = 40;

    private const int TimeToLiveOffset = 8;
    private const int ChecksumOffset = 10;

    /// <summary>Which service the packet should have, and whether it has met congestion: 6 bits DSCP (RFC 2474), 2 bits ECN (RFC 3168).</summary>
    public byte TrafficClass { get; init; }

    /// <summary>By which number the fragments of one packet know each other.</summary>
    public ushort Identification { get; init; }

    /// <summary>Whether routers must not fragment it (DF).</summary>
    public bool DontFragment { get; init; }

    /// <summary>Whether it is a fragment, and not the last (MF).</summary>
    public bool MoreFragments { get; init; }

    /// <summary>Where in the original packet's payload this fragment belongs, in bytes: a multiple of 8, up to 65,528.</summary>
    public int FragmentOffset { get; init; }

    /// <summary>Through how many routers it may go on: each takes one away, and the one that takes the last discards it (TTL).</summary>
    public byte TimeToLive { get; init; } = 64;

    /// <summary>Options, filled up to a multiple of 4 bytes. Rare.</summary>
    public ReadOnlyMemory<byte> Options { get; init; }

    /// <summary>How many bytes the header has.</summary>
    public int Length => MinimumLength + Options.Length;

    /// <summary>Whether it is a fragment of a packet.</summary>
    public bool IsFragment => MoreFragments || FragmentOffset > 0;

    /// <summary>Writes the header, with its checksum.</summary>
    /// <param name="destination">Where to; at least <see cref="Length"/> bytes.</param>
    /// <param name="payloadLength">How many bytes follow it.</param>
    /// <exception cref="ArgumentException">A field has a value that the header has no room for, or an address is not one of IPv4.</exception>
    public void WriteTo(Span<byte> destination, int payloadLength)
    {
        Check(payloadLength);
        destination[0] = (byte)(0x40 | (Length / 4));
        destination[1] = TrafficClass;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(Length + payloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], Identification);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], (ushort)((DontFragment ? 0x4000 : 0) | (MoreFragments ? 0x2000 : 0) | (FragmentOffset / 8)));
        destination[TimeToLiveOffset] = TimeToLive;
        destination[9] = (byte)Protocol;
        destination.Slice(ChecksumOffset, 2).Clear();
        Source.WriteTo(destination[12..]);
        Destination.WriteTo(destination[16..]);
        Options.Span.CopyTo(destination[MinimumLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[ChecksumOffset..], InternetChecksum.Of(destination[..Length]));
    }

    /// <summary>Reads the header at the beginning of a packet.</summary>
    /// <param name="packet">The packet, from its first byte on. What follows its end is left alone: a short frame is filled up on some links.</param>
    /// <param name="header">The header; null if it is none.</param>
    /// <param name="totalLength">How many bytes the packet has, header included.</param>
    /// <param name="problem">Why it is none; empty if it is one.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> packet, out Ipv4Header? header, out int totalLength, out string problem)
    {
        var bytes = packet.Span;
        (header, totalLength, problem) = (null, 0, Problem(bytes));
        if (problem.Length > 0)
        {
            return false;
        }

        totalLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        header = new Ipv4Header(Address.FromBytes(bytes[12..16]), Address.FromBytes(bytes[16..20]), (IpProtocol)bytes[9])
        {
            TrafficClass = bytes[1],
            Identification = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            DontFragment = (fragment & 0x4000) != 0,
            MoreFragments = (fragment & 0x2000) != 0,
            FragmentOffset = (fragment & 0x1FFF) * 8,
            TimeToLive = bytes[TimeToLiveOffset],
            Options = packet[MinimumLength..HeaderLength(bytes)],
        };
        return true;
    }

    /// <summary>
    /// What a router does to a packet that it forwards: it takes one from the TTL and mends the checksum, without adding up the rest of the header again
    /// (RFC 1624, equation 3).
    /// </summary>
    /// <param name="packet">The packet, with an intact header; changed in place.</param>
    /// <returns>The TTL that is left. At 0 the packet must not be forwarded (RFC 1812, section 5.3.1).</returns>
    /// <exception cref="ArgumentException">There was none left to take.</exception>
    public static byte DecrementTimeToLive(Span<byte> packet)
    {
        if (packet[TimeToLiveOffset] == 0)
        {
            throw new ArgumentException("The packet's TTL is 0 already: it should not have come here.", nameof(packet));
        }

        // The TTL is the upper half of a 16-bit word. New checksum = ~(~old checksum + ~old word + new word), in ones' complement.
        var before = BinaryPrimitives.ReadUInt16BigEndian(packet[TimeToLiveOffset..]);
        packet[TimeToLiveOffset]--;
        var after = BinaryPrimitives.ReadUInt16BigEndian(packet[TimeToLiveOffset..]);
        var sum = (uint)(ushort)~BinaryPrimitives.ReadUInt16BigEndian(packet[ChecksumOffset..]) + (ushort)~before + after;
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet[ChecksumOffset..], (ushort)~sum);
        return packet[TimeToLiveOffset];
    }

    /// <summary>Equal in every field; the options byte by byte.</summary>
    public bool Equals(Ipv4Header? other) =>
        other is not null && (Source, Destination, Protocol, TrafficClass, Identification) == (other.Source, other.Destination, other.Protocol, other.TrafficClass, other.Identification)
        && (DontFragment, MoreFragments, FragmentOffset, TimeToLive) == (other.DontFragment, other.MoreFragments, other.FragmentOffset, other.TimeToLive)
        && Options.Span.SequenceEqual(other.Options.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Source, Destination, Protocol, Identification, FragmentOffset);

    /// <summary>The header in one line: <c>192.0.2.1 → 198.51.100.2, UDP, TTL 64</c>.</summary>
    public override string ToString()
    {
        var fragment = IsFragment ? InvariantText.Format($", fragment of {Identification} from byte {FragmentOffset:N0} on{(MoreFragments ? "" : ", the last")}") : "";
        return InvariantText.Format($"{Source} → {Destination}, {IpProtocols.NameOf(Protocol)}, TTL {TimeToLive}{(DontFragment ? ", don't fragment" : "")}{fragment}");
    }

    private static int HeaderLength(ReadOnlySpan<byte> bytes) => (bytes[0] & 0xF) * 4;

    private static string Problem(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MinimumLength)
        {
            return InvariantText.Format($"An IPv4 header has at least {MinimumLength} bytes; here are {bytes.Length}.");
        }

        var (length, total) = (HeaderLength(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        return bytes[0] >> 4 != 4 ? InvariantText.Format($"The version is {bytes[0] >> 4}, and not 4.")
            : length < MinimumLength ? InvariantText.Format($"The header says that it has {length} bytes; it has at least {MinimumLength}.")
            : total < length ? InvariantText.Format($"The packet says that it has {total:N0} bytes, and its header that it has {length}.")
            : total > bytes.Length ? InvariantText.Format($"The packet says that it has {total:N0} bytes; here are {bytes.Length:N0}.")
            : !InternetChecksum.IsIntact(bytes[..length]) ? "The header's checksum is wrong: it was harmed on the way."
            : (bytes[6] & 0x80) != 0 ? "The first of the three flags is set; it is reserved, and 0."
            : "";
    }

    private void Check(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        if (Source.IsV6 || Destination.IsV6)
        {
            throw new ArgumentException($"From {Source} to {Destination}: an IPv4 header has room for IPv4 addresses alone.");
        }

        if (FragmentOffset is < 0 or > 65_528 || FragmentOffset % 8 != 0)
        {
            throw new ArgumentException(InvariantText.Format($"A fragment cannot begin at byte {FragmentOffset:N0}: offsets are multiples of 8, up to 65,528."));
        }

        if (Options.Length > MaxOptions || Options.Length % 4 != 0)
        {
            throw new ArgumentException(InvariantText.Format($"Options have a multiple of 4 bytes, up to {MaxOptions}, and not {Options.Length}."));
        }

        if (Length + payloadLength > LongestPacket)
        {
            throw new ArgumentException(InvariantText.Format($"A packet has at most {LongestPacket:N0} bytes; {Length} of header and {payloadLength:N0} of payload are more."));
        }
    }
}
