using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// The checksum of IP, ICMP, UDP and TCP (RFC 1071): the bytes are added up as 16-bit numbers, each carry out of the top is added
/// back at the bottom, and the result is inverted. The sum over a message that includes its checksum is all ones.
/// </summary>
/// <remarks>
/// It detects every single-bit error, and every burst of up to 15 corrupted bits. It does not detect two swapped 16-bit words.
/// </remarks>
public static class InternetChecksum
{
    /// <summary>The sum over a message that includes its checksum.</summary>
    internal const ushort AllOnes = 0xFFFF;

    private const int MaxRows = 24;

    /// <summary>Computes the checksum of some bytes.</summary>
    /// <param name="bytes">
    /// The bytes to protect, with the checksum field itself set to 0. An odd last byte is padded with a 0 (RFC 1071, section 1).
    /// </param>
    public static ushort Of(ReadOnlySpan<byte> bytes) => (ushort)~Sum(bytes);

    /// <summary>
    /// Computes the checksum of a segment or datagram that also covers its pseudo-header: TCP, UDP or ICMPv6. Over one that
    /// includes its checksum and is unchanged, it is 0.
    /// </summary>
    /// <param name="source">The source address.</param>
    /// <param name="destination">The final destination address.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="segment">The whole segment.</param>
    internal static ushort Of(Address source, Address destination, IpProtocol protocol, ReadOnlySpan<byte> segment) =>
        (ushort)~Fold(AddPseudoHeader(source, destination, protocol, segment.Length) + Add(segment));

    /// <summary>Whether bytes that include their checksum are unchanged, as far as the checksum can tell.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> bytes) => Sum(bytes) == AllOnes;

    /// <summary>
    /// The checksum after one word of the message has changed, computed without the other words (RFC 1624, equation 3).
    /// </summary>
    /// <param name="checksum">The checksum before the change.</param>
    /// <param name="before">The 16-bit word before the change.</param>
    /// <param name="after">The word after the change.</param>
    public static ushort Update(ushort checksum, ushort before, ushort after)
    {
        // The old word is taken out of the sum by adding its inverse.
        return (ushort)~Fold((ulong)(ushort)~checksum + (ushort)~before + after);
    }

    /// <summary>Shows the computation of the sum, word by word.</summary>
    /// <param name="bytes">The bytes to add up.</param>
    public static Table Explain(ReadOnlySpan<byte> bytes)
    {
        var (rows, sum, words) = (new List<IReadOnlyList<object?>>(), 0u, (bytes.Length + 1) / 2);
        for (var i = 0; i < words; i++)
        {
            var added = sum + Word(bytes, i);
            sum = Fold(added);
            if (i < MaxRows)
            {
                var carry = added > 0xFFFF ? "carry: + 1" : "";
                rows.Add([$"{2 * i}", $"0x{Word(bytes, i):x4}", $"0x{added:x5}", carry, $"0x{sum:x4}"]);
            }
        }

        var first = words > MaxRows ? InvariantText.Format($"The first {MaxRows} of {words:N0} words. ") : "";
        var verdict = sum == AllOnes ? ", all ones: as it should be over a message with its checksum" : "";
        return new Table(
            ["byte", "16-bit word", "sum", "", "kept"],
            rows,
            $"{first}The sum is 0x{sum:x4}{verdict}; inverted, 0x{(ushort)~sum:x4}.");
    }

    /// <summary>
    /// Adds up the pseudo-header, which extends the checksum of TCP, UDP and ICMPv6 to the addresses (RFC 9293, section 3.1;
    /// RFC 8200, section 8.1). The carries are not folded.
    /// </summary>
    /// <param name="source">The source address.</param>
    /// <param name="destination">The final destination address.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="length">The length of the segment or datagram, in bytes.</param>
    internal static ulong AddPseudoHeader(Address source, Address destination, IpProtocol protocol, int length)
    {
        Span<byte> addresses = stackalloc byte[32];
        var width = source.Width / 8;
        source.WriteTo(addresses);
        destination.WriteTo(addresses[width..]);
        return Add(addresses[..(2 * width)]) + (ulong)protocol + (ulong)length;
    }

    /// <summary>
    /// Adds up all words without folding the carries, for sums over several pieces, all but the last of even length.
    /// </summary>
    // Fully optimised from the first call on: every simulated packet comes here several times.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static ulong Add(ReadOnlySpan<byte> bytes)
    {
        var sum = 0ul;
        for (; bytes.Length > 1; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.Length == 1 ? sum + ((ulong)bytes[0] << 8) : sum;
    }

    /// <summary>
    /// Folds the carries into a ones' complement sum. Since the time of folding does not matter, it is done once at the end.
    /// </summary>
    internal static ushort Fold(ulong sum)
    {
        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes) => Fold(Add(bytes));

    private static ushort Word(ReadOnlySpan<byte> bytes, int index) => (2 * index) + 1 < bytes.Length
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * index)..])
        : (ushort)(bytes[2 * index] << 8);
}
