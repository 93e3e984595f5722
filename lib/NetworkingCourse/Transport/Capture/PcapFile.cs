using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// The capture file format that tcpdump writes and Wireshark, tshark and many others open (pcap-savefile(5)): a header of 24 bytes, and then a header
/// of 16 bytes before each packet. Written in little-endian order with nanoseconds; read in either order, with nanoseconds or microseconds.
/// </summary>
internal static class PcapFile
{
    private const uint Nanoseconds = 0xa1b23c4d;
    private const uint Microseconds = 0xa1b2c3d4;
    private const int FileHeaderLength = 24;
    private const int PacketHeaderLength = 16;
    private const int SnapLength = 262_144;
    private const long PerSecond = 1_000_000_000;

    public static void Write(Stream stream, LinkType link, IEnumerable<RawPacket> packets)
    {
        Span<byte> header = stackalloc byte[FileHeaderLength];
        header.Clear(); // time zone and accuracy: always 0
        BinaryPrimitives.WriteUInt32LittleEndian(header, Nanoseconds);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2); // version 2.4
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], SnapLength);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], (int)link);
        stream.Write(header);
        foreach (var packet in packets)
        {
            var (seconds, rest) = Math.DivRem(packet.Timestamp, PerSecond);
            BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)seconds);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)rest);
            BinaryPrimitives.WriteInt32LittleEndian(header[8..], packet.Bytes.Length);
            BinaryPrimitives.WriteInt32LittleEndian(header[12..], packet.OriginalLength);
            stream.Write(header[..PacketHeaderLength]);
            stream.Write(packet.Bytes.Span);
        }
    }

    /// <exception cref="FormatException">It is no capture file, one of a kind that is not read here, or one that ends inside a packet.</exception>
    public static (LinkType Link, IReadOnlyList<RawPacket> Packets) Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length < FileHeaderLength)
        {
            throw new FormatException(Words.Invariant($"A capture file begins with {FileHeaderLength} bytes of header; these are {file.Length}."));
        }

        var magic = BinaryPrimitives.ReadUInt32LittleEndian(file.Span);
        var swapped = BinaryPrimitives.ReverseEndianness(magic) is Nanoseconds or Microseconds;
        magic = swapped ? BinaryPrimitives.ReverseEndianness(magic) : magic;
        if (magic is not (Nanoseconds or Microseconds))
        {
            throw new FormatException(magic == 0x0a0d0d0a
                ? "This is a capture file of the newer kind, pcapng. Save it as pcap: tshark -F pcap -r FILE -w OTHER."
                : Words.Invariant($"This is no capture file: it begins with 0x{magic:x8}."));
        }

        int Number(int offset) => swapped ? BinaryPrimitives.ReadInt32BigEndian(file.Span[offset..]) : BinaryPrimitives.ReadInt32LittleEndian(file.Span[offset..]);
        var packets = new List<RawPacket>();
        for (var offset = FileHeaderLength; offset < file.Length;)
        {
            var left = file.Length - offset - PacketHeaderLength;
            var length = left < 0 ? 0 : Number(offset + 8);
            if (length < 0 || length > left)
            {
                throw new FormatException(Words.Invariant($"The file ends inside packet {packets.Count + 1}."));
            }

            var time = (uint)Number(offset) * PerSecond + (uint)Number(offset + 4) * (magic == Nanoseconds ? 1L : 1000L);
            packets.Add(new RawPacket(time, file.Slice(offset + PacketHeaderLength, length), Number(offset + 12)));
            offset += PacketHeaderLength + length;
        }

        // The upper bits say things about frame check sequences.
        return ((LinkType)(Number(20) & 0x0fff_ffff), packets);
    }
}
