using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NetworkingCourse.Charts.Svg;

/// <summary>
/// Makes the elements of a drawing. Each has the colours of a light page as attributes, which every program understands; those
/// that have to change on a dark page also belong to a class, which a style sheet colours there.
/// </summary>
internal static partial class Drawing
{
    /// <summary>The size of ordinary text, in pixels.</summary>
    public const double TextSize = 13;

    /// <summary>The colour of text and of lines that are no data.</summary>
    private const string InkColour = "#222222";

    private const string PaperColour = "#ffffff";

    /// <summary>The width of an average letter, as a share of the size of the text.</summary>
    private const double LetterWidth = 0.56;

    private static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    /// <summary>The colours of a dark page, where a program has one.</summary>
    public static XElement DarkPage => Element(
        "style",
        "@media (prefers-color-scheme: dark) { .paper { fill: #1e1e1e; } .ink { fill: #e8e8e8; } .line { stroke: #e8e8e8; } "
            + ".edge { stroke: #1e1e1e; } }");

    /// <summary>Makes an element.</summary>
    public static XElement Element(string name, params object?[] content) => new(Namespace + name, content);

    /// <summary>Makes an attribute: a number, rounded to a tenth of a pixel, or a text.</summary>
    public static XAttribute With(string name, object value) =>
        new(name, value is double number ? Number(number) : value);

    /// <summary>A number of pixels, rounded to a tenth.</summary>
    public static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>The background.</summary>
    public static XElement Paper(double width, double height) => Element(
        "rect", With("width", width), With("height", height), With("fill", PaperColour), With("class", "paper"));

    /// <summary>A text.</summary>
    /// <param name="x">The pixel from the left to which it is anchored.</param>
    /// <param name="y">The pixel of its baseline from the top.</param>
    /// <param name="text">The text.</param>
    /// <param name="anchor">Which part of it lies at x: start, middle or end.</param>
    /// <param name="more">More attributes.</param>
    public static XElement Text(double x, double y, string text, string anchor = "start", params object[] more) => Element(
        "text",
        With("x", x),
        With("y", y),
        anchor == "start" ? null : With("text-anchor", anchor),
        With("fill", InkColour),
        With("class", "ink"),
        more,
        text);

    /// <summary>A straight line that is no data, such as an axis.</summary>
    /// <param name="path">The data of the path.</param>
    /// <param name="opacity">How strongly it is drawn, from 0 to 1.</param>
    public static XElement Line(string path, double opacity) => Element(
        "path",
        With("d", path),
        With("fill", "none"),
        With("stroke", InkColour),
        With("stroke-opacity", opacity.ToString("0.##", CultureInfo.InvariantCulture)),
        With("class", "line"));

    /// <summary>The attributes that fill an element with the colour of a style.</summary>
    public static IEnumerable<XAttribute> Filled(Palette.Look look) => Coloured(look, "fill", "ink");

    /// <summary>The attributes that draw the outline of an element in the colour of a style.</summary>
    public static IEnumerable<XAttribute> Outlined(Palette.Look look) => Coloured(look, "stroke", "line");

    /// <summary>An outline in the colour of the background, which sets a mark off from what lies below.</summary>
    public static IEnumerable<XAttribute> SetOff() =>
        [With("stroke", PaperColour), With("stroke-width", 1.5), With("class", "edge")];

    /// <summary>The estimated width of a text, in pixels: every viewer has a font of its own.</summary>
    public static double WidthOf(string text, double size = TextSize) => text.Length * size * LetterWidth;

    /// <summary>
    /// Breaks a text after spaces and hyphens into lines of at most the given width; a longer part has a line of its own.
    /// </summary>
    public static IReadOnlyList<string> Wrap(string text, double width, double size)
    {
        List<string> lines = [];
        foreach (var part in Breaks().Split(text))
        {
            if (lines.Count > 0 && WidthOf((lines[^1] + part).TrimEnd(), size) <= width)
            {
                lines[^1] += part;
            }
            else
            {
                lines.Add(part);
            }
        }

        return [.. lines.Select(line => line.TrimEnd())];
    }

    [GeneratedRegex("(?<=[ -])(?=[^ ])")]
    private static partial Regex Breaks();

    private static XAttribute[] Coloured(Palette.Look look, string property, string type) => look.IsInk
        ? [With(property, InkColour), With("class", type)]
        : [With(property, look.Colour)];
}
