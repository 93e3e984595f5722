using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CsCheck;
using NetworkingCourse.Display;
using NetworkingCourse.Tests.Figures;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Display;

public sealed partial class LadderTests
{
    private static readonly string[] Names = ["client", "proxy", "origin", "resolver"];

    private static readonly Gen<LadderDiagram> Ladders =
        from parties in Gen.Int[2, 4]
        from count in Gen.Int[1, 30]
        from messages in Gen.Select(
            Gen.Int[0, parties - 1],
            Gen.Int[1, parties - 1],
            Gen.Int[0, 300],
            Gen.Int[0, 60],
            Gen.Int[0, 40],
            Gen.Enum<MessageKind>()).Array[count]
        from notes in Gen.Select(Gen.Int[0, parties - 1], Gen.Int[0, 300], Gen.Int[1, 40]).Array[0, 8]
        from even in Gen.Bool
        from most in Gen.Int[2, 40]
        select new LadderDiagram("test", Names[..parties])
        {
            Messages =
            [
                .. messages.Select(m => new LadderMessage(
                    Names[m.Item1],
                    Names[(m.Item1 + m.Item2) % parties],
                    Ms(m.Item3),
                    Ms(m.Item3 + m.Item4),
                    new string('m', m.Item5),
                    m.Item6)),
            ],
            Notes = [.. notes.Select(n => new LadderNote(Names[n.Item1], Ms(n.Item2), new string('n', n.Item3)))],
            Intervals =
            [
                .. notes.Take(2).Select(n => new LadderInterval(Names[n.Item1], Ms(n.Item2), Ms(n.Item2 + 20), "interval")),
            ],
            Spacing = even ? LadderSpacing.Even : LadderSpacing.ToScale,
            MaxMessages = most,
        };

    [Fact]
    public void Without_anything_to_draw_a_sentence_takes_the_place_of_the_drawing()
    {
        var html = new LadderDiagram("Not written yet", ["client", "server"]) { Noun = "query", Caption = "So far." }.ToHtml();
        Assert.DoesNotContain("<svg", html);
        Assert.Contains("There is no query to draw. So far.", html);
    }

    [Fact]
    public void No_two_texts_overlap_and_none_lies_outside() =>
        Ladders.Sample(ladder =>
        {
            var layout = LadderLayout.Of(ladder);
            var boxes = layout.Texts.Select(text => text.Box).ToList();
            for (var i = 0; i < boxes.Count; i++)
            {
                Assert.DoesNotContain(boxes.Skip(i + 1), other => boxes[i].Overlaps(other));
                Assert.InRange(boxes[i].X, 0, layout.Right);
                Assert.InRange(boxes[i].Y, 0, layout.Bottom);
            }
        }, iter: 300);

    [Fact]
    public void No_head_of_a_lifeline_is_cut_off_however_long_what_stands_in_it() =>
        Gen.Select(Gen.Int[2, 4], Gen.Int[0, 60], Gen.Int[0, 60]).Sample((parties, first, last) =>
        {
            var ladder = new LadderDiagram("test", Names[..parties])
            {
                Details = new Dictionary<string, string>
                {
                    [Names[0]] = new('m', first),
                    [Names[parties - 1]] = new('m', last),
                },
            };
            var layout = LadderLayout.Of(ladder);
            Assert.All(layout.Lifelines, line =>
                Assert.InRange(layout.HeadWidth(ladder, line.Key) / 2, 0, Math.Min(line.Value, layout.Right - line.Value)));
        }, iter: 100);

    [Fact]
    public void Every_message_is_drawn_or_counted_and_the_drawing_is_well_formed() =>
        Ladders.Sample(ladder =>
        {
            var svg = XElement.Parse(Drawing().Match(ladder.ToHtml()).Value);
            var arrows = svg.Elements().Count(element => element.Name.LocalName == "g");
            var hidden = svg.Elements()
                .Select(element => Hidden().Match(element.Value))
                .Where(match => match.Success)
                .Sum(match => int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));
            Assert.Equal(ladder.Messages.Count, arrows + hidden);
            Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
        }, iter: 300);

    [Fact]
    public void To_scale_equal_times_are_equally_high_and_time_never_runs_upwards() =>
        Ladders.Where(ladder => ladder.Spacing == LadderSpacing.ToScale).Sample(ladder =>
        {
            var layout = LadderLayout.Of(ladder);
            var moments = layout.Fold.Moments;
            Assert.Equal(moments.Select(layout.Times.Y).Order(), moments.Select(layout.Times.Y));
            if (layout.Fold.Hidden == 0 && moments.Count > 1 && moments[^1] > moments[0])
            {
                var perSecond = layout.Times.Height / (moments[^1] - moments[0]).TotalSeconds;
                Assert.All(moments, at => Assert.Equal((at - moments[0]).TotalSeconds * perSecond, layout.Times.Y(at), 1e-6));
            }
        }, iter: 300);

    [Fact]
    public void Evenly_spaced_each_moment_has_a_row_of_its_own()
    {
        var ladder = Simple([
            new("client", "proxy", Ms(0), Ms(0), "a"),
            new("proxy", "client", Ms(0.001), Ms(1000), "b"),
        ]) with
        { Spacing = LadderSpacing.Even };
        var layout = LadderLayout.Of(ladder);
        Assert.Equal([0, LadderTimes.EvenStep, 2 * LadderTimes.EvenStep], layout.Fold.Moments.Select(layout.Times.Y));
    }

    [Fact]
    public void A_lost_message_ends_in_a_cross_where_it_was_lost_and_has_no_head()
    {
        var lost = Simple([new("client", "proxy", Ms(0), Ms(100), "data", MessageKind.Lost) { Share = 0.5 }]);
        var arrow = LadderLayout.Of(lost).Arrows[0];
        var group = XElement.Parse(Drawing().Match(lost.ToHtml()).Value)
            .Elements()
            .Single(element => element.Name.LocalName == "g");

        Assert.Contains(group.Elements(), element => (string?)element.Attribute("class") == "mark");
        var ends = group.Elements()
            .Where(element => element.Name.LocalName == "line")
            .Select(line => double.Parse(line.Attribute("x2")!.Value, CultureInfo.InvariantCulture))
            .ToList();
        Assert.Equal((arrow.From.X + arrow.To.X) / 2, ends.Max(), 0.2);
        Assert.DoesNotContain(
            group.Elements(),
            element => element.Name.LocalName == "path" && element.Attribute("class") is null);
        Assert.Contains("data, lost", lost.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MessageKind.Ordinary)]
    [InlineData(MessageKind.Control)]
    [InlineData(MessageKind.Repeated)]
    [InlineData(MessageKind.Opaque)]
    [InlineData(MessageKind.Corrupted)]
    public void Every_kind_has_a_look_of_its_own_and_an_arrow_that_arrives(MessageKind kind)
    {
        var html = Simple([new("client", "proxy", Ms(0), Ms(100), "data", kind)]).ToHtml();

        Assert.Contains($".{InvariantText.Of(kind)}", html, StringComparison.Ordinal);
        Assert.Contains($"<line class=\"{InvariantText.Of(kind)}\"", html, StringComparison.Ordinal);
        Assert.Contains("<path d=\"M", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Lifelines_stand_farther_apart_where_a_label_needs_it_and_the_whole_stays_on_a_page()
    {
        const string label = "CONNECT www.adder.test:443 HTTP/1.1 · 71 bytes";
        var ladder = Simple([new("client", "proxy", Ms(0), Ms(1), label), new("proxy", "client", Ms(2), Ms(3), "200")]);
        Assert.Contains(label, LadderLayout.Of(ladder).Texts.Select(text => text.Shown));
        var longer = LadderLayout.Of(ladder with { Messages = [new("client", "proxy", Ms(0), Ms(1), new string('w', 200))] });
        Assert.EndsWith("…", longer.Texts[0].Shown, StringComparison.Ordinal);
        Assert.InRange(longer.Lifelines.Values.Max() - longer.Lifelines.Values.Min(), 0, 760);
    }

    [Fact]
    public void A_label_with_no_room_in_one_line_has_two_one_on_either_side_of_its_arrow()
    {
        var message = new LadderMessage(
            "client",
            "origin",
            Ms(0),
            Ms(0),
            "TLS handshake, change cipher spec, application data ×4 · 869 bytes");
        var ladder = new LadderDiagram("test", ["client", "origin", "proxy"])
        {
            Messages = [message, message with { Sent = Ms(1), Received = Ms(1) }],
            Spacing = LadderSpacing.Even,
        };
        var texts = LadderLayout.Of(ladder).Texts;

        Assert.Equal(
            ["TLS handshake, change cipher spec,", "application data ×4 · 869 bytes"],
            texts.Take(2).Select(text => text.Shown));
        var arrow = LadderLayout.Of(ladder).Arrows[0];
        Assert.True(texts[0].Box.Y < arrow.From.Y && arrow.From.Y < texts[1].Box.Y);
        Assert.Equal(4, texts.Count);
        Assert.Null(TextBox.Halves("short", 100));
        Assert.Null(TextBox.Halves(new string('w', 100) + " a", 100));
        Assert.Equal(("GET /", "66 bytes"), TextBox.Halves("GET / · 66 bytes", 70));
    }

    [Fact]
    public async Task A_single_moment_to_scale_is_drawn_although_no_height_would_make_room()
    {
        var message = new LadderMessage("client", "origin", Ms(0), Ms(0), "crosses the lifeline of the proxy");
        var ladder = new LadderDiagram("test", ["client", "proxy", "origin"])
        {
            Messages = [message, message, message],
            Spacing = LadderSpacing.ToScale,
        };
        Assert.NotEmpty((await Task.Run(() => LadderLayout.Of(ladder)).WaitAsync(TimeSpan.FromSeconds(20))).Arrows);
    }

    [Fact]
    public void Lines_make_way_for_words()
    {
        var text = new TextBox(50, 0, 20, 10);

        Assert.Equal([((0, 0), (40, 0)), ((60, 0), (100, 0))], TextBox.Uncovered((0, 0), (100, 0), [text]));
        Assert.Equal([((0, 9), (100, 9))], TextBox.Uncovered((0, 9), (100, 9), [text]));
    }

    [Fact]
    public void A_lifeline_makes_way_for_a_label_that_is_written_across_it()
    {
        var ladder = new LadderDiagram("Past the one in the middle", ["left", "middle", "right"])
        {
            Messages = [new LadderMessage("left", "right", Ms(0), Ms(1), "from the one end past the middle to the other end")],
        };
        var layout = LadderLayout.Of(ladder);
        var label = layout.Texts.Single().Box;
        var x = layout.Lifelines["middle"];
        Assert.True(label.IsCrossedBy((x, 0), (x, layout.Bottom))); // there is no other room for it

        var lines = XElement.Parse(Drawing().Match(ladder.ToHtml()).Value).Elements()
            .Where(line => (string?)line.Attribute("class") == "life").ToList();

        Assert.Equal(4, lines.Count); // the middle one is in two pieces
        // Lines are drawn to a tenth of a pixel.
        Assert.All(lines, line => Assert.False(
            label.IsCrossedBy((Of(line, "x1"), Of(line, "y1") + 0.1), (Of(line, "x2"), Of(line, "y2") - 0.1))));

        static double Of(XElement line, string attribute) =>
            double.Parse((string)line.Attribute(attribute)!, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_long_ladder_is_folded_and_the_text_counts_the_same()
    {
        var messages = Enumerable.Range(0, 1000)
            .Select(i => new LadderMessage("client", "proxy", Ms(i), Ms(i + 1), $"m{i}"));
        var ladder = Simple([.. messages]);

        Assert.Contains("960 more messages, not drawn", ladder.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("960 more messages, not shown", ladder.ToString(), StringComparison.Ordinal);
        Assert.Equal(42, ladder.ToString().Split('\n').Length);
    }

    [Fact]
    public void What_is_lost_in_the_middle_of_a_long_ladder_is_drawn_all_the_same()
    {
        LadderMessage Message(int i)
        {
            var kind = i is 400 or 401 or 800 ? MessageKind.Lost : MessageKind.Ordinary;
            return new LadderMessage("client", "proxy", Ms(i), Ms(i), $"m{i}", kind) { IsNotable = i == 600 };
        }

        var ladder = Simple([.. Enumerable.Range(0, 1000).Select(Message)]) with { Noun = "segment" };
        var fold = new LadderFold(ladder);

        // Of two in a row, the first is enough.
        Assert.Equal(["m400", "m600", "m800"], fold.Messages.Skip(24).Take(3).Select(message => message.Label));
        Assert.Equal((40, 13), (fold.Messages.Count, fold.Messages.Count - 27));
        Assert.Equal([376, 199, 199, 186], fold.Gaps.Select(gap => gap.Hidden));
        Assert.Contains("376 more segments, not drawn", ladder.ToHtml(), StringComparison.Ordinal);
        var heights = LadderLayout.Of(ladder).Times.Folds.Select(one => one.Y).ToList();
        Assert.Equal(heights.Order(), heights);
    }

    [Fact]
    public void However_many_parties_and_messages_each_party_is_looked_at_a_few_times()
    {
        var parties = new Counted([.. Enumerable.Range(0, 1000).Select(i => $"p{i}")]);
        var messages = Enumerable.Range(0, 20_000)
            .Select(i => new LadderMessage($"p{i % 1000}", $"p{(i + 1) % 1000}", Ms(i), Ms(i), "")).ToList();
        _ = new LadderDiagram("test", parties)
        {
            Messages = messages,
            Notes = [.. messages.Select(message => new LadderNote(message.From, message.Sent, ""))],
        };

        Assert.InRange(parties.Reads, 1000, 5000);
    }

    [Fact]
    public void No_two_heads_of_lifelines_overlap_and_the_whole_fits_beside_a_cell() =>
        Gen.Select(Gen.Int[2, 4], Gen.Int[0, 60], Gen.Int[0, 60], Gen.Int[0, 60]).Sample((count, name, detail, label) =>
        {
            var parties = Enumerable.Range(0, count).Select(i => new string('n', name) + i).ToList();
            var ladder = new LadderDiagram("test", parties)
            {
                Details = parties.ToDictionary(party => party, _ => new string('d', detail)),
                Messages = [new(parties[0], parties[1], Ms(0), Ms(0), new string('m', label))],
                Spacing = LadderSpacing.Even,
            };
            var layout = LadderLayout.Of(ladder);
            var heads = layout.Lifelines.Select(line => (line.Value, Half: layout.HeadWidth(ladder, line.Key) / 2)).ToList();

            Assert.All(heads.Zip(heads.Skip(1)),
                pair => Assert.InRange(pair.Second.Value - pair.First.Value, pair.First.Half + pair.Second.Half, 840));
            Assert.InRange(layout.Right, 0, count > 2 || detail + name < 90 ? 840 : 1200);
        }, iter: 300);

    [Theory]
    [InlineData("[2001:db8:85a3:1234:5678:8a2e:370:7334]:50000", 200, "[2001:db8:85a3:…7334]:50000")]
    [InlineData("short", 200, "short")]
    [InlineData("twenty letters or so", 60, "twenty…")]
    public void A_long_address_keeps_both_its_ends(string text, double width, string shown)
    {
        Assert.Equal(shown, TextBox.FitEnds(text, width));
        Assert.InRange(TextBox.WidthOf(shown), 0, width);
    }

    [Fact]
    public void Moments_that_lie_close_together_are_told_apart()
    {
        Assert.Equal(["0.0000 s", "0.0003 s", "6.0000 s"], Written(0, 0.3, 6000));
        Assert.Equal(["0.00 s", "1.00 s", "6.00 s"], Written(0, 1000, 6000));
        Assert.Equal(["0.000000 s", "0.000001 s", "6.000000 s"], Written(0, 0.001, 6000));
        Assert.Equal(["0.00 µs"], Written(0));
        // Moments one tick apart count as the same moment.
        Assert.Equal(["0.00 ms", "0.00 ms", "5.00 ms"], Written(0, 0.0001, 5));

        string[] Written(params double[] milliseconds)
        {
            var moments = milliseconds.Select(Ms).ToList();
            return [.. moments.Select(LadderTimes.Written(moments))];
        }
    }

    [Fact]
    public void What_cannot_be_drawn_is_refused_when_it_is_said()
    {
        Assert.Throws<ArgumentException>(() => Simple([new("client", "nobody", Ms(0), Ms(1), "")]));
        Assert.Throws<ArgumentException>(() => Simple([new("client", "client", Ms(0), Ms(1), "")]));
        Assert.Throws<ArgumentException>(() => Simple([new("client", "proxy", Ms(2), Ms(1), "")]));
        Assert.Throws<ArgumentException>(() => Simple([new("client", "proxy", Ms(1), Ms(2), "") { Share = double.NaN }]));
        Assert.Throws<ArgumentException>(() => Simple([]) with { Notes = [new("nobody", Ms(0), "")] });
        Assert.Throws<ArgumentException>(() => Simple([]) with { Intervals = [new("client", Ms(1), Ms(0), "")] });
    }

    [Fact]
    public void Text_is_encoded()
    {
        var ladder = Simple([new("client", "proxy", Ms(0), Ms(1), "<b>") { Detail = "<i>" }]) with
        {
            Title = "<u>",
            Notes = [new("client", Ms(0), "<s>")],
            Caption = "<q>",
            Details = new Dictionary<string, string> { ["client"] = "<p>" },
        };
        Assert.DoesNotMatch("<[busiq]>", Drawing().Match(ladder.ToHtml()).Value);
        Assert.DoesNotContain("<u>", ladder.ToHtml(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cultures.WithAComma), MemberType = typeof(Cultures))]
    public void It_is_the_same_on_every_desktop(string culture)
    {
        var ladder = Simple([
            new("client", "proxy", Ms(0.5), Ms(1234.5), "data"),
            new("proxy", "client", Ms(1300), Ms(1400), "more"),
        ]);
        var (html, text) = (ladder.ToHtml(), ladder.ToString());
        Cultures.With(culture, () => Assert.Equal((html, text), (ladder.ToHtml(), ladder.ToString())));
    }

    [Theory]
    [MemberData(nameof(PaletteTests.Themes), MemberType = typeof(PaletteTests))]
    public void Thinned_text_can_be_read_and_marks_stand_out(string text, string page)
    {
        Assert.All(
            Opacity().Matches(LadderSvg.Sheet)
                .Select(match => double.Parse(match.Groups["share"].Value, CultureInfo.InvariantCulture)),
            opacity => Assert.True(Eyes.Contrast(Eyes.Over(page, text, opacity), page) >= 4.5));
        Assert.All(
            Colour().Matches(LadderSvg.Sheet).Select(match => match.Value),
            colour => Assert.True(Eyes.Contrast(colour, page) >= 3, $"{colour} on {page}"));
    }

    /// <summary>A list of names that counts how often one of them is read.</summary>
    private sealed class Counted(string[] names) : IReadOnlyList<string>
    {
        public int Reads { get; private set; }

        public int Count => names.Length;

        public string this[int index]
        {
            get
            {
                Reads++;
                return names[index];
            }
        }

        public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private static LadderDiagram Simple(IReadOnlyList<LadderMessage> messages) =>
        new("test", ["client", "proxy"]) { Messages = messages };

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    [GeneratedRegex("<svg.*</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawing();

    [GeneratedRegex(@"^(?<count>[\d,]+) more messages?,")]
    private static partial Regex Hidden();

    [GeneratedRegex(@"[^-]opacity: (?<share>\.\d+)")]
    private static partial Regex Opacity();

    [GeneratedRegex("#[0-9a-f]{6}")]
    private static partial Regex Colour();
}
