using System.Buffers.Binary;
using CsCheck;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport;

public class PcapFileTests
{
    private const int FileHeader = 24;

    // Times from 1970 to 2106: the range of the format.
    private static readonly Gen<RawPacket> APacket =
        from time in Gen.Long[0, uint.MaxValue * 1_000_000_000L]
        from bytes in Gen.Byte.Array[0, 200]
        from cut in Gen.Int[0, 2000]
        select new RawPacket(LinkType.Ethernet, time, bytes, bytes.Length + cut);

    [Fact]
    public void What_is_written_is_read_again() =>
        Gen.Select(APacket.Array[0, 20], Gen.Enum<LinkType>()).Sample((packets, link) =>
        {
            var read = CaptureFile.Read(Write(link, packets));
            return read.Ending is null && read.Packets.All(packet => packet.Link == link) && Same(packets, read.Packets);
        });

    [Fact]
    public void Files_of_machines_with_the_other_byte_order_and_of_programs_with_microseconds_are_read_too() =>
        Gen.Select(APacket.Array[0, 20], Gen.Bool, Gen.Bool).Sample((packets, swapped, micro) =>
        {
            RawPacket[] micros =
                [.. packets.Select(packet => packet with { Timestamp = packet.Timestamp / 1000 * 1000 })];
            var file = Write(LinkType.Ethernet, micros);
            Rewrite(file, swapped, micro);
            return Same(micros, CaptureFile.Read(file).Packets);
        });

    [Fact]
    public void Of_a_file_that_ends_anywhere_all_is_read_that_is_whole_and_the_rest_is_missed() =>
        Gen.Select(APacket.Array[1, 8], Gen.Int[4, 2000]).Sample((packets, cut) =>
        {
            var file = Write(LinkType.Ethernet, packets);
            var left = file[..(4 + (cut - 4) % (file.Length - 3))];
            var ends = packets.Aggregate(
                new List<int> { FileHeader }, (all, packet) => [.. all, all[^1] + 16 + packet.Bytes.Length]);
            var whole = ends.FindLastIndex(end => end <= left.Length);
            var read = CaptureFile.Read(left);
            return Same(packets[..Math.Max(0, whole)], read.Packets) && (read.Ending is null) == ends.Contains(left.Length);
        });

    [Fact]
    public void A_length_that_nothing_could_have_is_not_made_room_for()
    {
        foreach (var length in new uint[] { int.MaxValue, 0x8000_0000, uint.MaxValue })
        {
            var packet = new RawPacket(LinkType.Ethernet, 0, new byte[60], 60);
            var file = Write(LinkType.Ethernet, [packet, packet]);
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(FileHeader + 76 + 8), length);
            CaptureFile.Read(file); // compiled on first use, which does not count
            var before = GC.GetAllocatedBytesForCurrentThread();

            var read = CaptureFile.Read(file);

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
            Assert.Single(read.Packets);
            Assert.Contains("packet 2", read.Ending, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Whatever_the_bytes_are_they_are_read_or_refused() =>
        Gen.Select(APacket.Array[0, 4], Gen.Byte.Array[0, 60], Gen.Int[0, 100]).Sample((packets, noise, at) =>
        {
            var file = Write(LinkType.Null, packets);
            noise.AsSpan(0, Math.Min(noise.Length, Math.Max(0, file.Length - at))).CopyTo(file.AsSpan(Math.Min(at, file.Length)));
            IsReadOrRefused(file);
            IsReadOrRefused(noise);
        });

    [Theory]
    [InlineData("", "The file is empty.")]
    [InlineData("1f8b0800", "gunzip")]
    [InlineData("474d4255", "save it from there as pcapng")]
    [InlineData("7f", "This is not a capture file")]
    public void A_file_of_another_kind_is_refused_with_advice(string hex, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => CaptureFile.Read(Convert.FromHexString(hex))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_still_written_to_is_read_and_one_too_long_for_an_array_is_refused()
    {
        var path = Path.Combine(Path.GetTempPath(), $"course-{Guid.NewGuid():N}.pcap");
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
            file.Write(Write(LinkType.Ethernet, [new RawPacket(LinkType.Ethernet, 0, new byte[60], 60)]));
            file.Flush();
            Assert.Single(Capture.Read(path).Packets);
            var none = Capture.Read(path, maxPackets: 0);
            Assert.Contains("Only the first 0 packets were read", none.Note, StringComparison.Ordinal);
            if (OperatingSystem.IsLinux())
            {
                file.SetLength(Array.MaxLength + 1L); // takes no room there
                Assert.Contains("editcap", Assert.Throws<IOException>(() => Capture.Read(path)).Message,
                    StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Packets_of_links_of_several_kinds_have_no_room_in_one_file_and_none_is_begun()
    {
        LinkType[] links = [LinkType.Ethernet, LinkType.Raw];
        var capture = new Capture([.. links.Select(link => new RawPacket(link, 0, new byte[1], 1))], "test", isLive: false);
        var path = Path.Combine(Path.GetTempPath(), $"course-{Guid.NewGuid():N}.pcap");

        Assert.Contains("Ethernet, Raw", Assert.Throws<InvalidOperationException>(() => capture.Write(path)).Message,
            StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    private static byte[] Write(LinkType link, IReadOnlyList<RawPacket> packets)
    {
        var stream = new MemoryStream();
        PcapFile.Write(stream, link, packets);
        return stream.ToArray();
    }

    private static bool Same(RawPacket[] expected, IReadOnlyList<RawPacket> read) =>
        expected.Length == read.Count
        && expected.Zip(read).All(pair =>
            pair.First.Timestamp == pair.Second.Timestamp
            && pair.First.OriginalLength == pair.Second.OriginalLength
            && pair.First.Bytes.Span.SequenceEqual(pair.Second.Bytes.Span));

    private static void IsReadOrRefused(ReadOnlyMemory<byte> file)
    {
        try
        {
            CaptureFile.Read(file);
        }
        catch (FormatException)
        {
        }
    }

    // As another machine or another program would have written it.
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
