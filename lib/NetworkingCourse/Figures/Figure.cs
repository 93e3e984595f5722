using System.Globalization;
using System.Text;
using System.Text.Json;
using NetworkingCourse.Display;

namespace NetworkingCourse.Figures;

/// <summary>
/// A figure as data: the values, their units, and the machine on which they were measured. It does not know how it is drawn: a
/// renderer turns it into a chart, and the same data appear in the table below the chart, in JSON and in CSV.
/// </summary>
public sealed record Figure : ShownRecord
{
    /// <summary>The media type of the figure's data inside its HTML.</summary>
    public const string MediaType = "application/vnd.networking-course.figure+json";

    /// <summary>The maximum number of data rows in the text form, so that it can be read at a glance.</summary>
    private const int MaxRowsOfText = 40;

    /// <summary>A short name for files, in lower case with hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>The title of the figure.</summary>
    public required string Title { get; init; }

    /// <summary>One or two sentences that explain how to read the figure.</summary>
    public required string Caption { get; init; }

    /// <summary>One or more panels, side by side, with a common scale.</summary>
    public required IReadOnlyList<Panel> Panels { get; init; }

    /// <summary>Where and when the data were measured.</summary>
    public Provenance Made { get; init; } = Provenance.Here();

    /// <summary>Reads a figure from its JSON.</summary>
    /// <exception cref="JsonException">The text is not a figure.</exception>
    public static Figure FromJson(string json) =>
        JsonSerializer.Deserialize(json, FigureJson.Default.Figure)
        ?? throw new JsonException("The text 'null' is not a figure.");

    /// <summary>The complete figure as JSON, from which <see cref="FromJson"/> recreates it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, FigureJson.Default.Figure);

    /// <summary>The figure's data as CSV (RFC 4180), one row per point, with numbers in the invariant culture.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("panel,series,role,x,x_end,y,label\r\n");
        foreach (var (panel, series, point) in Points)
        {
            csv.AppendJoin(
                ',',
                Quote(panel.Title),
                Quote(series.Name),
                InvariantText.Of(series.Role),
                Number(point.X),
                Number(point.XEnd),
                Number(point.Y),
                Quote(point.Label ?? "")).Append("\r\n");
        }

        return csv.ToString();
    }

    /// <summary>The data as a table, for readers, and for pages on which scripts do not run.</summary>
    public Table ToTable(int maxRows = int.MaxValue)
    {
        var (x, y) = (Panels[0].X, Panels[0].Y);
        var spans = Points.Any(p => p.Point.XEnd is not null);
        var labels = Points.Any(p => p.Point.Label is not null);
        string[] columns =
        [
            .. Panels.Count > 1 ? ["panel"] : (string[])[],
            "series",
            x.Label,
            .. spans ? ["until"] : (string[])[],
            y.Label,
            .. labels ? ["what"] : (string[])[],
        ];
        var rows = Points.Take(maxRows).Select(IReadOnlyList<object?> (p) =>
        [
            .. Panels.Count > 1 ? [p.Panel.Title] : (object?[])[],
            p.Series.Name,
            p.Panel.X.Tick(p.Point.X),
            .. spans ? [p.Point.XEnd is { } end ? p.Panel.X.Tick(end) : ""] : (object?[])[],
            p.Panel.Y.Tick(p.Point.Y),
            .. labels ? [p.Point.Label] : (object?[])[],
        ]);
        var count = Points.Count();
        return new Table(
            columns,
            rows,
            count > maxRows
                ? InvariantText.Format($"The first {maxRows:N0} of {count:N0} rows; all of them are in the figure's CSV file.")
                : null);
    }

    /// <inheritdoc/>
    public override string ToHtml() => FigureHtml.Fragment(this);

    /// <inheritdoc/>
    public override string ToText() => $"{Title}\n{Caption}\n\n{ToTable(MaxRowsOfText)}";

    /// <summary>The figure as a self-contained HTML page, which needs no other file and no network.</summary>
    public string ToPage() => FigurePage.Standalone(this);

    /// <summary>The figure as a picture in a file of its own, for slides (SVG 1.1), drawn without a browser.</summary>
    public string ToSvg() => FigureRenderer.Current.ToSvg(this);

    /// <summary>The title, the number of series and the number of points, in one line.</summary>
    public override string ToString() => InvariantText.Format(
        $"{Title} (figure with {Panels.Sum(p => p.Series.Count)} series, {InvariantText.Count(Points.Count(), "point")})");

    internal IEnumerable<(Panel Panel, Series Series, Point Point)> Points =>
        from panel in Panels from series in panel.Series from point in series.Points select (panel, series, point);

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Quote(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>A part of a figure with its own pair of axes.</summary>
/// <param name="Title">The title that distinguishes the panel from the others; empty if it is the only one.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">The series drawn in the panel.</param>
public sealed record Panel(string Title, Axis X, Axis Y, IReadOnlyList<Series> Series);

/// <summary>An axis of a panel.</summary>
/// <param name="Title">The quantity along the axis.</param>
/// <param name="Unit">The unit of the quantity; empty for a plain number.</param>
public sealed record Axis(string Title, string Unit = "")
{
    /// <summary>Whether the scale is logarithmic.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Whether values increase downwards, like the rows of a timeline.</summary>
    public bool Reversed { get; init; }

    /// <summary>Whether only whole numbers make sense, such as numbers of clients.</summary>
    public bool Whole { get; init; }

    /// <summary>Names instead of numbers: value 1 is the first of them. Null for numbers.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>The start of the scale; null to derive it from the data.</summary>
    public double? Min { get; init; }

    /// <summary>The end of the scale; null to derive it from the data.</summary>
    public double? Max { get; init; }

    /// <summary>The title and unit, as written along the axis.</summary>
    public string Label => Unit.Length == 0 ? Title : $"{Title} ({Unit})";

    /// <summary>Formats a value as written on this axis.</summary>
    internal string Tick(double value) => Names is { } names && value >= 1 && value <= names.Count
        ? names[(int)value - 1]
        : value.ToString("0.####", CultureInfo.InvariantCulture);
}

/// <summary>A series of points.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Role">Measured, predicted by theory or by the learner, or a limit.</param>
/// <param name="Mark">How the points are drawn.</param>
/// <param name="Style">
/// The index into the palette, from 0 to below <see cref="Styles"/>, or <see cref="Ink"/>, <see cref="Limit"/> or
/// <see cref="Waiting"/>. Each style has a colour, a symbol and a dash, so that colour is never the only difference.
/// </param>
/// <param name="Points">The points.</param>
public sealed record Series(string Name, Role Role, Mark Mark, int Style, IReadOnlyList<Point> Points)
{
    /// <summary>The style of series that belong to no architecture, above all predictions: the page's own text colour.</summary>
    public const int Ink = -1;

    /// <summary>The style of a bound; no architecture uses it.</summary>
    public const int Limit = -2;

    /// <summary>The style of waiting in a timeline: grey, and meant to be hatched. No architecture uses it.</summary>
    public const int Waiting = -3;

    /// <summary>The style of a server of the learner's own.</summary>
    public const int Own = -4;

    /// <summary>
    /// The number of styles for series that are compared; they differ from each other in colour, symbol and dash.
    /// </summary>
    public const int Styles = 12;

    /// <summary>Whether bars and spans are hatched instead of filled, so that they can be distinguished without colour.</summary>
    public bool Hatched { get; init; }
}

/// <summary>A point or a span of a series.</summary>
/// <param name="X">The value on the horizontal axis.</param>
/// <param name="Y">The value on the vertical axis.</param>
/// <param name="XEnd">The end of a span; null for a point.</param>
/// <param name="Label">A note on this point.</param>
public readonly record struct Point(double X, double Y, double? XEnd = null, string? Label = null);

/// <summary>The origin of a series.</summary>
public enum Role
{
    /// <summary>Measured values.</summary>
    Measured,

    /// <summary>Values predicted by theory.</summary>
    Predicted,

    /// <summary>Values that the learner predicted.</summary>
    Guessed,

    /// <summary>A bound or a reference line.</summary>
    Limit,
}

/// <summary>How a series is drawn.</summary>
public enum Mark
{
    /// <summary>A bar from the axis to each value.</summary>
    Bars,

    /// <summary>A symbol at each value.</summary>
    Points,

    /// <summary>A line through the values.</summary>
    Line,

    /// <summary>Symbols joined by a line.</summary>
    LineAndPoints,

    /// <summary>A short horizontal line at each value.</summary>
    Ticks,

    /// <summary>A bar from X to XEnd in row Y.</summary>
    Spans,
}
