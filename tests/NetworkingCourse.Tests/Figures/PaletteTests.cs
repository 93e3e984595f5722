using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;
using NetworkingCourse.Network;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.Figures;

/// <summary>
/// Everybody can read the charts: on light and dark pages, with colour-blind eyes, and in black and white. The tests look at what
/// plotly.js is given.
/// </summary>
public sealed partial class PaletteTests
{
    private const double GraphicsContrast = 3;
    private const double TextContrast = 4.5;

    /// <summary>About five times what is just visible side by side, because two lines in a chart lie apart.</summary>
    private const double LeastDifference = 12;

    /// <summary>White, and the dark page of Visual Studio Code; darker pages have even more contrast.</summary>
    private static readonly string[] Pages = ["#ffffff", "#1e1e1e"];

    private static readonly IReadOnlyList<Look> Looks =
        [.. Enumerable.Range(0, Series.Styles).Append(Series.Limit).Append(Series.Own).Select(LookOf)];

    /// <summary>The colours of text and page in browsers, Visual Studio Code and JupyterLab, light and dark.</summary>
    public static TheoryData<string, string> Themes => new()
    {
        { "#000000", "#ffffff" },
        { "#ffffff", "#121212" },
        { "#3b3b3b", "#ffffff" },
        { "#616161", "#ffffff" },
        { "#cccccc", "#1f1f1f" },
        { "#212121", "#ffffff" },
        { "#dfdfdf", "#111111" },
    };

    [Fact]
    public void Every_colour_stands_out_from_a_light_page_and_from_a_dark_one()
    {
        foreach (var look in Looks.Append(LookOf(Series.Waiting)))
        {
            Assert.All(
                Pages,
                page => Assert.True(Eyes.Contrast(look.Colour, page) >= GraphicsContrast, $"{look.Colour} on {page}"));
        }
    }

    [Fact]
    public void Any_two_styles_differ_in_colour_for_eyes_of_every_kind_and_in_symbol_and_dash_too()
    {
        foreach (var (i, one) in Looks.Index())
        {
            foreach (var (j, other) in Looks.Index().Skip(i + 1))
            {
                Assert.All(Eyes.Kinds, kind => Assert.True(
                    Eyes.Difference(one.Colour, other.Colour, kind.Value) >= LeastDifference,
                    $"{kind.Key}: styles {i} and {j}, {one.Colour} and {other.Colour}"));
                Assert.NotEqual(one.Symbol, other.Symbol);
                Assert.NotEqual(one.Dash, other.Dash);
            }
        }
    }

    [Fact]
    public void Theory_is_drawn_in_the_pages_own_ink_and_with_a_dash_of_its_own()
    {
        var ink = LookOf(Series.Ink);
        Assert.Equal("ink", ink.Colour);
        Assert.DoesNotContain(ink.Dash, Looks.Select(look => look.Dash));
    }

    [Fact]
    public void Every_architecture_has_a_style_of_its_own() =>
        Assert.All(Architecture.All.GroupBy(architecture => architecture.Style), same =>
        {
            Assert.InRange(same.Key, 0, Series.Styles - 1);
            Assert.Single(same);
        });

    [Fact]
    public void Waiting_is_told_from_serving_by_hatching_also_without_its_colour()
    {
        var specification = Specification([
            new("waiting", Role.Measured, Mark.Spans, Series.Waiting, [new Point(0, 1, 1)]) { Hatched = true },
            new("serving", Role.Measured, Mark.Spans, 2, [new Point(1, 1, 2)]),
        ]);
        Assert.NotNull(specification["data"]![0]!["marker"]!["pattern"]);
        Assert.Null(specification["data"]![1]!["marker"]!["pattern"]);
    }

    [Theory]
    [MemberData(nameof(Themes))]
    public void Text_that_is_thinned_can_still_be_read(string text, string page)
    {
        var thinned = Opacity().Matches(Style.Sheet + ByteViewHtml.Sheet + DiagramSvg.Sheet)
            .Select(match => double.Parse(match.Groups["share"].Value, CultureInfo.InvariantCulture))
            .ToList();
        Assert.NotEmpty(thinned);
        Assert.All(thinned, opacity => Assert.True(
            Eyes.Contrast(Eyes.Over(page, text, opacity), page) >= TextContrast,
            $"{text} on {page} at {opacity}"));
    }

    [Theory]
    [InlineData("#000000", "#ffffff", 21)]
    [InlineData("#767676", "#ffffff", 4.54)]
    [InlineData("#ff0000", "#ffffff", 4.0)]
    public void Contrast_is_what_WCAG_says(string one, string other, double ratio) =>
        Assert.Equal(ratio, Eyes.Contrast(one, other), 0.01);

    /// <summary>Red and green of the same lightness, which must look alike to eyes that cannot tell them apart.</summary>
    [Fact]
    public void The_simulated_eyes_do_not_see_what_real_ones_do_not()
    {
        Assert.True(Eyes.Difference("#c87850", "#8c9650", Eyes.Kinds["usual"]) > 40);
        Assert.True(Eyes.Difference("#c87850", "#8c9650", Eyes.Kinds["deutan"]) < LeastDifference);
    }

    private static Look LookOf(int style)
    {
        var data = Specification([
            new("measured", Role.Measured, Mark.LineAndPoints, style, [new Point(1, 1)]),
            new("predicted", Role.Predicted, Mark.Line, style, [new Point(1, 1)])])["data"]!;
        Assert.Equal((string)data[0]!["line"]!["color"]!, (string)data[1]!["line"]!["color"]!);
        return new Look(
            (string)data[0]!["marker"]!["color"]!,
            (string)data[0]!["marker"]!["symbol"]!,
            (string)data[1]!["line"]!["dash"]!);
    }

    private static JsonNode Specification(IReadOnlyList<Series> series)
    {
        var panel = new Panel("", new Axis("x", "s"), new Axis("y", "s"), series);
        var figure = new Figure { Id = "palette", Title = "Palette", Caption = "", Panels = [panel] };
        return JsonNode.Parse(FigureRenderer.Current.ToSpecification(figure))!;
    }

    [GeneratedRegex(@"[^-]opacity: (?<share>\.\d+)")]
    private static partial Regex Opacity();

    private sealed record Look(string Colour, string Symbol, string Dash);
}
