using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NetworkingCourse.Figures;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Figures;

/// <summary>The pictures of figures, which are drawn without a browser.</summary>
[Collection(nameof(SampleFigures))]
public sealed partial class SvgTests(SampleFigures samples)
{
    private static readonly Axis Count = new("count", "1");

    [Fact]
    public void Every_chart_is_drawn_with_its_title_its_axes_its_legend_and_its_origin()
    {
        foreach (var figure in samples.All)
        {
            var svg = XElement.Parse(figure.ToSvg());
            var texts = Texts(svg);
            Assert.Equal(figure.Title, svg.Elements().First(element => element.Name.LocalName == "title").Value);
            Assert.StartsWith(texts[0], figure.Title);
            Assert.All(
                figure.Panels.SelectMany(panel => panel.Series.Select(series => series.Name).Append(panel.X.Label)),
                text => Assert.Contains(text, texts));
            Assert.Contains(figure.Panels[0].Y.Label, texts.Append(""));
            Assert.Contains(figure.Made.ToString(), texts);
        }
    }

    [Fact]
    public void Nothing_is_drawn_beyond_the_picture_and_no_coordinate_is_missing()
    {
        foreach (var figure in samples.All)
        {
            var svg = XElement.Parse(figure.ToSvg());
            Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("∞", svg.ToString(), StringComparison.Ordinal);
            var (width, height) = ((double)svg.Attribute("width")!, (double)svg.Attribute("height")!);
            Assert.All(Texts(svg, text => ((double)text.Attribute("x")!, (double)text.Attribute("y")!)), at =>
            {
                Assert.InRange(at.Item1, 0, width);
                Assert.InRange(at.Item2, 0, height);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Cultures.WithAComma), MemberType = typeof(Cultures))]
    public void It_is_the_same_on_every_desktop(string culture)
    {
        var svg = samples.All[0].ToSvg();
        Cultures.With(culture, () => Assert.Equal(svg, samples.All[0].ToSvg()));
    }

    [Fact]
    public void Bars_and_spans_are_as_long_as_their_values()
    {
        var bars = Boxes(Draw(Mark.Bars, [new Point(1, 10), new Point(2, 20), new Point(3, 0)]));
        Assert.Equal(3, bars.Count);
        Assert.Equal(2 * bars[0].Height, bars[1].Height, 0.2);
        Assert.Equal(0, bars[2].Height);
        Assert.Equal(bars[0].Top + bars[0].Height, bars[1].Top + bars[1].Height, 0.2);

        var spans = Boxes(Draw(Mark.Spans, [new Point(0, 1, 10), new Point(10, 2, 40)]));
        Assert.Equal(3 * spans[0].Width, spans[1].Width, 0.3);
        Assert.Equal(spans[0].Left + spans[0].Width, spans[1].Left, 0.2);
    }

    [Fact]
    public void A_line_joins_its_points_in_their_order_and_a_missing_value_leaves_a_gap()
    {
        var line = Line(Draw(
            Mark.Line, [new Point(0, 0), new Point(10, 10), new Point(20, double.NaN), new Point(30, 30), new Point(40, 0)]));
        var places = Places(line);
        Assert.Equal(4, places.Count);
        Assert.Equal(2, line.Count(letter => letter == 'M'));
        Assert.Equal(places[0].Y, places[3].Y);
        Assert.Equal(3 * (places[0].Y - places[1].Y), places[0].Y - places[2].Y, 0.3);
        Assert.Equal(3 * (places[1].X - places[0].X), places[2].X - places[0].X, 0.3);
    }

    [Fact]
    public void A_logarithmic_axis_has_equal_distances_for_equal_ratios_and_no_place_for_zero()
    {
        var svg = Draw(
            Mark.Line,
            [new Point(1, 1), new Point(2, 10), new Point(3, 100), new Point(4, 0)],
            Count with { Logarithmic = true });
        var places = Places(Line(svg));
        Assert.Equal(3, places.Count);
        Assert.Equal(places[0].Y - places[1].Y, places[1].Y - places[2].Y, 0.2);
        Assert.Equal(["1", "10", "100"], Texts(svg).Where(text => text is "1" or "10" or "100").Distinct().Order());
    }

    [Fact]
    public void An_axis_that_increases_downwards_has_its_first_name_at_the_top()
    {
        var names = new Axis("") { Names = ["first", "second"], Reversed = true };
        var svg = Draw(Mark.Spans, [new Point(0, 1, 10), new Point(10, 2, 40)], names);
        var boxes = Boxes(svg);
        Assert.True(boxes[0].Top < boxes[1].Top);
        var named = svg.Descendants().Where(element => element.Value is "first" or "second" && element.Name.LocalName == "text");
        Assert.Equal(["first", "second"], named.OrderBy(text => (double)text.Attribute("y")!).Select(text => text.Value));
    }

    [Fact]
    public void Every_style_can_be_drawn_and_looks_like_no_other()
    {
        int[] styles = [.. Enumerable.Range(0, Series.Styles), Series.Ink, Series.Limit, Series.Waiting, Series.Own];
        var symbols = styles.Select(style => Draw(Mark.Points, [new Point(1, 1)], style: style).ToString());
        Assert.Equal(styles.Length, symbols.Distinct().Count());
    }

    [Fact]
    public void On_a_dark_page_only_what_belongs_to_no_series_changes_its_colour()
    {
        var svg = Draw(Mark.LineAndPoints, [new Point(1, 1), new Point(2, 2)]);
        var changing = svg.Descendants().Where(element => element.Attribute("class") is not null).ToList();
        Assert.Contains(changing, element => (string)element.Attribute("class")! == "paper");
        Assert.DoesNotContain(changing, element => element.Attribute("stroke-width") is not null);
        Assert.Contains("prefers-color-scheme: dark", svg.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hatched_series_names_a_pattern_that_is_there()
    {
        var figure = samples.All.First(figure => figure.Panels.Any(panel => panel.Series.Any(series => series.Hatched)));
        var svg = XElement.Parse(figure.ToSvg());
        var used = svg.Descendants().Select(element => (string?)element.Attribute("fill")).OfType<string>()
            .Where(fill => fill.StartsWith("url(#", StringComparison.Ordinal)).Select(fill => fill[5..^1]).Distinct().ToList();
        Assert.NotEmpty(used);
        Assert.Subset(
            svg.Descendants().Select(element => (string?)element.Attribute("id")).OfType<string>().ToHashSet(), used.ToHashSet());
    }

    [Fact]
    public void A_figure_without_points_is_drawn_too() => Assert.Contains("count (1)", Texts(Draw(Mark.LineAndPoints, [])));

    [NeedsFact(Need.Chromium)]
    public async Task No_text_covers_another_one()
    {
        const string measure =
            """
            <script>
            const over = (a, b) => a.left + 1 < b.right && b.left + 1 < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom;
            const covered = [];
            const drawings = [...document.querySelectorAll('svg')];
            for (const drawing of drawings) {
              const texts = [...drawing.querySelectorAll('text')];
              const page = drawing.getBoundingClientRect();
              texts.forEach((one, i) => {
                const box = one.getBoundingClientRect();
                if (box.left < page.left || box.right > page.right + 1) { covered.push(one.textContent + ' | edge'); }
                texts.slice(i + 1).filter(other => over(box, other.getBoundingClientRect()))
                  .forEach(other => covered.push(one.textContent + ' | ' + other.textContent));
              });
            }
            document.body.setAttribute('data-measured', drawings.length);
            document.body.setAttribute('data-covered', covered.join('; '));
            </script>
            """;
        var dom = await Browser.DomAsync($"<body>{string.Concat(samples.All.Select(figure => figure.ToSvg()))}{measure}</body>");
        Assert.Contains($"data-measured=\"{samples.All.Count}\"", dom);
        Assert.Equal([], Covered().Match(dom).Groups[1].Value.Split("; ", StringSplitOptions.RemoveEmptyEntries).Distinct());
    }

    private static XElement Draw(Mark mark, IReadOnlyList<Point> points, Axis? y = null, int style = 0) => XElement.Parse(
        new Figure
        {
            Id = "made-up",
            Title = "Made up",
            Caption = "Made up.",
            Panels = [new Panel("", Count, y ?? Count, [new Series("one", Role.Measured, mark, style, points)])],
        }.ToSvg());

    private static List<string> Texts(XElement svg) => Texts(svg, text => text.Value);

    private static List<T> Texts<T>(XElement svg, Func<XElement, T> select) =>
        [.. svg.Descendants().Where(element => element.Name.LocalName == "text").Select(select)];

    private static string Line(XElement svg) =>
        svg.Descendants().Single(element => element.Attribute("clip-path") is not null).Attribute("d")!.Value;

    // The data come before the legend.
    private static List<(double Left, double Top, double Width, double Height)> Boxes(XElement svg)
    {
        var boxes = svg.Descendants().Select(element => (string?)element.Attribute("d") ?? "").First(path => Box().IsMatch(path));
        return [.. Box().Matches(boxes).Select(box => (Number(box, 1), Number(box, 2), Number(box, 3), Number(box, 4)))];
    }

    private static List<(double X, double Y)> Places(string path) =>
        [.. Place().Matches(path).Select(place => (Number(place, 1), Number(place, 2)))];

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("data-covered=\"([^\"]*)\"")]
    private static partial Regex Covered();

    [GeneratedRegex(@"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z")]
    private static partial Regex Box();

    [GeneratedRegex(@"[ML]([\d.]+) ([\d.]+)")]
    private static partial Regex Place();
}
