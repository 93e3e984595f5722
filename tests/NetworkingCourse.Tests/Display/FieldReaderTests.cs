using CsCheck;
using NetworkingCourse.Display;

namespace NetworkingCourse.Tests.Display;

public class FieldReaderTests
{
    [Fact]
    public void Numbers_are_in_network_byte_order_and_each_is_a_field_where_it_lay()
    {
        var reader = new FieldReader(Convert.FromHexString("00ff0102030405060708090a"), offset: 1);

        Assert.Equal(0xff, reader.Number8("one"));
        Assert.Equal(0x0102, reader.Number16("two", value => $"says {value}"));
        Assert.Equal(0x030405, reader.Number24("three"));
        Assert.Equal(0x06070809u, reader.Number32("four", hex: true));
        Assert.Equal("\\n", reader.Text("five", 1));
        Assert.Equal(0, reader.Remaining);
        Assert.Equal(
            [
                new(1, 1, "one", "255"),
                new(2, 2, "two", "258", "says 258"),
                new(4, 3, "three", "197637"),
                new(7, 4, "four", "0x06070809"),
                new(11, 1, "five", "\\n"),
            ],
            reader.Fields
                .Select(field => field with { Parts = [] })
                .Select(field => new ByteField(field.Offset, field.Length, field.Name, field.Value, field.Meaning)
                {
                    Parts = field.Parts,
                }),
            FieldsAlike);
    }

    [Fact]
    public void Text_is_its_value_and_many_bytes_that_are_no_text_have_none()
    {
        byte[] bytes = [.. "GET /caf\u00e9 HTTP/1.1\r\n"u8, .. new byte[40]];
        var reader = new FieldReader(bytes);
        Assert.Equal("GET /caf\\xc3\\xa9 HTTP/1.1\\r\\n", reader.Text("text", 21));
        reader.Text("zeros", 40);
        Assert.Equal(["GET /caf\\xc3\\xa9 HTTP/1.1\\r\\n", ""], reader.Fields.Select(field => field.Value));
        Assert.Equal(["", "not text"], reader.Fields.Select(field => field.Meaning));
    }

    /// <summary>Whatever widths the fields have, their values side by side are the bytes again.</summary>
    [Fact]
    public void Bits_put_together_again_are_the_bytes() =>
        Gen.Select(Gen.Byte.Array[4], Gen.Int[1, 31]).Sample((bytes, first) =>
        {
            var reader = new FieldReader(bytes);
            var values = reader.Bits(4, ("left", first, null), ("right", 32 - first, null));
            var view = new ByteView("bits", Layer.Network, bytes, reader.Fields);
            return ((ulong)values[0] << (32 - first) | values[1]) == Convert.ToUInt32(Convert.ToHexString(bytes), 16)
                && view.Map.Entries.All(entry => !entry.IsGap);
        });

    [Fact]
    public void A_field_of_bits_has_the_bytes_that_hold_them()
    {
        var reader = new FieldReader(new byte[] { 0x40, 0x03 });
        Assert.Equal(
            [0u, 1u, 0u, 3u],
            reader.Bits(2, ("reserved", 1, null), ("DF", 1, null), ("MF", 1, null), ("offset", 13, null)));

        Assert.Equal(
            [(0, 1, new BitRange(1, 1)), (0, 2, new BitRange(3, 13))],
            new[] { reader.Fields[1], reader.Fields[3] }.Select(field => (field.Offset, field.Length, field.Bits!.Value)));
        var text = new ByteView("flags", Layer.Network, new byte[] { 0x40, 0x03 }, reader.Fields).ToString();
        Assert.Contains("·1······", text, StringComparison.Ordinal);
        Assert.Contains("···00000 00000011", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Bits_that_do_not_fill_their_bytes_are_a_mistake_of_the_parsers()
    {
        Assert.Throws<ArgumentException>(() => new FieldReader(new byte[1]).Bits(1, ("few", 7, null)));
        Assert.Throws<ArgumentException>(() => new FieldReader(new byte[1]).Bits(1, ("many", 9, null)));
    }

    [Fact]
    public void Reading_past_the_end_names_the_field_and_the_place_and_keeps_what_was_read()
    {
        var reader = new FieldReader(new byte[6]);
        reader.Number16("length");
        var exception = Assert.Throws<TruncatedException>(() => reader.Group("record", 4, inner =>
        {
            inner.Number8("type");
            inner.Number32("body");
            return "";
        }));

        Assert.Equal(("body", 3), (exception.Field, exception.Offset));
        Assert.Equal("'body' at offset 3 takes 4 bytes, and only 3 are left.", exception.Message);
        Assert.Equal(["length", "record"], reader.Fields.Select(field => field.Name));
        Assert.Equal("type", Assert.Single(reader.Fields[1].Parts).Name);
        Assert.Throws<TruncatedException>(() => reader.Bytes("more", 1));
    }

    [Fact]
    public void A_group_ends_where_it_says_and_not_where_the_bytes_do()
    {
        var reader = new FieldReader(new byte[] { 1, 2, 3, 4 });
        reader.Group("first", 2, inner => inner.Remaining.ToString(System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal((2, 2, "2"), (reader.Offset, reader.Remaining, reader.Fields[0].Value));
    }

    private static bool FieldsAlike(ByteField one, ByteField other) =>
        (one.Offset, one.Length, one.Name, one.Value, one.Meaning)
        == (other.Offset, other.Length, other.Name, other.Value, other.Meaning);
}
