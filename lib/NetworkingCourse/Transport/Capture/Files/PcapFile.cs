using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>
/// The capture file format written by tcpdump and understood by Wireshark, tshark and many others (pcap-savefile(5)): a 24-byte
/// file header, then a 16-byte header before each packet. Written in little-endian order with nanoseconds; read in either order,
/// with nanoseconds or microseconds.
/// </summary>
internal static class PcapFile
{
    private const uint Nanoseconds = 0xa1b23c4d;
    private const uint Microseconds = 0xa1b2c3d4;
    private const int FileHeaderLength = 24;
    private const int LinkTypeOffset = 20;
    private const int PacketHeaderLength = 16;
    private const int SnapLength = 262_144;
    private const long PerSecond = 1_000_000_000;

    /// <summary>Whether a file that begins with these four bytes has this format.</summary>
    /// <param name="magic">The bytes, as a number in network byte order.</param>
    public static bool IsOne(uint magic) =>
        magic is Nanoseconds or Microseconds || BinaryPrimitives.ReverseEndianness(magic) is Nanoseconds or Microseconds;

    public static void Write(Stream stream, LinkType link, IEnumerable<RawPacket> packets)
    {
        Span<byte> header = stackalloc byte[FileHeaderLength];
        header.Clear(); // time zone and accuracy: always 0
        BinaryPrimitives.WriteUInt32LittleEndian(header, Nanoseconds);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2); // version 2.4
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], SnapLength);
        BinaryPrimitives.WriteInt32LittleEndian(header[LinkTypeOffset..], (int)link);
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

    /// <summary>Reads a file that <see cref="IsOne"/> has recognised.</summary>
    public static CaptureFile Read(ReadOnlyMemory<byte> bytes, int maxPackets)
    {
        var packets = new List<RawPacket>();
        if (bytes.Length < FileHeaderLength)
        {
            return new CaptureFile(packets, "The file ends inside its header.");
        }

        var magic = BinaryPrimitives.ReadUInt32BigEndian(bytes.Span);
        var isBigEndian = magic is Nanoseconds or Microseconds;
        var file = new FileBytes(bytes, isBigEndian);
        var unit = (isBigEndian ? magic : BinaryPrimitives.ReverseEndianness(magic)) == Nanoseconds ? 1L : 1000L;
        // The upper half says whether a frame check sequence follows each packet, and how long it is.
        var link = (LinkType)(file.Number32(LinkTypeOffset) & 0xffff);
        for (var offset = FileHeaderLength; offset < bytes.Length;)
        {
            if (packets.Count == maxPackets)
            {
                return new CaptureFile(packets, CaptureFile.Enough(maxPackets));
            }

            var (number, left) = (packets.Count + 1, bytes.Length - offset - PacketHeaderLength);
            if (left < 0)
            {
                return new CaptureFile(packets, InvariantText.Format($"The file ends inside the header of packet {number:N0}."));
            }

            var length = file.Length(offset + 8);
            if (length > left)
            {
                var announced = Octets.Count(file.Number32(offset + 8));
                return new CaptureFile(packets, InvariantText.Format(
                    $"The file ends inside packet {number:N0}, which should have {announced}; only {left:N0} are left."));
            }

            var time = file.Number32(offset) * PerSecond + file.Number32(offset + 4) * unit;
            packets.Add(new RawPacket(link, time, bytes.Slice(offset + PacketHeaderLength, length), file.Length(offset + 12)));
            offset += PacketHeaderLength + length;
        }

        return new CaptureFile(packets, null);
    }
}
