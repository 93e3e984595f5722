using NetworkingCourse.Figures;

namespace NetworkingCourse.Network;

/// <summary>The time of a look-up against the size of the table.</summary>
internal static class LookupsBySize
{
    private const int List = 0;
    private const int Trie = 1;

    public static Figure Draw(LookupCurve measured)
    {
        var size = new Axis("prefixes in the table") { Logarithmic = true };
        // Theory says how it grows, not how fast this machine is: the line begins where the first measurement is.
        var first = measured.Points[0];
        return new Figure
        {
            Id = "lookups-by-table-size",
            Title = "Longest-prefix match: what a look-up takes, against the size of the table",
            Caption = "A list is looked through from end to end: its time grows with the number of prefixes, a line of slope 1 on these scales. A trie goes down one way: what it takes grows with the depth, the logarithm of the number.",
            Panels =
            [
                new Panel("time", size, new Axis("time of a look-up", "ns") { Logarithmic = true },
                [
                    new Series("list", Role.Measured, Mark.LineAndPoints, List, [.. measured.Points.Select(point => new Point(point.Prefixes, point.ListNanoseconds))]),
                    new Series("trie", Role.Measured, Mark.LineAndPoints, Trie, [.. measured.Points.Select(point => new Point(point.Prefixes, point.TrieNanoseconds))]),
                    new Series("proportional to the number", Role.Predicted, Mark.Line, Series.Ink, [.. measured.Points.Select(point => new Point(point.Prefixes, first.ListNanoseconds * point.Prefixes / first.Prefixes))]),
                ]),
                new Panel("steps", size, new Axis("prefixes looked at") { Logarithmic = true },
                [
                    new Series("list", Role.Measured, Mark.LineAndPoints, List, [.. measured.Points.Select(point => new Point(point.Prefixes, point.ListLooks))]),
                    new Series("trie", Role.Measured, Mark.LineAndPoints, Trie, [.. measured.Points.Select(point => new Point(point.Prefixes, point.TrieLooks))]),
                    new Series("log₂ of the number", Role.Predicted, Mark.Line, Series.Ink, [.. measured.Points.Select(point => new Point(point.Prefixes, Math.Log2(point.Prefixes)))]),
                ]),
            ],
        };
    }
}
