namespace NetworkingCourse.Charts.Svg;

/// <summary>
/// The outlines of the symbols, under the names that plotly.js gives them
/// (<see href="https://plotly.com/javascript/reference/scatter/#scatter-marker-symbol"/>).
/// </summary>
internal static class Symbols
{
    private static readonly (double X, double Y)[] Cross =
    [
        (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4),
        (0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4),
    ];

    private static readonly (double X, double Y)[] Up = [(0, -1.2), (1.15, 0.75), (-1.15, 0.75)];

    /// <summary>The data of a path that draws a symbol.</summary>
    /// <param name="symbol">The name of the symbol.</param>
    /// <param name="x">The pixel of its centre from the left.</param>
    /// <param name="y">The pixel of its centre from the top.</param>
    /// <param name="radius">Half its size, in pixels.</param>
    /// <exception cref="ArgumentException">There is no symbol of that name.</exception>
    public static string Path(string symbol, double x, double y, double radius)
    {
        if (symbol == "circle")
        {
            return FormattableString.Invariant($"M{x - radius:0.#} {y:0.#}a{radius:0.#} {radius:0.#} 0 1 0 {2 * radius:0.#} 0")
                + FormattableString.Invariant($"a{radius:0.#} {radius:0.#} 0 1 0 {-2 * radius:0.#} 0z");
        }

        var corners = Corners(symbol).Select(corner => (X: x + radius * corner.X, Y: y + radius * corner.Y));
        return "M" + string.Join('L', corners.Select(at => FormattableString.Invariant($"{at.X:0.#} {at.Y:0.#}"))) + "z";
    }

    // In units of the radius, clockwise.
    private static IEnumerable<(double X, double Y)> Corners(string symbol) => symbol switch
    {
        "square" => Star(4, 1.25).Select(Eighth),
        "diamond" => Star(4, 1.3),
        "triangle-up" => Up,
        "triangle-down" => Up.Select(corner => (corner.X, -corner.Y)),
        "triangle-left" => Up.Select(corner => (corner.Y, -corner.X)),
        "cross" => Cross,
        "x" => Cross.Select(Eighth),
        "pentagon" => Star(5, 1.15),
        "hexagon" => Star(6, 1.15),
        "star" => Star(5, 1.4, 0.55),
        "hexagram" => Star(6, 1.35, 0.75),
        "star-diamond" => Star(4, 1.4, 0.65),
        "bowtie" => [(1, 1), (1, -1), (-1, 1), (-1, -1)],
        "hourglass" => [(1, 1), (-1, 1), (1, -1), (-1, -1)],
        "line-ew" => [(-1.4, -0.2), (1.4, -0.2), (1.4, 0.2), (-1.4, 0.2)],
        _ => throw new ArgumentException($"There is no symbol '{symbol}'.", nameof(symbol)),
    };

    private static (double X, double Y) Eighth((double X, double Y) corner) =>
        ((corner.X - corner.Y) * Math.Sqrt(0.5), (corner.X + corner.Y) * Math.Sqrt(0.5));

    // The corners of a regular polygon, the first at the top, with others closer to the centre between them if it is a star.
    private static IEnumerable<(double X, double Y)> Star(int points, double outer, double? inner = null)
    {
        var count = inner is null ? points : 2 * points;
        for (var i = 0; i < count; i++)
        {
            var (radius, angle) = (i % 2 == 1 && inner is { } near ? near : outer, 2 * Math.PI * i / count);
            yield return (radius * Math.Sin(angle), -radius * Math.Cos(angle));
        }
    }
}
