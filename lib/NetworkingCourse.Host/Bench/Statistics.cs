namespace NetworkingCourse.Host.Bench;

/// <summary>Summary statistics over rounds.</summary>
internal static class Statistics
{
    /// <summary>The median; for an even number of values, the mean of the middle two. NaN if there are no values.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    public static double? MedianOrNull(IEnumerable<double?> values) =>
        Median(values.OfType<double>()) is var median && double.IsNaN(median) ? null : median;

    /// <summary>Half the distance from the smallest to the largest, as a share of the median.</summary>
    public static double Spread(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 || Median(sorted) == 0 ? 0 : (sorted[^1] - sorted[0]) / 2 / Median(sorted);
    }
}
