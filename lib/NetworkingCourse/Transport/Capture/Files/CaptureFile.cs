using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// The contents of a capture file. Both common formats can be read; <see cref="PcapFile"/> is the one written.
/// </summary>
/// <param name="Packets">The packets, up to the first error in the file.</param>
/// <param name="Ending">Where and why reading stopped early, as a sentence; null if the whole file was read.</param>
internal sealed record CaptureFile(IReadOnlyList<RawPacket> Packets, string? Ending)
{
    private const uint GzipMagic = 0x1f8b; // RFC 1952, section 2.3.1

    /// <summary>Reads a file.</summary>
    /// <param name="file">The contents of the file.</param>
    /// <param name="maxPackets">The maximum number of packets to read.</param>
    /// <exception cref="FormatException">It does not begin like a capture file.</exception>
    public static CaptureFile Read(ReadOnlyMemory<byte> file, int maxPackets = int.MaxValue)
    {
        var magic = file.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(file.Span);
        return magic == PcapngFile.SectionHeader ? PcapngFile.Read(file, maxPackets)
            : PcapFile.IsOne(magic) ? PcapFile.Read(file, maxPackets)
            : throw new FormatException(file.IsEmpty ? "The file is empty."
                : magic >> 16 == GzipMagic ? "This is a gzip archive. Unpack it first, for instance with gunzip."
                : InvariantText.Format($"This is not a capture file: it begins with 0x{magic:x8}. ")
                    + "If Wireshark opens it, save it from there as pcapng.");
    }

    /// <summary>The sentence that reports that reading stopped at the maximum.</summary>
    public static string Enough(int maxPackets) => InvariantText.Format($"Only the first {maxPackets:N0} packets were read.");
}

/// <summary>The bytes of a file, and the byte order of the machine that wrote it.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="IsBigEndian">Whether the most significant byte of a number comes first.</param>
internal readonly record struct FileBytes(ReadOnlyMemory<byte> Bytes, bool IsBigEndian)
{
    public ushort Number16(int offset) => Ordered(BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[offset..]));

    public uint Number32(int offset) => Ordered(BinaryPrimitives.ReadUInt32LittleEndian(Bytes.Span[offset..]));

    public long Number64(int offset) => Ordered(BinaryPrimitives.ReadInt64LittleEndian(Bytes.Span[offset..]));

    /// <summary>Reads a length, capped at the maximum length of an array; a file may claim up to 4 GB.</summary>
    public int Length(int offset) => (int)Math.Min(Number32(offset), int.MaxValue);

    public FileBytes Slice(int offset, int length) => this with { Bytes = Bytes.Slice(offset, length) };

    private ushort Ordered(ushort number) => IsBigEndian ? BinaryPrimitives.ReverseEndianness(number) : number;

    private uint Ordered(uint number) => IsBigEndian ? BinaryPrimitives.ReverseEndianness(number) : number;

    private long Ordered(long number) => IsBigEndian ? BinaryPrimitives.ReverseEndianness(number) : number;
}
