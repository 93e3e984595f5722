using System.Buffers.Binary;
using CsCheck;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport;

/// <summary>Files in the format that Wireshark writes, put together block by block as its draft describes.</summary>
public class PcapngFileTests
{
    private static readonly Gen<RawPacket> APacket =
        from time in Gen.Long[0, long.MaxValue]
        from bytes in Gen.Byte.Array[0, 60]
        from cut in Gen.Int[0, 2000]
        from link in Gen.OneOfConst(LinkType.Ethernet, LinkType.Raw, LinkType.LinuxCooked2)
        select new RawPacket(link, time, bytes, bytes.Length + cut);

    private static readonly Gen<(int At, byte Value)[]> Noise = Gen.Select(Gen.Int[4, 300], Gen.Byte).Array[0, 20];

    [Fact]
    public void Whatever_its_byte_order_and_whichever_blocks_lie_between_the_packets_are_read() =>
        Gen.Select(APacket.Array[0, 10], Gen.Bool, Gen.UInt).Sample((packets, isBig, other) =>
        {
            var file = new Blocks(isBig);
            LinkType[] links = [LinkType.Ethernet, LinkType.Raw, LinkType.LinuxCooked2];
            Array.ForEach(links, link => file.Interface(link, resolution: 9));
            foreach (var packet in packets)
            {
                file.Packet(Array.IndexOf(links, packet.Link), (ulong)packet.Timestamp, packet.Bytes.ToArray(),
                    packet.OriginalLength);
                file.Block(4, new byte[other % 5 * 4]); // names
                file.Block(0x8000_0000 | other, [1, 2, 3, 4]); // for private use
            }

            var read = CaptureFile.Read(file.Bytes);
            return read.Ending is null && read.Packets.Count == packets.Length
                && packets.Zip(read.Packets, Same).All(same => same);
        });

    [Theory]
    [InlineData(null, 1_500_000, 1_500_000_000)] // microseconds, unless stated otherwise
    [InlineData(3, 1_500, 1_500_000_000)]
    [InlineData(9, 1_500_000_000, 1_500_000_000)]
    [InlineData(12, 1_500_000_000_000, 1_500_000_000)]
    [InlineData(0x80 | 10, 1536, 1_500_000_000)] // 1,024ths of a second
    [InlineData(0, 3, 3_000_000_000)]
    [InlineData(127, long.MaxValue, 0)]
    [InlineData(0xff, long.MaxValue, 0)]
    [InlineData(0, long.MaxValue, long.MaxValue)] // too late to represent
    public void Times_count_in_the_unit_of_their_interface(int? resolution, long time, long nanoseconds)
    {
        var file = new Blocks(isBig: false).Interface(LinkType.Raw, resolution).Packet(0, (ulong)time, [1], 1);

        Assert.Equal(nanoseconds, CaptureFile.Read(file.Bytes).Packets[0].Timestamp);
    }

    [Theory]
    [InlineData(100, 101_000_000_000)]
    [InlineData(long.MinValue, 0)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Times_are_counted_from_where_their_interface_says(long offset, long nanoseconds)
    {
        var file = new Blocks(isBig: true).Interface(LinkType.Raw, resolution: 0, offset: offset).Packet(0, 1, [1], 1);

        Assert.Equal(nanoseconds, CaptureFile.Read(file.Bytes).Packets[0].Timestamp);
    }

    [Fact]
    public void Packets_without_a_time_have_that_of_the_one_before_and_are_as_long_as_was_kept()
    {
        var file = new Blocks(isBig: false).Interface(LinkType.Raw, snapLength: 6).Packet(0, 7, [1], 1)
            .Block(3, [10, 0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0]); // 10 bytes, of which 6 were kept

        var packet = CaptureFile.Read(file.Bytes).Packets[1];

        Assert.Equal((7_000L, 6, 10), (packet.Timestamp, packet.Bytes.Length, packet.OriginalLength));
    }

    [Fact]
    public void No_more_packets_are_read_than_were_asked_for()
    {
        var file = new Blocks(isBig: false).Interface(LinkType.Raw);
        Array.ForEach((byte[])[1, 2, 3], each => file.Packet(0, each, [each], 1));
        var read = CaptureFile.Read(file.Bytes, maxPackets: 2);

        Assert.Equal((2, "Only the first 2 packets were read."), (read.Packets.Count, read.Ending));
        Assert.Null(CaptureFile.Read(file.Bytes, 3).Ending);
    }

    [Fact]
    public void Packets_of_the_older_kind_are_read_too()
    {
        // There, interface and drops have 16 bits each.
        var file = new Blocks(isBig: false).Interface(LinkType.Raw).Interface(LinkType.Ethernet)
            .Block(2, [1, 0, 99, 0, 0, 0, 0, 0, 5, 0, 0, 0, 3, 0, 0, 0, 8, 0, 0, 0, 1, 2, 3, 0]);

        var packet = CaptureFile.Read(file.Bytes).Packets[0];

        Assert.Equal((LinkType.Ethernet, 5_000L, 3, 8),
            (packet.Link, packet.Timestamp, packet.Bytes.Length, packet.OriginalLength));
    }

    [Fact]
    public void Files_that_were_put_one_behind_another_are_read_as_one_each_with_its_own_byte_order_and_interfaces()
    {
        byte[] both = [.. new Blocks(isBig: true).Interface(LinkType.Raw).Packet(0, 1, [1], 1).Bytes,
            .. new Blocks(isBig: false).Interface(LinkType.Ethernet).Packet(0, 2, [2], 1).Bytes];

        Assert.Equal([(LinkType.Raw, 1), (LinkType.Ethernet, 2)],
            CaptureFile.Read(both).Packets.Select(packet => (packet.Link, (int)packet.Bytes.Span[0])));
    }

    [Fact]
    public void Of_a_file_that_ends_anywhere_all_is_read_that_is_whole_and_the_rest_is_missed() =>
        Gen.Select(APacket.Array[1, 5], Gen.Int[4, 2000]).Sample((packets, cut) =>
        {
            var file = new Blocks(isBig: false).Interface(LinkType.Raw, resolution: 9);
            var ends = new List<int> { 28, file.Bytes.Length };
            foreach (var packet in packets)
            {
                file.Packet(0, (ulong)packet.Timestamp, packet.Bytes.ToArray(), packet.OriginalLength);
                ends.Add(file.Bytes.Length);
            }
            var left = file.Bytes[..(4 + (cut - 4) % (file.Bytes.Length - 3))];

            var read = CaptureFile.Read(left);
            var whole = Math.Max(0, ends.FindLastIndex(end => end <= left.Length) - 1);
            return read.Packets.Count == whole && (read.Ending is null) == ends.Contains(left.Length);
        });

    [Fact]
    public void A_block_that_makes_no_sense_ends_the_reading_and_what_was_before_is_kept()
    {
        Blocks Begun() => new Blocks(isBig: false).Interface(LinkType.Raw).Packet(0, 1, [1], 1);
        Blocks[] damaged =
        [
            Begun().Packet(1, 1, [1], 1), // no such interface
            Begun().Packet(0, 1, [1], 1, says: 100),
            Begun().Packet(0, 1, [1], 1, says: uint.MaxValue),
            Begun().Block(6, [0, 0, 0, 0]),
            Begun().Block(1, []),
            Begun().Block(4, [], length: 8),
            Begun().Block(4, [], length: 0),
            Begun().Block(4, [], length: 0x8000_0000),
        ];
        Assert.All(damaged, file =>
        {
            var read = CaptureFile.Read(file.Bytes);
            Assert.Single(read.Packets);
            Assert.Contains("block at byte", read.Ending, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Whatever_the_bytes_are_they_are_read() =>
        Gen.Select(APacket.Array[0, 4], Noise, Gen.Bool).Sample((packets, noise, isBig) =>
        {
            var file = new Blocks(isBig).Interface(LinkType.Raw, resolution: 9);
            Array.ForEach(packets,
                packet => file.Packet(0, (ulong)packet.Timestamp, packet.Bytes.ToArray(), packet.OriginalLength));
            var bytes = file.Bytes;
            foreach (var (at, value) in noise)
            {
                bytes[at % (bytes.Length - 4) + 4] = value;
            }

            CaptureFile.Read(bytes);
        });

    private static bool Same(RawPacket one, RawPacket other) =>
        (one.Link, one.Timestamp, one.OriginalLength) == (other.Link, other.Timestamp, other.OriginalLength)
            && one.Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <summary>Blocks one after another, following the one that begins a section.</summary>
    private sealed class Blocks
    {
        private readonly bool _isBig;
        private readonly List<byte> _file = [];

        public Blocks(bool isBig)
        {
            _isBig = isBig;
            Block(0x0a0d0d0a, [.. Number(0x1a2b3c4d), .. Short(1), .. Short(0), .. Enumerable.Repeat((byte)0xff, 8)]);
        }

        public byte[] Bytes => [.. _file];

        public Blocks Interface(LinkType link, int? resolution = null, long? offset = null, uint snapLength = 0) => Block(1,
        [
            .. Short((ushort)link), .. Short(0), .. Number(snapLength),
            .. Option(2, [.. "eth0"u8]), // the name: an option that says nothing about time
            .. resolution is { } unit ? Option(9, [(byte)unit]) : [],
            .. offset is { } seconds ? Option(14, Long(seconds)) : [],
            .. Option(0, []),
        ]);

        public Blocks Packet(int from, ulong time, byte[] bytes, int length, uint? says = null) => Block(6,
        [
            .. Number((uint)from), .. Number((uint)(time >> 32)), .. Number((uint)time),
            .. Number(says ?? (uint)bytes.Length), .. Number((uint)length), .. Padded(bytes),
        ]);

        public Blocks Block(uint type, byte[] body, uint? length = null)
        {
            var total = Number(length ?? (uint)body.Length + 12);
            _file.AddRange([.. Number(type), .. total, .. body, .. total]);
            return this;
        }

        private byte[] Option(ushort code, byte[] value) => [.. Short(code), .. Short((ushort)value.Length), .. Padded(value)];

        private static byte[] Padded(byte[] bytes) => [.. bytes, .. new byte[(4 - bytes.Length % 4) % 4]];

        private byte[] Short(ushort value) => Ordered(2, bytes => BinaryPrimitives.WriteUInt16BigEndian(bytes, value));

        private byte[] Number(uint value) => Ordered(4, bytes => BinaryPrimitives.WriteUInt32BigEndian(bytes, value));

        private byte[] Long(long value) => Ordered(8, bytes => BinaryPrimitives.WriteInt64BigEndian(bytes, value));

        private byte[] Ordered(int length, Action<byte[]> write)
        {
            var bytes = new byte[length];
            write(bytes);
            if (!_isBig)
            {
                Array.Reverse(bytes);
            }

            return bytes;
        }
    }
}
