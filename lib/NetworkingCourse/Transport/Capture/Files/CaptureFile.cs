using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// What a capture file holds. Both formats that are in use are read; <see cref="PcapFile"/> is the one that is written.
/// </summary>
/// <param name="Packets">The packets, as far as the file is in order.</param>
/// <param name="Ending">Where and why reading ended before the file did, as a sentence; null if all was read.</param>
internal sealed record CaptureFile(IReadOnlyList<RawPacket> Packets, string? Ending)
{
    private const uint GzipMagic = 0x1f8b; // RFC 1952, section 2.3.1

    /// <summary>Reads a file.</summary>
    /// <param name="file">The whole of it.</param>
    /// <param name="most">How many packets are read at the most.</param>
    /// <exception cref="FormatException">It does not begin like a capture file.</exception>
    public static CaptureFile Read(ReadOnlyMemory<byte> file, int most = int.MaxValue)
    {
        var magic = file.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(file.Span);
        return magic == PcapngFile.SectionHeader ? PcapngFile.Read(file, most)
            : PcapFile.IsOne(magic) ? PcapFile.Read(file, most)
            : throw new FormatException(file.IsEmpty ? "The file is empty."
                : magic >> 16 == GzipMagic ? "This is a gzip archive. Unpack it first, for instance with gunzip."
                : InvariantText.Format($"This is not a capture file: it begins with 0x{magic:x8}. ")
                    + "If Wireshark opens it, save it from there as pcapng.");
    }

    /// <summary>What is said of a file of which no more is read.</summary>
    public static string Enough(int most) => InvariantText.Format($"Only the first {most:N0} packets were read.");
}

/// <summary>The bytes of a file, and the byte order of the machine that wrote it.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="IsBigEndian">Whether the most significant byte of a number comes first.</param>
internal readonly record struct FileBytes(ReadOnlyMemory<byte> Bytes, bool IsBigEndian)
{
    public ushort Number16(int offset) => Ordered(BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[offset..]));

    public uint Number32(int offset) => Ordered(BinaryPrimitives.ReadUInt32LittleEndian(Bytes.Span[offset..]));

    public long Number64(int offset) => Ordered(BinaryPrimitives.ReadInt64LittleEndian(Bytes.Span[offset..]));

    /// <summary>A length that a file may put as high as 4 GB, as one that an array could have.</summary>
    public int Length(int offset) => (int)Math.Min(Number32(offset), int.MaxValue);

    public FileBytes Slice(int offset, int length) => this with { Bytes = Bytes.Slice(offset, length) };

    private ushort Ordered(ushort number) => IsBigEndian ? BinaryPrimitives.ReverseEndianness(number) : number;

    private uint Ordered(uint number) => IsBigEndian ? BinaryPrimitives.ReverseEndianness(number) : number;

    private long Ordered(long number) => IsBigEndian ? BinaryPrimitives.ReverseEndianness(number) : number;
}
