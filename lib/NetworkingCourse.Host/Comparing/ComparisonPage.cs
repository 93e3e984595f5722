using System.Net;
using NetworkingCourse.Figures;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Comparing;

/// <summary>A comparison as a page of its own, with charts.</summary>
internal static class ComparisonPage
{
    private const string Title = "Two runs compared";
    private static readonly Dictionary<string, double> Milliseconds =
        new() { ["ns"] = 1e-6, ["µs"] = 1e-3, ["ms"] = 1, ["s"] = 1000 };

    public static string Of(RunComparison runs)
    {
        var body = $"<h1>{Title}</h1>\n{Machine("A", runs.A)}{Machine("B", runs.B)}"
            + $"<p>{Encode(runs.Summary)} {Encode(RunComparison.Explanation)}</p>\n";
        if (runs.ByArchitecture.Count > 0)
        {
            body += MeasuredAgainstMeasured(runs).ToHtml()
                + Ratios("architecture", runs.ByArchitecture).ToHtml()
                + RunComparison.TableOf("architecture", runs.ByArchitecture).ToHtml();
        }

        body += Ratios("figure", runs.ByFigure).ToHtml() + RunComparison.TableOf("lesson and figure", runs.ByFigure).ToHtml();
        return FigurePage.Standalone(Title, body);
    }

    private static Figure MeasuredAgainstMeasured(RunComparison runs) => new()
    {
        Id = "measured-against-measured",
        Title = "Times of the architectures, B against A",
        Caption = "Each mark is a time that both runs measured. On the line, both are equal; above it, B took longer.",
        Made = runs.B.Made ?? Provenance.Here(),
        Panels =
        [
            new Panel("", new Axis("A", "ms") { Logarithmic = true }, new Axis("B", "ms") { Logarithmic = true },
            [
                .. from architecture in Architecture.All
                   let points = Points(runs, architecture.Name)
                   where points.Count > 0
                   let style = runs.Both.First(each => each.Series.Series == architecture.Name).Series.Style
                   select new Series(architecture.Name, Role.Measured, Mark.Points, style, points),
                Diagonal(runs),
            ]),
        ],
    };

    private static List<Point> Points(RunComparison runs, string? architecture) =>
    [
        .. from each in runs.Both
           where each.Series.Kind == "time" && (architecture is null || each.Series.Series == architecture)
           let unit = Milliseconds[each.Series.Unit]
           from pair in each.Pairs
           select new Point(pair.A * unit, pair.B * unit, Label: $"{each.Lesson}: {each.Series.Title}"),
    ];

    private static Series Diagonal(RunComparison runs)
    {
        var both = Points(runs, null).SelectMany(point => new[] { point.X, point.Y }).DefaultIfEmpty(1).ToList();
        return new Series(
            "equal", Role.Limit, Mark.Line, Series.Ink, [new Point(both.Min(), both.Min()), new Point(both.Max(), both.Max())]);
    }

    private static Figure Ratios(string what, IReadOnlyList<Difference> rows) => new()
    {
        Id = "ratios-" + what,
        Title = $"B in per cent of A, by {what}",
        Caption = "The mark is the median, the bar the middle half of the values. At 100 %, both runs measured the same.",
        Panels =
        [
            new Panel(
                "",
                new Axis("B in per cent of A", "%") { Logarithmic = true },
                new Axis("") { Reversed = true, Names = [.. rows.Select(row => $"{Short(row.Name)}, {row.Kind}")] },
                [
                    new Series("middle half", Role.Measured, Mark.Spans, Series.Waiting,
                        [.. rows.Select((row, i) => new Point(100 * row.Quantile(0.25), i + 1, 100 * row.Quantile(0.75)))]),
                    new Series("no difference that counts", Role.Measured, Mark.Points, 0,
                        [.. rows.Select((row, i) => (row, i)).Where(each => !each.row.IsBeyondNoise)
                            .Select(each => new Point(100 * each.row.Ratio, each.i + 1))]),
                    new Series("a difference", Role.Measured, Mark.Points, 1,
                        [.. rows.Select((row, i) => (row, i)).Where(each => each.row.IsBeyondNoise)
                            .Select(each => new Point(100 * each.row.Ratio, each.i + 1, Label: each.row.Verdict))]),
                    new Series("equal", Role.Limit, Mark.Line, Series.Ink,
                        [new Point(100, 0.5), new Point(100, rows.Count + 0.5)]),
                ]),
        ],
    };

    // The labels of rows take their room from the chart.
    private static string Short(string name) => name.Length <= 48 ? name : name[..47] + "\u2026";

    private static string Machine(string name, MeasuredRun run) =>
        $"<p><b>{name}</b>: <code>{Encode(run.Path)}</code>, {Encode(run.Made?.ToString() ?? "?")}</p>\n";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
