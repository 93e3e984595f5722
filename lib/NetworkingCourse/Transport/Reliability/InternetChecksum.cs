using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// The checksum of IP, ICMP, UDP and TCP (RFC 1071): the bytes are read as 16-bit numbers and added up, every carry out of the top is added again at the
/// bottom, and the result is inverted. Over a message that carries its own checksum the sum is all ones.
/// </summary>
/// <remarks>It finds every single flipped bit, and every run of up to 15 harmed bits. It does not find two 16-bit words that have changed places.</remarks>
public static class InternetChecksum
{
    /// <summary>The sum of a message that carries its own checksum.</summary>
    internal const ushort AllOnes = 0xFFFF;

    private const int MaxRows = 24;

    /// <summary>The checksum of some bytes.</summary>
    /// <param name="bytes">Whatever it is to protect, the field for the checksum itself set to 0. An odd last byte is filled up with a 0 (RFC 1071, section 1).</param>
    public static ushort Of(ReadOnlySpan<byte> bytes) => (ushort)~Sum(bytes);

    /// <summary>Whether bytes that carry their own checksum are as they were when it was worked out, as far as it can tell.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> bytes) => Sum(bytes) == AllOnes;

    /// <summary>How the sum comes about, word by word.</summary>
    /// <param name="bytes">What is added up.</param>
    public static Table Explain(ReadOnlySpan<byte> bytes)
    {
        var (rows, sum, words) = (new List<IReadOnlyList<object?>>(), 0u, (bytes.Length + 1) / 2);
        for (var i = 0; i < words; i++)
        {
            var added = sum + Word(bytes, i);
            sum = Fold(added);
            if (i < MaxRows)
            {
                rows.Add([$"{2 * i}", $"0x{Word(bytes, i):x4}", $"0x{added:x5}", added > 0xFFFF ? "carry: + 1" : "", $"0x{sum:x4}"]);
            }
        }

        return new Table(
            ["byte", "16-bit word", "sum", "", "kept"], rows,
            $"{(words > MaxRows ? InvariantText.Format($"The first {MaxRows} of {words:N0} words. ") : "")}The sum is 0x{sum:x4}{(sum == AllOnes ? ", all ones: as it should be over a message with its checksum" : "")}; inverted, 0x{(ushort)~sum:x4}.");
    }

    /// <summary>All words added up, the carries not yet: for sums over several pieces, each but the last of an even length.</summary>
    internal static ulong Add(ReadOnlySpan<byte> bytes)
    {
        var sum = 0ul;
        for (; bytes.Length > 1; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.Length == 1 ? sum + ((ulong)bytes[0] << 8) : sum;
    }

    /// <summary>Adds the carries: a ones' complement sum. It does not matter when that is done, so it is done once, at the end.</summary>
    internal static ushort Fold(ulong sum)
    {
        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes) => Fold(Add(bytes));

    private static ushort Word(ReadOnlySpan<byte> bytes, int index) =>
        (2 * index) + 1 < bytes.Length ? BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * index)..]) : (ushort)(bytes[2 * index] << 8);
}
