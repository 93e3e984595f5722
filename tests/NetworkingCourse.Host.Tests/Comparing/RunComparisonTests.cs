using NetworkingCourse.Figures;
using NetworkingCourse.Host.Book;
using NetworkingCourse.Host.Comparing;

namespace NetworkingCourse.Host.Tests.Comparing;

/// <summary>What a comparison says of values that a test has made.</summary>
public sealed class RunComparisonTests
{
    private static readonly double[] Few = [1, 2, 3];
    private static readonly double[] Many = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Fact]
    public void A_difference_counts_if_it_is_large_and_chance_would_not_agree_so_well()
    {
        Assert.Equal("longer", Verdict("s", Many, value => value * 1.3));
        Assert.Equal("shorter", Verdict("s", Many, value => value / 1.3));
        Assert.Equal("higher", Verdict("1/s", Many, value => value * 1.3));
        Assert.Equal("less", Verdict("MiB", Many, value => value / 1.3));
        Assert.Equal("within 10 %", Verdict("s", Many, value => value * 1.05));
        Assert.Equal("within the noise", Verdict("s", Many, value => value % 2 == 0 ? value * 1.5 : value / 1.1));
        Assert.Equal("too few values", Verdict("s", Few, value => value * 2));
        Assert.Equal("identical", Verdict("s", Many, value => value));
    }

    [Fact]
    public void The_sign_test_gives_the_binomial_probability()
    {
        Assert.Equal(1, SignTest.Probability(0, 0), 9);
        Assert.Equal(2.0 / 256, SignTest.Probability(8, 0), 9);
        Assert.Equal(2 * (1 + 8 + 28) / 256.0, SignTest.Probability(2, 6), 9);
        Assert.Equal(1, SignTest.Probability(1000, 1000), 9);
        // 2000 pairs: 2 to the power of -2000 is no double. The normal distribution says 0.0253 for 950.5 of 2000.
        Assert.InRange(SignTest.Probability(950, 1050), 0.024, 0.029);
    }

    [Fact]
    public void Values_of_an_architecture_are_pooled_over_figures_but_times_not_with_rates()
    {
        var a = Run(Series("async", "s", "one", Few), Series("async", "ms", "two", Many), Series("async", "1/s", "one", Many));
        var runs = new RunComparison(a, a);
        Assert.Equal(
            [("async", "time", 15), ("async", "rate", 12)], runs.ByArchitecture.Select(d => (d.Name, d.Kind, d.Pairs.Count)));
        Assert.Equal(3, runs.ByFigure.Count);
    }

    [Fact]
    public void Only_values_that_were_measured_for_the_same_are_compared()
    {
        var runs = new RunComparison(Run(Series("async", "s", "one", [1, 2, 3, 4])), Run(Series("async", "s", "one", [5, 6])));
        Assert.Equal([(1, 5), (2, 6)], runs.Both.Single().Pairs);
    }

    [Fact]
    public void Of_a_figure_the_measured_times_rates_and_amounts_are_kept_and_nothing_over_time()
    {
        var clients = new Axis("clients");
        var rows = new Axis("") { Names = ["sequential", "async"] };
        var figure = new Figure
        {
            Id = "x",
            Title = "X",
            Caption = "",
            Panels =
            [
                new Panel("", clients, new Axis("latency", "s"),
                [
                    Of("measured: async", Role.Measured, Mark.Bars),
                    Of("theory", Role.Predicted, Mark.Line),
                ]),
                new Panel("", clients, new Axis("tries"), [Of("async", Role.Measured, Mark.Points)]),
                new Panel("", new Axis("time", "s"), new Axis("latency", "ms"), [Of("async", Role.Measured, Mark.Points)]),
                new Panel("", new Axis("start-up", "ms"), rows, [new Series("start-up", Role.Measured, Mark.Spans, 0,
                    [new Point(0, 1, 20), new Point(0, 2, 30)])]),
                new Panel("", new Axis("time", "s"), rows, [new Series("served", Role.Measured, Mark.Spans, 0,
                    [new Point(0, 1, 2), new Point(1, 2, 3)])]),
            ],
        };
        var kept = MeasuredSeries.Of(figure, "charts/x");
        Assert.Equal(
            [("async", "latency", "s"), ("start-up", "start-up", "ms")], kept.Select(s => (s.Series, s.Quantity, s.Unit)));
        Assert.Equal(new Dictionary<string, double> { ["1"] = 10, ["2"] = 20 }, kept[0].Values);
        Assert.Equal(new Dictionary<string, double> { ["sequential"] = 20, ["async"] = 30 }, kept[1].Values);

        static Series Of(string name, Role role, Mark mark) => new(name, role, mark, 0, [new Point(1, 10), new Point(2, 20)]);
    }

    private static string Verdict(string unit, double[] values, Func<double, double> change) =>
        new RunComparison(
            Run(Series("async", unit, "one", values)), Run(Series("async", unit, "one", [.. values.Select(change)])))
            .ByFigure.Single().Verdict;

    private static MeasuredRun Run(params MeasuredSeries[] series) => new("a", null, [.. series.Select(each => ("4.1", each))]);

    private static MeasuredSeries Series(string name, string unit, string figure, double[] values) => new(
        figure, figure, name, "quantity", unit, 0,
        values.Select((value, i) => (Key: $"{i}", value)).ToDictionary(each => each.Key, each => each.value));
}
