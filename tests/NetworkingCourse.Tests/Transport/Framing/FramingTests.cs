using CsCheck;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Framing;

public class FramingTests
{
    private const byte Delimiter = (byte)'\n';

    private static readonly IFraming[] All = [new DelimiterFraming(), new LengthFraming(), new TypeFraming()];

    private static readonly Gen<byte> NoDelimiter = Gen.Byte.Where(value => value != Delimiter);

    private static readonly Gen<byte[]> ABody =
        Gen.Frequency((8, NoDelimiter.Array[0, 40]), (1, NoDelimiter.Array[500, 2000]));

    private static readonly Gen<int[]> Pieces = Gen.Frequency((3, Gen.Int[1, 5]), (1, Gen.Int[6, 2000])).Array[1, 50];

    public static TheoryData<int> Framings => [.. Enumerable.Range(0, All.Length)];

    [Theory]
    [MemberData(nameof(Framings))]
    public void However_the_bytes_are_split_the_same_messages_come_out_in_order(int framing) =>
        Gen.Select(ABody.Array[0, 12], Pieces).Sample((bodies, pieces) =>
        {
            var reader = new FrameReader(All[framing]);
            var frames = Feed(reader, [.. bodies.SelectMany((body, i) => All[framing].Encode(body, (byte)i))], pieces);
            reader.End();
            return Same(bodies, frames);
        });

    [Theory]
    [MemberData(nameof(Framings))]
    public void Part_of_a_message_is_kept_and_missed_at_the_end(int framing) =>
        Gen.Select(ABody.Array[0, 5], ABody, Gen.Int[0, 3000], Pieces).Sample((bodies, last, cut, pieces) =>
        {
            var whole = All[framing].Encode(last, 1);
            var part = whole[..(cut % whole.Length)];
            var reader = new FrameReader(All[framing]);
            var frames = Feed(reader, [.. bodies.SelectMany(body => All[framing].Encode(body)), .. part], pieces);
            Assert.True(Same(bodies, frames));
            Assert.Equal(part.Length, reader.Pending);
            if (part.Length > 0)
            {
                Assert.Throws<EndOfStreamException>(reader.End);
            }
        });

    [Fact]
    public void Only_by_length_may_a_body_hold_anything() =>
        Gen.Byte.Array[0, 300].Sample(body =>
        {
            foreach (var framing in (IFraming[])[new LengthFraming(), new TypeFraming()])
            {
                Assert.Equal(body, Assert.Single(new FrameReader(framing).Feed(framing.Encode(body))).Body);
            }

            if (body.Contains(Delimiter))
            {
                Assert.Throws<ArgumentException>(() => new DelimiterFraming().Encode(body));
            }
        });

    [Fact]
    public void The_type_arrives_with_the_message() =>
        Gen.Select(Gen.Byte, Gen.Byte.Array[0, 20]).Sample((type, body) =>
        {
            var frames = new FrameReader(new TypeFraming()).Feed(new TypeFraming().Encode(body, type));
            Assert.Equal(type, Assert.Single(frames).Type);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_message_of_the_greatest_length_comes_out_and_one_byte_more_is_refused_however_it_comes(int piece)
    {
        foreach (var framing in (IFraming[])[new DelimiterFraming(limit: 100), new LengthFraming(limit: 100)])
        {
            var most = framing.Encode(new byte[100]);
            Assert.Equal(100, Assert.Single(Feed(new FrameReader(framing), most, [piece])).Body.Length);
            byte[] more = framing is LengthFraming ? [0, 0, 0, 101, .. new byte[101]] : [.. new byte[101], Delimiter];
            Assert.Throws<FramingException>(() => Feed(new FrameReader(framing), more, [piece]));
            Assert.Throws<ArgumentException>(() => framing.Encode(new byte[101]));
        }
    }

    [Fact]
    public void Who_announces_four_gigabytes_is_refused_before_the_fifth_byte() =>
        Assert.Throws<FramingException>(() => new FrameReader(new LengthFraming()).Feed([0xff, 0xff, 0xff, 0xff]));

    [Theory]
    [MemberData(nameof(Framings))]
    public void A_stream_is_shown_cut_into_its_messages(int framing)
    {
        byte[] stream =
        [
            .. All[framing].Encode("one"u8, 1),
            .. All[framing].Encode("three"u8, 2),
            .. All[framing].Encode("rest"u8)[..2],
        ];
        var view = new FrameReader(All[framing]).View(stream);

        Assert.Equal("one", view.Field("message 1").Value);
        Assert.Equal("three", view.Field("message 2").Value);
        Assert.Contains("not complete", view.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exactly_as_many_bytes_as_are_wanted_come_out_of_reads_of_any_size()
    {
        for (var most = 1; most <= 20; most++)
        {
            var stream = new ShortReadStream(new MemoryStream("Hi there, serverwhat follows"u8.ToArray()), most);
            Assert.Equal("Hi there, server", System.Text.Encoding.ASCII.GetString(await Exactly.ReadAsync(stream, 16)));
            // Not a single byte of what follows was taken.
            Assert.Equal("what follows", await new StreamReader(stream).ReadToEndAsync());
        }
    }

    [Fact]
    public async Task An_end_before_the_last_byte_is_told_with_how_many_had_come()
    {
        var stream = new ShortReadStream(new MemoryStream("Hi there, "u8.ToArray()), 3);
        var exception = await Assert.ThrowsAsync<EndOfStreamException>(() => Exactly.ReadAsync(stream, 16));

        Assert.Contains("10 of 16", exception.Message, StringComparison.Ordinal);
    }

    private static bool Same(byte[][] bodies, List<Frame> frames) =>
        bodies.Length == frames.Count
        && bodies.Zip(frames).All(pair => pair.First.SequenceEqual(pair.Second.Body));

    private static List<Frame> Feed(FrameReader reader, byte[] bytes, int[] pieces)
    {
        var frames = new List<Frame>();
        for (int at = 0, i = 0; at < bytes.Length; i++)
        {
            var length = Math.Min(pieces[i % pieces.Length], bytes.Length - at);
            frames.AddRange(reader.Feed(bytes.AsSpan(at, length)));
            at += length;
        }

        return frames;
    }
}
