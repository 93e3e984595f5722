using NetworkingCourse.Host.Bench;

namespace NetworkingCourse.Host.Comparing;

/// <summary>What two runs measured of the same thing.</summary>
/// <param name="Name">The architecture, or the lesson and its figure.</param>
/// <param name="Kind">A time, a rate, or memory.</param>
/// <param name="Pairs">The values of both runs, measured for the same number of clients, and so on.</param>
internal sealed record Difference(string Name, string Kind, IReadOnlyList<(double A, double B)> Pairs)
{
    /// <summary>How improbable chance must be for a difference to count.</summary>
    public const double Significance = 0.01;

    /// <summary>
    /// The smallest difference that counts, as a share. The values of one run are not independent: something else on the machine
    /// slows several of them down.
    /// </summary>
    public const double Smallest = 0.1;

    /// <summary>The median of B's values, each divided by A's.</summary>
    public double Ratio => Quantile(0.5);

    /// <summary>The quantile of the ratios, by the nearest rank from below.</summary>
    public double Quantile(double share)
    {
        var sorted = Pairs.Select(pair => pair.B / pair.A).Order().ToList();
        return share == 0.5 ? Statistics.Median(sorted) : sorted[(int)Math.Round(share * (sorted.Count - 1))];
    }

    /// <summary>Whether the difference is beyond the noise of the runs.</summary>
    public bool IsBeyondNoise => IsLarge && IsConsistent;

    /// <summary>What the comparison says, in a few words.</summary>
    public string Verdict =>
        Up + Down == 0 ? "identical"
        : IsBeyondNoise ? (Kind, Ratio > 1) switch
        {
            ("time", true) => "longer",
            ("time", false) => "shorter",
            ("rate", true) => "higher",
            ("rate", false) => "lower",
            (_, true) => "more",
            _ => "less",
        }
        : SignTest.Probability(Up + Down, 0) >= Significance ? "too few values"
        : IsConsistent ? FormattableString.Invariant($"within {100 * Smallest:0} %")
        : "within the noise";

    private bool IsLarge => Math.Abs(Math.Log(Ratio)) > Math.Log(1 + Smallest);

    private bool IsConsistent => SignTest.Probability(Up, Down) < Significance;

    private int Up => Pairs.Count(pair => pair.B > pair.A);

    private int Down => Pairs.Count(pair => pair.B < pair.A);
}
