using System.Globalization;
using NetworkingCourse.Display;
using NetworkingCourse.Host.Book;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Comparing;

/// <summary>Two runs beside each other: measured against measured.</summary>
internal sealed class RunComparison
{
    /// <summary>Compares two runs.</summary>
    /// <exception cref="NotebookException">They have no measurement in common.</exception>
    public RunComparison(MeasuredRun a, MeasuredRun b)
    {
        (A, B) = (a, b);
        var others = b.Series.ToLookup(each => Key(each.Series), each => each.Series);
        Both =
        [
            .. from each in a.Series
               let other = others[Key(each.Series)].FirstOrDefault()
               where other is not null
               let pairs = Pairs(each.Series, other).ToList()
               where pairs.Count > 0
               select (each.Lesson, each.Series, pairs),
        ];
        if (Both.Count == 0)
        {
            throw new NotebookException("The two runs have no measurement in common. Run the same notebooks on both machines.");
        }

        var architectures = Architecture.All.Select(architecture => architecture.Name).ToList();
        ByArchitecture = Grouped(Both
            .Where(each => architectures.Contains(each.Series.Series))
            .OrderBy(each => architectures.IndexOf(each.Series.Series))
            .Select(each => (each.Series.Series, each.Series.Kind, each.Pairs)));
        ByFigure = Grouped(Both.Select(each => ($"{each.Lesson} \u203a {each.Series.Title}", each.Series.Kind, each.Pairs)));
    }

    public MeasuredRun A { get; }

    public MeasuredRun B { get; }

    /// <summary>The series that both runs have, with the pairs of their values.</summary>
    public IReadOnlyList<(string Lesson, MeasuredSeries Series, List<(double A, double B)> Pairs)> Both { get; }

    /// <summary>The architectures, each over all figures; a row for times, and others for rates and memory.</summary>
    public IReadOnlyList<Difference> ByArchitecture { get; }

    /// <summary>The figures, each over all its series.</summary>
    public IReadOnlyList<Difference> ByFigure { get; }

    /// <summary>Says how to read the tables.</summary>
    public static string Explanation => string.Create(
        CultureInfo.InvariantCulture,
        $"B/A: the median of B's values, each divided by A's; the middle half lies between the next two columns. A difference "
            + $"counts if it is more than {Difference.Smallest:P0} and chance alone would agree so well less than once in "
            + $"{1 / Difference.Significance:0} comparisons (sign test); everything else is noise.");

    /// <summary>A table of differences.</summary>
    public static Table TableOf(string what, IEnumerable<Difference> differences) => new(
        [what, "of", "values", "B/A", "from", "to", "B is"],
        differences.Select(IReadOnlyList<object?> (each) =>
        [
            each.Name, each.Kind, each.Pairs.Count, Number(each.Ratio), Number(each.Quantile(0.25)), Number(each.Quantile(0.75)),
            each.Verdict,
        ]));

    /// <summary>The difference in one sentence.</summary>
    public string Summary
    {
        get
        {
            var beyond = ByFigure.Count(each => each.IsBeyondNoise);
            return FormattableString.Invariant(
                $"{beyond} of {ByFigure.Count} comparisons of figures differ by more than the noise of the runs.");
        }
    }

    private static string Number(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);

    private static (string, string, string, string) Key(MeasuredSeries series) =>
        (series.Figure, series.Series, series.Quantity, series.Unit);

    private static IEnumerable<(double A, double B)> Pairs(MeasuredSeries a, MeasuredSeries b) =>
        from value in a.Values
        where b.Values.ContainsKey(value.Key)
        select (value.Value, b.Values[value.Key]);

    private static List<Difference> Grouped(IEnumerable<(string Name, string Kind, List<(double A, double B)> Pairs)> all) =>
    [
        .. all.GroupBy(each => (each.Name, each.Kind))
            .Select(same => new Difference(same.Key.Name, same.Key.Kind, [.. same.SelectMany(each => each.Pairs)])),
    ];
}
