using System.Globalization;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Host.Book;

/// <summary>What a figure measured of one series: what a comparison with the run of another machine needs.</summary>
/// <param name="Figure">The path of the figure, relative to the artifact folder and without extension.</param>
/// <param name="Title">The title of the figure.</param>
/// <param name="Series">The name of the series, often of an architecture.</param>
/// <param name="Quantity">What was measured.</param>
/// <param name="Unit">Its unit: of time, a rate, or of memory.</param>
/// <param name="Style">How it is drawn: the index into the palette, the same for an architecture in all figures.</param>
/// <param name="Values">The values, by what they were measured for: a number of clients, the name of a row.</param>
internal sealed record MeasuredSeries(
    string Figure, string Title, string Series, string Quantity, string Unit, int Style,
    IReadOnlyDictionary<string, double> Values)
{
    /// <summary>The most values of a series that are kept: enough to compare, and the file stays small.</summary>
    private const int MaxValues = 24;

    private const string Prefix = "measured: ";
    private static readonly string[] Times = ["ns", "µs", "ms", "s"];
    private static readonly string[] Memory = ["KiB", "MiB"];

    /// <summary>Whether it is a time, a rate or an amount of memory: only values of one kind can be compared together.</summary>
    public string Kind => KindOf(Unit)!;

    /// <summary>The measured series of a figure, except those over time, which have no two values that belong together.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="path">Its path.</param>
    public static IReadOnlyList<MeasuredSeries> Of(Figure figure, string path) =>
    [
        .. from panel in figure.Panels
           from series in panel.Series
           where series.Role == Role.Measured
           let rows = panel.Y.Names is not null
           let axis = rows ? panel.X : panel.Y
           where KindOf(axis.Unit) is not null && (rows || !Times.Contains(panel.X.Unit))
               // The spans of a timeline begin at different times; bars begin at 0.
               && (series.Mark != Mark.Spans || (rows && series.Points.All(point => point.X == 0)))
           let values = ValuesOf(panel, series, rows)
           where values.Count > 0
           select new MeasuredSeries(path, figure.Title, NameOf(series), axis.Title, axis.Unit, series.Style, values),
    ];

    private static string NameOf(Series series) =>
        series.Name.StartsWith(Prefix, StringComparison.Ordinal) ? series.Name[Prefix.Length..] : series.Name;

    private static Dictionary<string, double> ValuesOf(Panel panel, Series series, bool rows)
    {
        var all = series.Points
            .GroupBy(
                point => rows ? Name(panel.Y, point.Y) : Name(panel.X, point.X),
                point => rows ? point.XEnd ?? point.X : point.Y)
            .Select(same => (same.Key, Value: same.Order().ElementAt(same.Count() / 2)))
            .Where(value => value.Value > 0 && double.IsFinite(value.Value))
            .ToList();
        // The same places in each run of the same lesson, and spread over all of them.
        var step = (int)Math.Ceiling((double)all.Count / MaxValues);
        return all.Where((_, i) => i % Math.Max(step, 1) == 0).ToDictionary(value => value.Key, value => value.Value);
    }

    private static string Name(Axis axis, double value) => axis.Names?.ElementAtOrDefault((int)value - 1)
        ?? value.ToString("R", CultureInfo.InvariantCulture);

    private static string? KindOf(string unit) =>
        Times.Contains(unit) ? "time" : unit.EndsWith("/s", StringComparison.Ordinal) ? "rate"
        : Memory.Contains(unit) ? "memory" : null;
}
