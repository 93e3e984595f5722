using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>
/// pcapng, the default capture file format of Wireshark (draft-ietf-opsawg-pcapng). A file consists of blocks, each with its
/// type, and its length at both ends. Each section has its own byte order, and each interface its own link type and time unit.
/// Blocks other than packets, for instance names and statistics, are skipped.
/// </summary>
internal sealed class PcapngFile
{
    /// <summary>The type of the first block, the same in both byte orders.</summary>
    public const uint SectionHeader = 0x0a0d0d0a;

    private const uint InterfaceDescription = 1;
    private const uint ObsoletePacket = 2;
    private const uint SimplePacket = 3;
    private const uint EnhancedPacket = 6;

    private const uint ByteOrderMagic = 0x1a2b3c4d;
    private const int Around = 12; // a block's type, and its length twice
    private const int PacketHeaderLength = 20;

    private readonly List<CaptureInterface> _interfaces = [];
    private readonly List<RawPacket> _packets = [];

    private readonly int _maxPackets;

    private PcapngFile(int maxPackets) => _maxPackets = maxPackets;

    /// <summary>Reads a file that begins with <see cref="SectionHeader"/>.</summary>
    public static CaptureFile Read(ReadOnlyMemory<byte> bytes, int maxPackets)
    {
        var file = new PcapngFile(maxPackets);
        var ending = file.ReadBlocks(new FileBytes(bytes, IsBigEndian: false));
        return new CaptureFile(file._packets, ending);
    }

    private string? ReadBlocks(FileBytes file)
    {
        for (var offset = 0; offset < file.Bytes.Length;)
        {
            if (_packets.Count == _maxPackets)
            {
                return CaptureFile.Enough(_maxPackets);
            }

            var left = file.Bytes.Length - offset;
            if (left < Around)
            {
                return InvariantText.Format($"The file ends inside a block, after {_packets.Count:N0} packets.");
            }

            var type = file.Number32(offset);
            if (type == SectionHeader)
            {
                file = file with { IsBigEndian = (file with { IsBigEndian = true }).Number32(offset + 8) == ByteOrderMagic };
                _interfaces.Clear();
            }

            var length = file.Length(offset + 4);
            if (length > left)
            {
                var announced = Octets.Count(file.Number32(offset + 4));
                return InvariantText.Format(
                    $"The file ends inside the block at byte {offset:N0}, which should have {announced}; {left:N0} are left.");
            }

            if (length < Around || !Take(type, file.Slice(offset + 8, length - Around)))
            {
                return InvariantText.Format($"The block at byte {offset:N0} is malformed; the rest of the file was not read.");
            }

            offset += length;
        }

        return null;
    }

    // Processes the body of a block, without its type and lengths. False if it is malformed.
    private bool Take(uint type, FileBytes body)
    {
        var length = body.Bytes.Length;
        switch (type)
        {
            case SectionHeader:
                return length >= 4 && body.Number32(0) == ByteOrderMagic;
            case InterfaceDescription when length >= 8:
                _interfaces.Add(CaptureInterface.Read(body));
                return true;
            case EnhancedPacket or ObsoletePacket when length >= PacketHeaderLength:
                var number = type == EnhancedPacket ? body.Number32(0) : body.Number16(0);
                var captured = body.Length(12);
                if (number >= _interfaces.Count || captured > length - PacketHeaderLength)
                {
                    return false;
                }

                var from = _interfaces[(int)number];
                var time = from.Time((ulong)body.Number32(4) << 32 | body.Number32(8));
                _packets.Add(new RawPacket(from.Link, time, body.Bytes.Slice(PacketHeaderLength, captured), body.Length(16)));
                return true;
            case SimplePacket when length >= 4 && _interfaces.Count > 0:
                // A simple packet has no time, and states only its length on the wire.
                var kept = Math.Min(Math.Min(body.Length(0), length - 4), _interfaces[0].SnapLength);
                var before = _packets.Count == 0 ? 0 : _packets[^1].Timestamp;
                _packets.Add(new RawPacket(_interfaces[0].Link, before, body.Bytes.Slice(4, kept), body.Length(0)));
                return true;
            default:
                return type is not (InterfaceDescription or EnhancedPacket or ObsoletePacket or SimplePacket);
        }
    }
}

/// <summary>An interface of a pcapng file: the type of its link and the unit of its timestamps.</summary>
/// <param name="Link">The type of link, which determines the first header of each packet.</param>
/// <param name="SnapLength">The maximum number of bytes kept of a packet.</param>
/// <param name="Resolution">
/// The option if_tsresol: the number of decimal places of a second, or of binary places if the highest bit is set.
/// </param>
/// <param name="Offset">The option if_tsoffset: the seconds to add to each time.</param>
internal sealed record CaptureInterface(LinkType Link, int SnapLength, byte Resolution, long Offset)
{
    private const ushort ResolutionOption = 9;
    private const ushort OffsetOption = 14;
    private const byte Microseconds = 6;
    private const byte Binary = 0x80;
    private const int Nanoseconds = 9;
    private const long PerSecond = 1_000_000_000;

    /// <param name="body">The block without its type and lengths; at least 8 bytes.</param>
    public static CaptureInterface Read(FileBytes body)
    {
        var snapLength = body.Length(4);
        var read = new CaptureInterface((LinkType)body.Number16(0), snapLength == 0 ? int.MaxValue : snapLength, Microseconds, 0);
        for (var offset = 8; offset + 4 <= body.Bytes.Length;)
        {
            var (code, length) = (body.Number16(offset), body.Number16(offset + 2));
            if (length > body.Bytes.Length - offset - 4)
            {
                break;
            }

            read = (code, length) switch
            {
                (ResolutionOption, 1) => read with { Resolution = body.Bytes.Span[offset + 4] },
                (OffsetOption, 8) => read with { Offset = body.Number64(offset + 4) },
                _ => read,
            };
            offset += 4 + (length + 3) / 4 * 4;
        }

        return read;
    }

    /// <summary>
    /// Converts a timestamp of this interface to nanoseconds since 1970-01-01 UTC, clamped to what a <see cref="long"/> can hold.
    /// </summary>
    public long Time(ulong units)
    {
        var places = Resolution & ~Binary;
        var nanoseconds = (Resolution & Binary) != 0 ? (UInt128)units * PerSecond >> places
            : places <= Nanoseconds ? units * PowerOfTen(Nanoseconds - places)
            : units / PowerOfTen(Math.Min(places - Nanoseconds, 20));
        return (long)Int128.Clamp((Int128)nanoseconds + (Int128)Offset * PerSecond, 0, long.MaxValue);
    }

    private static UInt128 PowerOfTen(int exponent)
    {
        UInt128 power = 1;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }
}
