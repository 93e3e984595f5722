using System.Globalization;
using System.Text;
using System.Text.Json;
using NetworkingCourse.Display;

namespace NetworkingCourse.Figures;

/// <summary>
/// A figure as data: what is drawn, in which units, and by whom it was measured. It knows nothing of how it is drawn; a renderer turns
/// it into a chart, and the same data go into the table below it, into JSON and into CSV.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record Figure : IShown
{
    /// <summary>The media type under which a figure's data lie inside its HTML.</summary>
    public const string MediaType = "application/vnd.networking-course.figure+json";

    /// <summary>How many rows of data the text shows: what can be read at a glance.</summary>
    private const int MaxRowsOfText = 40;

    /// <summary>A short name for files, in lower case with hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>What the figure shows.</summary>
    public required string Title { get; init; }

    /// <summary>How to read it, in a sentence or two.</summary>
    public required string Caption { get; init; }

    /// <summary>One or more panels, side by side, with a common scale.</summary>
    public required IReadOnlyList<Panel> Panels { get; init; }

    /// <summary>Where and when it was measured.</summary>
    public Provenance Made { get; init; } = Provenance.Here();

    /// <summary>Reads a figure from its JSON.</summary>
    /// <exception cref="JsonException">It is not a figure.</exception>
    public static Figure FromJson(string json) => JsonSerializer.Deserialize(json, FigureJson.Default.Figure) ?? throw new JsonException("No figure: the text is 'null'.");

    /// <summary>The figure's data as JSON, complete: <see cref="FromJson"/> makes the same figure of it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, FigureJson.Default.Figure);

    /// <summary>The figure's data as CSV (RFC 4180), a row a point, numbers in the invariant culture.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("panel,series,role,x,x_end,y,label\r\n");
        foreach (var (panel, series, point) in Points)
        {
            csv.AppendJoin(',', Quote(panel.Title), Quote(series.Name), InvariantText.Of(series.Role), Number(point.X), Number(point.XEnd), Number(point.Y), Quote(point.Label ?? "")).Append("\r\n");
        }

        return csv.ToString();
    }

    /// <summary>The data as a table, for people and for pages where no script is run.</summary>
    public Table ToTable(int mostRows = int.MaxValue)
    {
        var (x, y) = (Panels[0].X, Panels[0].Y);
        var spans = Points.Any(p => p.Point.XEnd is not null);
        var labels = Points.Any(p => p.Point.Label is not null);
        string[] columns = [.. Panels.Count > 1 ? ["panel"] : (string[])[], "series", x.Label, .. spans ? ["until"] : (string[])[], y.Label, .. labels ? ["what"] : (string[])[]];
        var rows = Points.Take(mostRows).Select(IReadOnlyList<object?> (p) =>
        [
            .. Panels.Count > 1 ? [p.Panel.Title] : (object?[])[], p.Series.Name, p.Panel.X.Tick(p.Point.X),
            .. spans ? [p.Point.XEnd is { } end ? p.Panel.X.Tick(end) : ""] : (object?[])[], p.Panel.Y.Tick(p.Point.Y),
            .. labels ? [p.Point.Label] : (object?[])[],
        ]);
        var count = Points.Count();
        return new Table(columns, rows, count > mostRows ? InvariantText.Format($"The first {mostRows:N0} of {count:N0} rows; all of them are in the figure's CSV file.") : null);
    }

    /// <inheritdoc/>
    public string ToHtml() => FigureHtml.Fragment(this);

    /// <inheritdoc/>
    public string ToText() => $"{Title}\n{Caption}\n\n{ToTable(MaxRowsOfText)}";

    /// <summary>The figure as a page of its own, complete: it needs no other file and no network.</summary>
    public string ToPage() => FigurePage.Standalone(this);

    /// <summary>The title and how much was drawn, in one line.</summary>
    public override string ToString() => InvariantText.Format($"{Title} (figure with {Panels.Sum(p => p.Series.Count)} series, {Points.Count()} points)");

    internal IEnumerable<(Panel Panel, Series Series, Point Point)> Points =>
        from panel in Panels from series in panel.Series from point in series.Points select (panel, series, point);

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Quote(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>A pair of axes and what is drawn between them.</summary>
/// <param name="Title">What tells it from the other panels; empty if it is the only one.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">What is drawn.</param>
public sealed record Panel(string Title, Axis X, Axis Y, IReadOnlyList<Series> Series);

/// <summary>An axis.</summary>
/// <param name="Title">What is counted along it.</param>
/// <param name="Unit">In which unit; empty for a plain number.</param>
public sealed record Axis(string Title, string Unit = "")
{
    /// <summary>Whether the scale is logarithmic.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Whether values run downwards, as rows of a timeline do.</summary>
    public bool Reversed { get; init; }

    /// <summary>Whether only whole numbers make sense, as for clients.</summary>
    public bool Whole { get; init; }

    /// <summary>Names instead of numbers: value 1 is the first of them. Null for numbers.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Where the scale begins; null to let the data decide.</summary>
    public double? Min { get; init; }

    /// <summary>Where the scale ends; null to let the data decide.</summary>
    public double? Max { get; init; }

    /// <summary>Title and unit, as written along the axis.</summary>
    internal string Label => Unit.Length == 0 ? Title : $"{Title} ({Unit})";

    /// <summary>A value as it is written on this axis.</summary>
    internal string Tick(double value) => Names is { } names && value >= 1 && value <= names.Count
        ? names[(int)value - 1]
        : value.ToString("0.####", CultureInfo.InvariantCulture);
}

/// <summary>Points that belong together.</summary>
/// <param name="Name">As in the legend.</param>
/// <param name="Role">Measured, predicted or a limit.</param>
/// <param name="Mark">How they are drawn.</param>
/// <param name="Style">Which place of the palette: a colour, a symbol and a dash, so that colour is never the only difference. 0 up to <see cref="Styles"/>, or <see cref="Ink"/>, <see cref="Limit"/>, <see cref="Waiting"/>.</param>
/// <param name="Points">The points.</param>
public sealed record Series(string Name, Role Role, Mark Mark, int Style, IReadOnlyList<Point> Points)
{
    /// <summary>The style of what belongs to no architecture, theory above all: the page's own colour of text.</summary>
    public const int Ink = -1;

    /// <summary>The style of a bound, which no architecture has.</summary>
    public const int Limit = -2;

    /// <summary>The style of waiting in a timeline, which no architecture has: grey, and meant to be hatched.</summary>
    public const int Waiting = -3;

    /// <summary>How many styles there are for what is compared: 0 up to this one, each told from every other by colour, symbol and dash.</summary>
    public const int Styles = 9;

    /// <summary>Whether bars and spans are hatched instead of filled, so that they are told from others without their colour.</summary>
    public bool Hatched { get; init; }
}

/// <summary>One value.</summary>
/// <param name="X">Along the horizontal axis.</param>
/// <param name="Y">Along the vertical axis.</param>
/// <param name="XEnd">Where a span ends; null for a point.</param>
/// <param name="Label">A remark on this very point.</param>
public readonly record struct Point(double X, double Y, double? XEnd = null, string? Label = null);

/// <summary>Where a series comes from.</summary>
public enum Role
{
    /// <summary>From a measurement.</summary>
    Measured,

    /// <summary>From theory.</summary>
    Predicted,

    /// <summary>A bound, or a line to compare with.</summary>
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

    /// <summary>A short level line at each value.</summary>
    Ticks,

    /// <summary>A bar from X to XEnd in the row Y.</summary>
    Spans,
}
