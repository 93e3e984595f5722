namespace NetworkingCourse.Host.Comparing;

/// <summary>The two-sided sign test: do pairs of values differ more often in one direction than chance makes them?</summary>
internal static class SignTest
{
    /// <summary>The probability of a split at least as uneven, if both directions are equally likely.</summary>
    /// <param name="up">The number of pairs whose second value is larger.</param>
    /// <param name="down">The number of pairs whose second value is smaller. Equal pairs do not count.</param>
    public static double Probability(int up, int down)
    {
        var (n, fewer) = (up + down, Math.Min(up, down));
        // Logarithms, because 2 to the power of -n is 0 for large n.
        var (logarithm, sum) = (-n * Math.Log(2), 0.0);
        for (var i = 0; i <= fewer; i++)
        {
            sum += Math.Exp(logarithm);
            logarithm += Math.Log((double)(n - i) / (i + 1));
        }

        return Math.Min(1, 2 * sum);
    }
}
