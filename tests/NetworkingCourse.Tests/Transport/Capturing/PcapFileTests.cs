using System.Buffers.Binary;
using CsCheck;
using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Capturing;

// Properties are sampled on all threads of the pool; servers under test elsewhere would starve.
[Collection(Alone.Name)]
public class PcapFileTests
{
    private const int FileHeader = 24;

    // Times from 1970 to 2106, which is what the format can hold.
    private static readonly Gen<RawPacket> APacket =
        from time in Gen.Long[0, uint.MaxValue * 1_000_000_000L]
        from bytes in Gen.Byte.Array[0, 200]
        from cut in Gen.Int[0, 2000]
        select new RawPacket(time, bytes, bytes.Length + cut);

    [Fact]
    public void What_is_written_is_read_again() =>
        Gen.Select(APacket.Array[0, 20], Gen.Enum<LinkType>()).Sample((packets, link) =>
        {
            var (readLink, read) = PcapFile.Read(Write(link, packets));
            return readLink == link && Same(packets, read);
        });

    [Fact]
    public void Files_of_machines_with_the_other_byte_order_and_of_programs_with_microseconds_are_read_too() =>
        Gen.Select(APacket.Array[0, 20], Gen.Bool, Gen.Bool).Sample((packets, swapped, micro) =>
        {
            var file = Write(LinkType.Ethernet, [.. packets.Select(packet => packet with { Timestamp = packet.Timestamp / 1000 * 1000 })]);
            Rewrite(file, swapped, micro);
            return Same([.. packets.Select(packet => packet with { Timestamp = packet.Timestamp / 1000 * 1000 })], PcapFile.Read(file).Packets);
        });

    [Fact]
    public void A_file_that_ends_inside_a_packet_is_refused_and_one_that_ends_between_two_is_not() =>
        Gen.Select(APacket.Array[1, 8], Gen.Int[0, 2000]).Sample((packets, cut) =>
        {
            var file = Write(LinkType.Ethernet, packets);
            var left = file[..(cut % (file.Length + 1))];
            var ends = packets.Aggregate(new List<int> { FileHeader }, (all, packet) => [.. all, all[^1] + 16 + packet.Bytes.Length]);
            var whole = ends.IndexOf(left.Length);
            return whole < 0 ? Refused(left) : PcapFile.Read(left).Packets.Count == whole;
        });

    [Fact]
    public void Whatever_the_bytes_are_they_are_read_or_refused() =>
        Gen.Select(APacket.Array[0, 4], Gen.Byte.Array[0, 60], Gen.Int[0, 100]).Sample((packets, noise, at) =>
        {
            var file = Write(LinkType.Null, packets);
            noise.AsSpan(0, Math.Min(noise.Length, Math.Max(0, file.Length - at))).CopyTo(file.AsSpan(Math.Min(at, file.Length)));
            _ = Refused(file);
            _ = Refused(noise);
        });

    [Fact]
    public void Who_has_saved_the_newer_format_is_told_how_to_get_the_older_one()
    {
        var exception = Assert.Throws<FormatException>(() => PcapFile.Read(new byte[] { 0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }));

        Assert.Contains("-F pcap", exception.Message, StringComparison.Ordinal);
    }

    private static byte[] Write(LinkType link, IReadOnlyList<RawPacket> packets)
    {
        var stream = new MemoryStream();
        PcapFile.Write(stream, link, packets);
        return stream.ToArray();
    }

    private static bool Same(RawPacket[] expected, IReadOnlyList<RawPacket> read) =>
        expected.Length == read.Count
        && expected.Zip(read).All(pair => pair.First.Timestamp == pair.Second.Timestamp && pair.First.OriginalLength == pair.Second.OriginalLength && pair.First.Bytes.Span.SequenceEqual(pair.Second.Bytes.Span));

    private static bool Refused(ReadOnlyMemory<byte> file)
    {
        try
        {
            PcapFile.Read(file);
            return false;
        }
        catch (FormatException)
        {
            return true;
        }
    }

    // As another machine, or another program, would have written it.
    private static void Rewrite(Span<byte> file, bool swapped, bool micro)
    {
        var offsets = new List<int> { 0, 16, 20 };
        var fractions = new List<int>();
        for (var at = FileHeader; at < file.Length; at += 16 + BinaryPrimitives.ReadInt32LittleEndian(file[(at + 8)..]))
        {
            offsets.AddRange([at, at + 4, at + 8, at + 12]);
            fractions.Add(at + 4);
        }

        if (micro)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file, 0xa1b2c3d4);
            foreach (var at in fractions)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(file[at..], BinaryPrimitives.ReadUInt32LittleEndian(file[at..]) / 1000);
            }
        }

        foreach (var at in swapped ? offsets : [])
        {
            file.Slice(at, 4).Reverse();
        }

        if (swapped)
        {
            file.Slice(4, 2).Reverse();
            file.Slice(6, 2).Reverse();
        }
    }
}
