using NetworkingCourse.Figures;

namespace NetworkingCourse.Charts;

/// <summary>
/// The looks that tell series apart: a colour, a symbol and a dash together, so that nobody needs to see the colour. The colours have
/// a contrast of at least 3:1 both on white and on a dark page (WCAG 2.1, success criterion 1.4.11).
/// </summary>
internal static class Palette
{
    public sealed record Look(string Colour, string Symbol, string Dash);

    /// <summary>The colours of a light and of a dark page that every look must stand out from.</summary>
    public static readonly string[] Backgrounds = ["#ffffff", "#1e1e1e"];

    public static readonly Look[] Looks =
    [
        new("#2f86d6", "circle", "solid"),
        new("#d9730d", "square", "dash"),
        new("#1f9d6b", "diamond", "dot"),
        new("#c65aa8", "triangle-up", "dashdot"),
        new("#8a6fd8", "cross", "longdash"),
        new("#d9534a", "x", "solid"),
        new("#1897a6", "star", "dash"),
        new("#8f8a1f", "hexagon", "dot"),
        new("#868686", "triangle-down", "dashdot"),
        // The page's own colour of text; the script that draws puts it in. For theory, which belongs to no architecture.
        new("ink", "line-ew", "dash"),
    ];

    public static Look Of(int style) => style == Series.Ink ? Looks[^1] : Looks[style % (Looks.Length - 1)];
}
