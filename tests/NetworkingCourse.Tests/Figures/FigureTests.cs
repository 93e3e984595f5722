using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Figures;

[Collection(nameof(SampleFigures))]
public sealed partial class FigureTests(SampleFigures samples)
{
    [Fact]
    public void Every_chart_has_a_title_units_and_both_what_is_measured_and_what_is_predicted()
    {
        foreach (var figure in samples.All.Where(figure => figure.Id != "timeline-log"))
        {
            Assert.NotEmpty(figure.Title);
            var series = figure.Panels.SelectMany(panel => panel.Series).ToList();
            Assert.Contains(series, s => s.Role == Role.Measured && s.Points.Count > 0);
            // Where something breaks in the middle of a run, that moment takes the place of a theory.
            var expected = figure.Id.Contains("-over-time", StringComparison.Ordinal) ? Role.Limit : Role.Predicted;
            Assert.Contains(series, s => s.Role == expected && s.Points.Count > 0);
            Assert.All(figure.Panels, panel => Assert.True(panel.X.Unit.Length > 0 || panel.Y.Unit.Length > 0, figure.Title));
        }
    }

    [Fact]
    public void A_figure_is_the_same_after_a_way_through_JSON()
    {
        foreach (var figure in samples.All)
        {
            Assert.Equal(figure.ToJson(), Figure.FromJson(figure.ToJson()).ToJson());
        }
    }

    [Theory]
    [MemberData(nameof(Cultures.WithAComma), MemberType = typeof(Cultures))]
    public void Numbers_are_written_the_same_way_on_every_desktop(string culture)
    {
        var figure = samples.All[0];
        var (csv, html) = (figure.ToCsv(), WithoutIds(figure.ToHtml()));
        var specification = FigureRenderer.Current.ToSpecification(figure);
        Cultures.With(culture, () =>
        {
            Assert.Equal(csv, figure.ToCsv());
            Assert.Equal(html, WithoutIds(figure.ToHtml()));
            Assert.Equal(specification, FigureRenderer.Current.ToSpecification(figure));
        });
    }

    [Fact]
    public void A_long_legend_makes_the_figure_higher_instead_of_the_plot_lower()
    {
        Assert.Equal(Height(Many(2)), Height(Many(1)));
        Assert.True(Height(Many(24)) > Height(Many(12)) && Height(Many(12)) > Height(Many(2)));

        static Figure Many(int series) =>
            Side([.. Enumerable.Range(0, series).Select(i => $"a series with a long name, {i}")], ("seconds", "s"));
        static double Height(Figure figure) => Layout(figure)["height"]!.GetValue<double>();
    }

    [Fact]
    public void Each_entry_of_a_legend_stands_for_one_look_and_no_two_look_alike()
    {
        Series Theory(string name) => new(name, Role.Predicted, Mark.Line, Series.Ink, [new Point(1, 1), new Point(2, 2)]);
        var side = Side(["measured"], ("seconds", "s"));
        var theories = side with
        {
            Panels = [side.Panels[0] with { Series = [.. new[] { "one", "two", "three", "four" }.Select(Theory)] }],
        };
        foreach (var figure in samples.All.Append(theories))
        {
            var looks = JsonNode.Parse(FigureRenderer.Current.ToSpecification(figure))!["data"]!.AsArray()
                .Select(trace => (Name: (string)trace!["name"]!, Look: LookOf(trace)))
                .Distinct()
                .ToList();
            Assert.Equal(looks.Count, looks.DistinctBy(entry => entry.Name).Count());
            Assert.Equal(looks.Count, looks.DistinctBy(entry => entry.Look).Count());
        }

        static string LookOf(JsonNode trace) => string.Join(
            ' ', trace["type"], trace["mode"], trace["line"]?.ToJsonString(), trace["marker"]?.ToJsonString());
    }

    [Fact]
    public void Panels_with_scales_of_their_own_leave_room_for_the_titles_of_these()
    {
        var (alike, different) = (Side(["one"], ("time", "s"), ("time", "s")), Side(["one"], ("time", "s"), ("rate", "MB/s")));

        Assert.True(Gap(different) > Gap(alike));
        Assert.True(Gap(alike) > 0);

        static double Gap(Figure figure) =>
            Layout(figure)["xaxis2"]!["domain"]![0]!.GetValue<double>()
            - Layout(figure)["xaxis"]!["domain"]![1]!.GetValue<double>();
    }

    [Fact]
    public void A_logarithmic_scale_names_only_the_decades_where_panels_share_the_width()
    {
        Assert.Equal([30, 100, 300, 1000, 3000, 10_000, 30_000], Ticks(Side(["one"], ("time", "s"))));
        Assert.Equal([100, 1000, 10_000], Ticks(Side(["one"], ("time", "s"), ("time", "s"))));

        static IEnumerable<double> Ticks(Figure figure) =>
            Layout(figure)["xaxis"]!["tickvals"]!.AsArray().Select(tick => tick!.GetValue<double>());
    }

    [Fact]
    public void CSV_has_a_row_a_point_and_quotes_what_RFC_4180_wants_quoted()
    {
        var figure = Hostile();
        var lines = figure.ToCsv().Split("\r\n");
        Assert.Equal("panel,series,role,x,x_end,y,label", lines[0]);
        Assert.Contains("\"a \"\"quoted\"\", name\"", lines[1]);
        Assert.Equal(figure.Points.Count() + 2, lines.Length);
    }

    [Fact]
    public void A_second_vertical_axis_that_has_a_title_of_its_own_has_room_for_it()
    {
        var (x, time) = (new Axis("load"), new Axis("delay", "ms") { Max = 1, Min = 0 });
        Panel PanelOf(Axis y) => new("panel", x, y, [new Series("series", Role.Measured, Mark.Points, 0, [new(0, 0)])]);
        double Gap(Axis second)
        {
            var figure = new Figure { Id = "two", Title = "Two panels", Caption = "", Panels = [PanelOf(time), PanelOf(second)] };
            var layout = JsonNode.Parse(FigureRenderer.Current.ToSpecification(figure))!["layout"]!;
            return (double)layout["xaxis2"]!["domain"]![0]! - (double)layout["xaxis"]!["domain"]![1]!;
        }

        Assert.True(Gap(new Axis("lost", "%")) > 1.5 * Gap(time));
    }

    [Fact]
    public void Nothing_in_a_title_can_break_out_of_its_place()
    {
        var html = Hostile().ToHtml();
        Assert.DoesNotContain("</script><b>", html);
        Assert.Equal(2, Script().Count(html)); // the data, and the call that draws
    }

    [Fact]
    public void A_page_needs_nothing_from_outside_and_holds_plotly_once_and_a_fragment_not_at_all()
    {
        foreach (var figure in samples.All)
        {
            Assert.DoesNotContain("Plotly.newPlot =", figure.ToHtml());
            Assert.True(figure.ToHtml().Length < 1_000_000);
            var page = figure.ToPage();
            Assert.Single(Regex.Matches(page, "<script data-course=\"drawing\">"));
            var outside = Tag().Matches(page).Select(tag => tag.Value).Where(tag => Loads().IsMatch(tag));
            Assert.Empty(outside);
        }
    }

    [Fact]
    public void What_plotly_is_given_holds_every_series_under_its_name()
    {
        foreach (var figure in samples.All)
        {
            var specification = JsonNode.Parse(FigureRenderer.Current.ToSpecification(figure))!;
            Assert.Equal(
                figure.Panels.SelectMany(panel => panel.Series).Select(series => series.Name),
                specification["data"]!.AsArray().Select(trace => (string)trace!["name"]!));
            Assert.NotNull(specification["layout"]!["xaxis"]);
            Assert.False((bool)specification["config"]!["displaylogo"]!);
        }
    }

    [Fact]
    public void Whatever_shows_itself_tells_the_kernels_so()
    {
        var shown = typeof(Figure).Assembly.GetExportedTypes()
            .Where(type => type is { IsInterface: false } && typeof(IShown).IsAssignableFrom(type))
            .ToList();
        Assert.NotEmpty(shown);
        Assert.All(shown, type => Assert.Contains(
            WithBases(type).SelectMany(part => part.GetCustomAttributesData()),
            data => data.AttributeType.Name == "TypeFormatterSourceAttribute"));
    }

    // The kernels look at base classes too.
    private static IEnumerable<Type> WithBases(Type type) =>
        type.BaseType is { } parent ? WithBases(parent).Prepend(type) : [type];

    private static Figure Side(string[] series, params (string Title, string Unit)[] scales) => new()
    {
        Id = "side",
        Title = "Panels side by side",
        Caption = "A sample.",
        Panels =
        [
            .. scales.Select(scale => new Panel(
                "",
                new Axis("length", "bytes") { Logarithmic = true },
                new Axis(scale.Title, scale.Unit),
                [
                    .. series.Select((name, style) => new Series(
                        name,
                        Role.Measured,
                        Mark.LineAndPoints,
                        style % Series.Styles,
                        [new Point(16, 1), new Point(65_536, 2)])),
                ])),
        ],
    };

    private static JsonNode Layout(Figure figure) => JsonNode.Parse(FigureRenderer.Current.ToSpecification(figure))!["layout"]!;

    private static Figure Hostile() => new()
    {
        Id = "hostile",
        Title = "</script><b>bold</b>",
        Caption = "<i>",
        Panels =
        [
            new Panel(
                "",
                new Axis("x", "s"),
                new Axis("y", "s"),
                [new Series("a \"quoted\", name", Role.Measured, Mark.Points, 0, [new Point(1, 2, Label: "</script><b>")])]),
        ],
    };

    private static string WithoutIds(string html) => Id().Replace(html, "");

    [GeneratedRegex("course-figure-[0-9a-f]{32}")]
    private static partial Regex Id();

    [GeneratedRegex("<script")]
    private static partial Regex Script();

    [GeneratedRegex(@"<(?:script|link|img|iframe|source|object)\b[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s(?:src|href|data)\s*=\s*[""']?(?:https?:)?//")]
    private static partial Regex Loads();
}
