using NetworkingCourse.Figures;

namespace NetworkingCourse.Network;

/// <summary>Draws the time of a lookup against the size of the table.</summary>
internal static class LookupsBySize
{
    private const int List = 0;
    private const int Trie = 1;
    private const int Own = 2;

    public static Figure Draw(LookupCurve measured)
    {
        var size = new Axis("prefixes in the table") { Logarithmic = true };
        // Theory predicts the growth, not the speed of this machine: the line starts at the first measurement.
        var first = measured.Points[0];
        return new Figure
        {
            Id = "lookups-by-table-size",
            Title = "Longest-prefix match: lookup time against table size",
            Caption =
                "A list is searched from end to end: its time is proportional to the number of prefixes, "
                + "a line of slope 1 on these scales. A trie follows a single path down: "
                + "its time grows with its depth, the logarithm of the number.",
            Panels =
            [
                new Panel(
                    "time",
                    size,
                    new Axis("time of a lookup", "ns") { Logarithmic = true },
                    [
                        new Series(
                            "list",
                            Role.Measured,
                            Mark.LineAndPoints,
                            List,
                            [.. measured.Points.Select(point => new Point(point.Prefixes, point.ListNanoseconds))]),
                        new Series(
                            "trie",
                            Role.Measured,
                            Mark.LineAndPoints,
                            Trie,
                            [.. measured.Points.Select(point => new Point(point.Prefixes, point.TrieNanoseconds))]),
                        .. OwnSeries(measured, point => point.OwnNanoseconds),
                        new Series(
                            "proportional to the number",
                            Role.Predicted,
                            Mark.Line,
                            Series.Ink,
                            [
                                .. measured.Points.Select(point =>
                                    new Point(point.Prefixes, first.ListNanoseconds * point.Prefixes / first.Prefixes)),
                            ]),
                    ]),
                new Panel(
                    "steps",
                    size,
                    new Axis("entries examined") { Logarithmic = true },
                    [
                        new Series(
                            "list",
                            Role.Measured,
                            Mark.LineAndPoints,
                            List,
                            [.. measured.Points.Select(point => new Point(point.Prefixes, point.ListLooks))]),
                        new Series(
                            "trie",
                            Role.Measured,
                            Mark.LineAndPoints,
                            Trie,
                            [.. measured.Points.Select(point => new Point(point.Prefixes, point.TrieLooks))]),
                        .. OwnSeries(measured, point => point.OwnLooks),
                        new Series(
                            "log₂ of the number",
                            Role.Predicted,
                            Mark.Line,
                            Series.Ink,
                            [.. measured.Points.Select(point => new Point(point.Prefixes, Math.Log2(point.Prefixes)))]),
                    ]),
            ],
        };
    }

    private static IEnumerable<Series> OwnSeries(LookupCurve measured, Func<LookupPoint, double?> value)
    {
        Point[] points =
        [
            .. measured.Points.Where(point => value(point) > 0).Select(point => new Point(point.Prefixes, value(point)!.Value)),
        ];
        return points.Length == 0 ? [] : [new Series("yours", Role.Measured, Mark.LineAndPoints, Own, points)];
    }
}
