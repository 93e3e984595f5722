using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// The header of an IPv4 packet (RFC 791, section 3.1): 20 bytes, and up to 40 bytes of options. Lengths and checksum are not
/// stored: they are computed when the header is written, and verified when it is read.
/// </summary>
/// <param name="Source">The sender's address.</param>
/// <param name="Destination">The receiver's address.</param>
/// <param name="Protocol">The protocol of the payload.</param>
/// <exception cref="ArgumentException">When written: the value of a field does not fit into the header.</exception>
public sealed record Ipv4Header(Address Source, Address Destination, IpProtocol Protocol)
{
    /// <summary>The length of a header without options, in bytes.</summary>
    public const int MinimumLength = 20;

    /// <summary>
    /// The maximum length of a packet including its header, in bytes: the total length is a 16-bit number.
    /// </summary>
    public const int MaxPacketLength = 65_535;

    /// <summary>
    /// The maximum length of the options, in bytes: the header length is a 4-bit number of words of 4 bytes.
    /// </summary>
    public const int MaxOptions = 40;

    private const int TimeToLiveOffset = 8;
    private const int ChecksumOffset = 10;

    /// <summary>
    /// The service wanted and whether the packet has met congestion: 6 bits of DSCP (RFC 2474), 2 bits of ECN (RFC 3168).
    /// </summary>
    public byte TrafficClass { get; init; }

    /// <summary>The number that all fragments of a packet share.</summary>
    public ushort Identification { get; init; }

    /// <summary>Whether routers must not fragment the packet (DF).</summary>
    public bool DontFragment { get; init; }

    /// <summary>Whether it is a fragment other than the last (MF).</summary>
    public bool MoreFragments { get; init; }

    /// <summary>
    /// The offset of this fragment in the original packet's payload, in bytes: a multiple of 8, up to 65,528.
    /// </summary>
    public int FragmentOffset { get; init; }

    /// <summary>
    /// The time-to-live (TTL): every router decrements it, and the router that decrements it to 0 discards the packet.
    /// </summary>
    public byte TimeToLive { get; init; } = 64;

    /// <summary>The options, padded to a multiple of 4 bytes; rarely used.</summary>
    public ReadOnlyMemory<byte> Options { get; init; }

    /// <summary>The length of the header, in bytes.</summary>
    public int Length => MinimumLength + Options.Length;

    /// <summary>Whether the packet is a fragment.</summary>
    public bool IsFragment => MoreFragments || FragmentOffset > 0;

    /// <summary>Writes the header, with its checksum.</summary>
    /// <param name="destination">The destination; at least <see cref="Length"/> bytes.</param>
    /// <param name="payloadLength">The length of the payload, in bytes.</param>
    /// <exception cref="ArgumentException">
    /// The value of a field does not fit into the header, or an address is not an IPv4 address.
    /// </exception>
    public void WriteTo(Span<byte> destination, int payloadLength)
    {
        Check(payloadLength);
        destination[0] = (byte)(0x40 | (Length / 4));
        destination[1] = TrafficClass;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(Length + payloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], Identification);
        BinaryPrimitives.WriteUInt16BigEndian(
            destination[6..],
            (ushort)((DontFragment ? 0x4000 : 0) | (MoreFragments ? 0x2000 : 0) | (FragmentOffset / 8)));
        destination[TimeToLiveOffset] = TimeToLive;
        destination[9] = (byte)Protocol;
        destination.Slice(ChecksumOffset, 2).Clear();
        Source.WriteTo(destination[12..]);
        Destination.WriteTo(destination[16..]);
        Options.Span.CopyTo(destination[MinimumLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[ChecksumOffset..], InternetChecksum.Of(destination[..Length]));
    }

    /// <summary>Parses the header at the start of a packet.</summary>
    /// <param name="packet">
    /// The packet, from its first byte on. Bytes after its end are ignored: some links pad short frames.
    /// </param>
    /// <param name="header">The header; null if it is invalid.</param>
    /// <param name="totalLength">The length of the packet including its header, in bytes.</param>
    /// <param name="problem">Why the header is invalid; empty if it is valid.</param>
    /// <returns>Whether the header is valid.</returns>
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
    /// Decrements the TTL, as a router does when it forwards a packet. The checksum is updated without summing the whole header
    /// again (RFC 1624, equation 3).
    /// </summary>
    /// <param name="packet">The packet, with a valid header; changed in place.</param>
    /// <returns>The remaining TTL. At 0 the packet must not be forwarded (RFC 1812, section 5.3.1).</returns>
    /// <exception cref="ArgumentException">The TTL is already 0.</exception>
    public static byte DecrementTimeToLive(Span<byte> packet)
    {
        if (packet[TimeToLiveOffset] == 0)
        {
            throw new ArgumentException("The packet's TTL is already 0: it should not have come here.", nameof(packet));
        }

        // The TTL is the upper half of a 16-bit word.
        var before = BinaryPrimitives.ReadUInt16BigEndian(packet[TimeToLiveOffset..]);
        packet[TimeToLiveOffset]--;
        var after = BinaryPrimitives.ReadUInt16BigEndian(packet[TimeToLiveOffset..]);
        var checksum = BinaryPrimitives.ReadUInt16BigEndian(packet[ChecksumOffset..]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[ChecksumOffset..], InternetChecksum.Update(checksum, before, after));
        return packet[TimeToLiveOffset];
    }

    /// <summary>Compares all fields; the options are compared byte by byte.</summary>
    public bool Equals(Ipv4Header? other) =>
        other is not null
        && (Source, Destination, Protocol, TrafficClass, Identification)
            == (other.Source, other.Destination, other.Protocol, other.TrafficClass, other.Identification)
        && (DontFragment, MoreFragments, FragmentOffset, TimeToLive)
            == (other.DontFragment, other.MoreFragments, other.FragmentOffset, other.TimeToLive)
        && Options.Span.SequenceEqual(other.Options.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Source, Destination, Protocol, Identification, FragmentOffset);

    /// <summary>The header in one line: <c>192.0.2.1 → 198.51.100.2, UDP, TTL 64</c>.</summary>
    public override string ToString()
    {
        var fragment = IsFragment
            ? InvariantText.Format(
                $", fragment of {Identification} from byte {FragmentOffset:N0} on{(MoreFragments ? "" : ", the last")}")
            : "";
        var flag = DontFragment ? ", don't fragment" : "";
        return InvariantText.Format(
            $"{Source} → {Destination}, {IpProtocols.NameOf(Protocol)}, TTL {TimeToLive}{flag}{fragment}");
    }

    private static int HeaderLength(ReadOnlySpan<byte> bytes) => (bytes[0] & 0xF) * 4;

    private static string Problem(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MinimumLength)
        {
            return InvariantText.Format($"An IPv4 header has at least {MinimumLength} bytes, not {bytes.Length}.");
        }

        var (length, total) = (HeaderLength(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        return bytes[0] >> 4 != 4 ? InvariantText.Format($"The version is {bytes[0] >> 4}, not 4.")
            : length < MinimumLength
                ? InvariantText.Format($"The header length is {length} bytes; the minimum is {MinimumLength}.")
            : total < length
                ? InvariantText.Format($"The total length of {total:N0} bytes is less than the header length of {length}.")
            : total > bytes.Length
                ? InvariantText.Format($"The packet should have {total:N0} bytes, but only {bytes.Length:N0} are available.")
            : !InternetChecksum.IsIntact(bytes[..length])
                ? "The header checksum is wrong: the header was damaged on the way."
            : (bytes[6] & 0x80) != 0 ? "The first of the three flags is set, but it is reserved and must be 0."
            : "";
    }

    private void Check(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        if (Source.IsV6 || Destination.IsV6)
        {
            throw new ArgumentException(
                $"From {Source} to {Destination}: an IPv4 header only has room for IPv4 addresses.");
        }

        if (FragmentOffset is < 0 or > 65_528 || FragmentOffset % 8 != 0)
        {
            throw new ArgumentException(InvariantText.Format(
                $"A fragment cannot begin at byte {FragmentOffset:N0}: offsets are multiples of 8, up to 65,528."));
        }

        if (Options.Length > MaxOptions || Options.Length % 4 != 0)
        {
            throw new ArgumentException(InvariantText.Format(
                $"The length of the options must be a multiple of 4 bytes, up to {MaxOptions}, not {Options.Length}."));
        }

        if (Length + payloadLength > MaxPacketLength)
        {
            throw new ArgumentException(InvariantText.Format(
                $"A packet has at most {MaxPacketLength:N0} bytes, not {Length} of header and {payloadLength:N0} of payload."));
        }
    }
}
