using NetworkingCourse.Figures;
using Plotly.NET;
using static NetworkingCourse.Charts.DynamicObjects;

namespace NetworkingCourse.Charts;

/// <summary>Converts a series to a plotly.js trace.</summary>
internal static class Traces
{
    public static Trace Of(Series series, Panel panel, int index, bool isFirst)
    {
        var look = Palette.Of(series.Style);
        var trace = series.Mark switch
        {
            Mark.Bars => Bars(series, look),
            Mark.Spans => Spans(series, look),
            _ => Scatter(series, look),
        };
        var labels = series.Points.Any(point => point.Label is not null)
            ? series.Points.Select(point => point.Label ?? "").ToArray()
            : null;
        return trace
            .With("name", series.Name)
            .With("legendgroup", series.Name)
            .With("showlegend", isFirst)
            .With("xaxis", Layouts.Reference("x", index))
            .With("yaxis", Layouts.Reference("y", index))
            .With("customdata", labels)
            .With("hovertemplate", Hover(series, panel, labels is not null));
    }

    private static Trace Bars(Series series, Palette.Look look) => new Trace("bar")
        .With("x", Xs(series))
        .With("y", Ys(series))
        .With("marker", Object().With("color", look.Colour));

    private static Trace Spans(Series series, Palette.Look look) => new Trace("bar")
        .With("orientation", "h")
        .With("base", Xs(series))
        .With("x", series.Points.Select(point => (point.XEnd ?? point.X) - point.X).ToArray())
        .With("y", Ys(series))
        .With("width", MarkSizes.SpanHeight)
        .With("marker", Object()
            .With("color", look.Colour)
            .With("pattern", series.Hatched
                ? Object().With("shape", "/").With("fillmode", "replace").With("size", 7).With("solidity", 0.3)
                : null)
            .With("line", Object().With("color", look.Colour).With("width", 1)));

    private static Trace Scatter(Series series, Palette.Look look)
    {
        var trace = new Trace("scatter")
            .With("x", Xs(series))
            .With("y", Ys(series))
            .With("mode", series.Mark switch
            {
                Mark.Line => "lines",
                Mark.LineAndPoints => "lines+markers",
                _ => "markers",
            })
            .With("cliponaxis", false)
            .With("line", Object()
                .With("color", look.Colour)
                .With("width", MarkSizes.LineThickness(series))
                .With("dash", MarkSizes.IsDashed(series) ? look.Dash : "solid"));
        return series.Mark == Mark.Ticks
            ? trace.With("marker", Object()
                .With("symbol", MarkSizes.AreTicksVertical(series) ? "line-ns" : "line-ew")
                .With("size", MarkSizes.TickLength)
                .With("line", Object().With("color", look.Colour).With("width", MarkSizes.TickThickness)))
            : trace.With("marker", Marker(series, look));
    }

    // A learner's own mark lies on top of a bar, and must be seen there.
    private static DynamicObj.DynamicObj Marker(Series series, Palette.Look look) => series.Role == Role.Guessed
        ? Object().With("symbol", look.Symbol).With("size", 20).With("color", look.Colour)
            .With("line", Object().With("color", "#ffffff").With("width", 1.5))
        : Object().With("symbol", look.Symbol).With("size", 9).With("color", look.Colour);

    private static double[] Xs(Series series) => [.. series.Points.Select(point => point.X)];

    private static double[] Ys(Series series) => [.. series.Points.Select(point => point.Y)];

    private static string Hover(Series series, Panel panel, bool labelled)
    {
        var x = panel.X.Names is null ? $"{panel.X.Title}: %{{x:.4~g}} {panel.X.Unit}" : "%{x}";
        if (series.Mark == Mark.Spans)
        {
            x = $"from %{{base:.4~g}} {panel.X.Unit}, for %{{value:.4~g}} {panel.X.Unit}";
        }

        var y = panel.Y.Names is null ? $"{panel.Y.Title}: %{{y:.4~g}} {panel.Y.Unit}" : "";
        return string.Join("<br>", new[] { labelled ? "%{customdata}" : "", x, y }.Where(line => line.Length > 0))
            + $"<extra>{series.Name}</extra>";
    }
}
