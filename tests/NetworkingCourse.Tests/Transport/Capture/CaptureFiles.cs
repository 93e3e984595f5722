using System.Buffers.Binary;
using System.Net;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;
using static NetworkingCourse.Tests.Transport.PacketBytes;

namespace NetworkingCourse.Tests.Transport;

/// <summary>Capture files as other programs write them, and what the course makes of them.</summary>
internal static class CaptureFiles
{
    /// <summary>The link type of packets that begin with their IP header.</summary>
    public const uint Raw = 101;

    public static Capture Of(uint link, params byte[][] packets) =>
        Read(Pcap(link, [.. packets.Select(packet => (packet, packet.Length))]));

    /// <summary>A file in the pcap format, with one packet per microsecond.</summary>
    /// <param name="link">The whole field of the link type, with all its bits.</param>
    /// <param name="packets">What was captured of each packet, and how long it was.</param>
    public static byte[] Pcap(uint link, (byte[] Bytes, int Length)[] packets)
    {
        var file = new MemoryStream();
        var header = new byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xa1b2c3d4);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), link);
        file.Write(header);
        foreach (var (i, (bytes, length)) in packets.Index())
        {
            BinaryPrimitives.WriteInt32LittleEndian(header, i / 1_000_000);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), i % 1_000_000);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), bytes.Length);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), length);
            file.Write(header.AsSpan(0, 16));
            file.Write(bytes);
        }

        return file.ToArray();
    }

    /// <summary>A scan: one host sends a SYN to one port after another, of as many hosts as are given.</summary>
    public static Capture Scan(int hosts, int count) => new(
        [.. Enumerable.Range(0, count).Select(i =>
        {
            var to = new IPAddress([10, (byte)(i % hosts >> 16), (byte)(i % hosts >> 8), (byte)(i % hosts)]);
            var bytes = InIpv4(6, Client, to, Segment(40_000, i, ControlBits.Syn, 1, 0, []));
            return new RawPacket(LinkType.Raw, i * 1000L, bytes, bytes.Length);
        })],
        $"test: {count:N0} packets", isLive: false);

    public static Capture Read(byte[] file)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file);
            return Capture.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
