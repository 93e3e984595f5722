using NetworkingCourse.Figures;

namespace NetworkingCourse.Charts;

/// <summary>
/// The styles that distinguish series. Each combines a colour, a symbol and a dash, so that readers do not depend on colour. The
/// colours have a contrast of at least 3:1 both on white and on a dark page (WCAG 2.1, success criterion 1.4.11). A search chose
/// colours that all readers can tell apart, including those with any of the three common types of colour blindness. A test
/// verifies all of this.
/// </summary>
internal static class Palette
{
    public sealed record Look(string Colour, string Symbol, string Dash)
    {
        /// <summary>Whether the colour is that of the page's text.</summary>
        public bool IsInk => Colour == InkColour;
    }

    private const string InkColour = "ink";

    /// <summary>
    /// Styles for architectures and anything else that is compared, each with its own symbol and dash. There are more than
    /// architectures, so that a new one only has to name one that is free.
    /// </summary>
    private static readonly Look[] Looks =
    [
        new("#2f86d6", "circle", "18px,3px"),
        new("#d9730d", "square", "6px,3px"),
        new("#1f9d6b", "diamond", "9px,3px,3px,3px"),
        new("#c616b2", "triangle-up", "12px,3px,3px,3px,3px,3px"),
        new("#717335", "cross", "3px,9px"),
        new("#8574ff", "x", "13px,9px"),
        new("#b07dac", "star", "9px,3px,9px,3px,3px,3px"),
        new("#4d7570", "triangle-down", "24px,4px,6px,4px"),
        new("#8e35ff", "bowtie", "6px,12px"),
        new("#909654", "pentagon", "15px,3px,3px,3px,9px,3px"),
        new("#739b91", "hourglass", "30px,6px"),
        new("#8c6400", "triangle-left", "3px,6px,9px,6px"),
    ];

    /// <summary>
    /// The style for theory, which belongs to no architecture. Its colour is the page's text colour, which the drawing script
    /// fills in.
    /// </summary>
    private static readonly Look Ink = new(InkColour, "line-ew", "9px,9px");

    /// <summary>The style of the second line in ink of a figure; the next ones have the styles below it.</summary>
    private const int SecondInk = -100;

    /// <summary>The dashes of the lines in ink of a figure, so that they can be told apart.</summary>
    private static readonly string[] InkDashes = [Ink.Dash, "2px,4px", "14px,5px,2px,5px", "22px,5px"];

    private static readonly Look Limit = new("#ff0d45", "hexagram", "3px,3px");

    /// <summary>The style for a server of the learner's, which stands out from those of the course.</summary>
    private static readonly Look Own = new("#a24890", "star-diamond", "4px,2px,1px,2px");

    private static readonly Look Waiting = new("#868686", "hexagon", "1px,5px");

    public static Look Of(int style) => style switch
    {
        Series.Ink => Ink,
        Series.Limit => Limit,
        Series.Waiting => Waiting,
        Series.Own => Own,
        <= SecondInk => Ink with { Dash = InkDashes[(SecondInk - style + 1) % InkDashes.Length] },
        _ => Looks[style % Looks.Length],
    };

    /// <summary>The figure with a dash for each of its lines in ink, so that no two of them look alike.</summary>
    public static Figure WithOwnDashes(Figure figure)
    {
        var lines = figure.Panels.SelectMany(panel => panel.Series).Where(IsInkLine)
            .Select(series => series.Name).Distinct().ToList();
        Series Dashed(Series series) => IsInkLine(series) && lines.IndexOf(series.Name) is > 0 and var further
            ? series with { Style = SecondInk - further + 1 }
            : series;
        return lines.Count < 2
            ? figure
            : figure with
            {
                Panels = [.. figure.Panels.Select(panel => panel with { Series = [.. panel.Series.Select(Dashed)] })],
            };
    }

    private static bool IsInkLine(Series series) => series is { Style: Series.Ink, Mark: Mark.Line or Mark.LineAndPoints };
}
