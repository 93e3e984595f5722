using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using NetworkingCourse.Display;
using NetworkingCourse.Tests.Figures;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Display;

public sealed partial class ByteViewTests
{
    // The lengths of consecutive fields, some of which stay unexplained.
    private static readonly Gen<(int Length, bool Explained)[]> Layouts = Gen.Select(Gen.Int[0, 70], Gen.Bool).Array[0, 30];

    [Fact]
    public void Every_byte_is_in_the_hexdump_once_or_counted_as_folded_and_every_field_in_the_table() =>
        Layouts.Sample(layout =>
        {
            var (bytes, fields) = Laid(layout);
            var text = new ByteView("test", Layer.Application, bytes, fields).ToString();

            var dump = text[..text.LastIndexOf("\nno ", StringComparison.Ordinal)];
            var shown = DumpRow().Matches(dump)
                .Sum(row => row.Groups["hex"].Value.Split([' ', '|'], StringSplitOptions.RemoveEmptyEntries).Length);
            var folded = Folded().Matches(dump)
                .Select(row => row.Groups["count"].Value.Replace(",", "", StringComparison.Ordinal))
                .Sum(count => int.Parse(count, CultureInfo.InvariantCulture));
            Assert.Equal(bytes.Length, shown + folded);
            Assert.All(fields, field => Assert.Contains($"  {field.Name}", text, StringComparison.Ordinal));
        });

    [Fact]
    public void What_no_field_explains_is_shown_as_such()
    {
        var view = new ByteView("test", Layer.Network, new byte[] { 1, 2, 3, 4, 5 }, [new ByteField(1, 2, "middle", "515")]);

        Assert.Equal(
            [(0, 1, true), (1, 2, false), (3, 2, true)],
            view.Map.Entries.Select(entry => (entry.Field.Offset, entry.Field.Length, entry.IsGap)));
        Assert.Contains("(not explained)", view.ToString(), StringComparison.Ordinal);
        Assert.Contains("(not explained)", view.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_are_numbered_and_what_they_leave_over_is_shown_within_the_whole()
    {
        var view = new ByteView(
            "test",
            Layer.Link,
            new byte[6],
            [
                new ByteField(0, 5, "whole", "")
                {
                    Parts = [new ByteField(0, 2, "first", ""), new ByteField(3, 2, "second", "")],
                },
                new ByteField(5, 1, "last", ""),
            ]);

        Assert.Equal(
            ["0 0 whole", "1 1 first", "0 1 (not explained)", "2 1 second", "3 0 last"],
            view.Map.Entries.Select(entry => $"{entry.Number} {entry.Depth} {entry.Field.Name}"));
        Assert.Equal("second", view.Map.Owner(4).Field.Name);
    }

    public static TheoryData<string, ByteField[]> Impossible => new()
    {
        { "does not lie within", [new ByteField(3, 2, "long", "")] },
        { "does not lie within", [new ByteField(-1, 2, "early", "")] },
        { "does not lie within", [new ByteField(1, -1, "negative", "")] },
        { "does not lie within", [new ByteField(int.MaxValue, int.MaxValue, "overflow", "")] },
        { "overlaps", [new ByteField(0, 2, "one", ""), new ByteField(1, 2, "two", "")] },
        {
            "overlaps",
            [
                new ByteField(0, 1, "bits", "") { Bits = new BitRange(0, 5) },
                new ByteField(0, 1, "more bits", "") { Bits = new BitRange(4, 4) },
            ]
        },
        { "overlaps", [new ByteField(0, 1, "byte", ""), new ByteField(0, 1, "bits", "") { Bits = new BitRange(4, 4) }] },
        { "has only 8 bits", [new ByteField(0, 1, "bits", "") { Bits = new BitRange(4, 5) }] },
        { "does not lie within", [new ByteField(0, 2, "whole", "") { Parts = [new ByteField(1, 2, "part", "")] }] },
        {
            "overlaps",
            [new ByteField(0, 4, "whole", "") { Parts = [new ByteField(0, 2, "part", ""), new ByteField(1, 1, "other", "")] }]
        },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Fields_outside_the_bytes_or_one_over_the_other_are_refused(string reason, ByteField[] fields)
    {
        var exception = Assert.Throws<ArgumentException>(() => new ByteView("test", Layer.Link, new byte[4], fields));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_protocols_one_inside_the_other_are_refused() =>
        Assert.Throws<ArgumentException>(() => new ByteView(new byte[6], [
            new ByteSection("outer", Layer.Network, [new ByteField(0, 1, "a", ""), new ByteField(4, 1, "b", "")]),
            new ByteSection("inner", Layer.Transport, [new ByteField(2, 1, "c", "")])]));

    [Fact]
    public void A_view_says_which_layers_it_shows_and_where_each_header_begins()
    {
        var view = new ByteView(new byte[4], [
            new ByteSection("TCP header", Layer.Transport, [new ByteField(2, 2, "port", "0")]),
            new ByteSection("IPv4 header", Layer.Network, [new ByteField(0, 2, "version", "0")])]);

        Assert.Equal(2, Here().Count(view.ToHtml()));
        Assert.Matches("IPv4 header, network layer.*TCP header, transport layer", view.ToHtml());
        Assert.Contains("network", view.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_encoded_and_long_ones_say_that_they_were_shortened()
    {
        var bytes = new byte[100_000];
        var view = new ByteView(
            "<b>",
            Layer.Application,
            bytes,
            [new ByteField(0, bytes.Length, "<script>", "<img>" + new string('x', 5000), "&")],
            "<i>");

        Assert.DoesNotContain("<script>", view.ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("<img>", view.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("(5,005 characters)", view.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("bytes more of field 1", view.ToString(), StringComparison.Ordinal);
        Assert.InRange(view.ToHtml().Length, 1, 20_000);
    }

    [Fact]
    public void A_thousand_fields_are_shown_as_far_as_there_is_room_and_the_rest_is_counted()
    {
        var view = new ByteView(
            "many",
            Layer.Application,
            new byte[3000],
            Enumerable.Range(0, 1000).Select(i => new ByteField(3 * i, 3, $"field {i}", "")));

        Assert.Contains("880 more fields are not shown.", view.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("880 more fields are not shown.", view.ToString(), StringComparison.Ordinal);
        Assert.Contains("1,080 bytes more of all that follows", view.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Later_changes_of_the_bytes_do_not_reach_it()
    {
        var bytes = new byte[] { 0x11 };
        var view = new ByteView("test", Layer.Link, bytes, []);
        bytes[0] = 0x22;

        Assert.Contains("11", view.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cultures.WithAComma), MemberType = typeof(Cultures))]
    public void It_looks_the_same_on_every_desktop(string culture)
    {
        var view = new ByteView(
            "test",
            Layer.Link,
            new byte[5000],
            [new ByteField(0, 4000, "a", "b") { Parts = [new ByteField(0, 2, "c", "d")] }]);
        var (html, text) = (view.ToHtml(), view.ToString());
        Cultures.With(culture, () => Assert.Equal((html, text), (view.ToHtml(), view.ToString())));
    }

    [Theory]
    [MemberData(nameof(PaletteTests.Themes), MemberType = typeof(PaletteTests))]
    public void Thinned_text_can_be_read(string text, string page) =>
        Assert.All(
            Opacity().Matches(ByteViewHtml.Sheet)
                .Select(match => double.Parse(match.Groups["share"].Value, CultureInfo.InvariantCulture)),
            opacity => Assert.True(Eyes.Contrast(Eyes.Over(page, text, opacity), page) >= 4.5, $"{text} on {page} at {opacity}"));

    private static (byte[] Bytes, List<ByteField> Fields) Laid((int Length, bool Explained)[] layout)
    {
        var (fields, offset) = (new List<ByteField>(), 0);
        foreach (var (length, explained) in layout)
        {
            if (explained)
            {
                fields.Add(new ByteField(offset, length, $"field-{fields.Count}-", "v"));
            }

            offset += length;
        }

        return (new byte[offset], fields);
    }

    [GeneratedRegex(@"^ *\d+ (?<hex>(?:[ |][0-9a-f]{2}){1,16}) {3,}[^\n]*$", RegexOptions.Multiline)]
    private static partial Regex DumpRow();

    [GeneratedRegex(@"^ +…  (?<count>[\d,]+) bytes? more of", RegexOptions.Multiline)]
    private static partial Regex Folded();

    [GeneratedRegex("<span class=\"here\">")]
    private static partial Regex Here();

    [GeneratedRegex(@"[^-]opacity: (?<share>\.\d+)")]
    private static partial Regex Opacity();
}
