using System.Buffers.Binary;
using CsCheck;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Packets;

public sealed class InternetChecksumTests
{
    [Fact]
    public void The_example_of_the_RFC() =>
        // RFC 1071, section 3: the words 0001 f203 f4f5 f6f7 add up to ddf2.
        Assert.Equal(0xDDF2, (ushort)~InternetChecksum.Of([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]));

    [Fact]
    public void A_real_header_of_IPv4() =>
        Assert.True(InternetChecksum.IsIntact(
        [
            0x45, 0x00, 0x00, 0x3C, 0x1C, 0x46, 0x40, 0x00, 0x40, 0x06,
            0xB1, 0xE6, 0xAC, 0x10, 0x0A, 0x63, 0xAC, 0x10, 0x0A, 0x0C,
        ]));

    [Fact]
    public void It_is_the_sum_worked_out_the_slow_way() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        var sum = 0;
        foreach (var pair in bytes.Chunk(2))
        {
            sum += (pair[0] << 8) + (pair.Length > 1 ? pair[1] : 0);
            sum = sum > 0xFFFF ? sum - 0xFFFF : sum;
        }

        Assert.Equal((ushort)~sum, InternetChecksum.Of(bytes));
    });

    [Fact]
    public void A_message_with_its_checksum_is_intact_and_with_any_one_bit_flipped_it_is_not() =>
        Gen.Select(Gen.Byte.Array[2, 100], Gen.Double[0, 0.999999]).Sample((bytes, position) =>
        {
            bytes[0] = bytes[1] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(bytes, InternetChecksum.Of(bytes));

            Assert.True(InternetChecksum.IsIntact(bytes));
            Assert.False(InternetChecksum.IsIntact(Bits.Flip(bytes, position)));
        });

    [Fact]
    public void Words_that_change_places_escape_it() => Gen.Byte.Array[8, 8].Sample(bytes =>
        Assert.Equal(
            InternetChecksum.Of(bytes),
            InternetChecksum.Of([.. bytes[4..6], .. bytes[2..4], .. bytes[..2], .. bytes[6..]])));

    [Fact]
    public void The_explanation_ends_with_the_checksum() => Gen.Byte.Array[1, 60].Sample(bytes =>
        Assert.EndsWith($"inverted, 0x{InternetChecksum.Of(bytes):x4}.", InternetChecksum.Explain(bytes).Note));

    [Fact]
    public void A_segment_is_read_as_it_was_written_and_one_that_was_harmed_is_not_read() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 65_535], Gen.Byte.Array[0, 100], Gen.Double[0, 0.999999])
            .Sample((isData, number, data, position) =>
            {
                var segment = isData ? Segment.WithData(number, data) : Segment.Acknowledging(number);
                var bytes = segment.ToBytes();

                var read = Segment.Read(bytes)!;

                Assert.Equal((segment.Kind, segment.Number), (read.Kind, read.Number));
                Assert.Equal(segment.Data.ToArray(), read.Data.ToArray());
                Assert.Null(Segment.Read(Bits.Flip(bytes, position)));
                Assert.Null(Segment.Read(bytes.AsMemory(0, Segment.HeaderBytes - 1)));
            });

    [Fact]
    public void Garbage_is_no_segment()
    {
        Assert.Null(Segment.Read(default));
        Assert.Null(Segment.Read(new byte[100]));
        Assert.Null(Segment.Read("GET / HTTP/1.1"u8.ToArray()));
    }
}
