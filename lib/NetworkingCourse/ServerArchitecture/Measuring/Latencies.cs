using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A sorted set of latencies, with their mean and quantiles.</summary>
public sealed class Latencies
{
    private readonly TimeSpan[] _sorted;

    /// <summary>Creates the set from unsorted latencies.</summary>
    /// <param name="latencies">The latencies, in any order; may be empty.</param>
    public Latencies(IEnumerable<TimeSpan> latencies) => _sorted = [.. latencies.Order()];

    /// <summary>The number of latencies.</summary>
    public int Count => _sorted.Length;

    /// <summary>The latencies, from the shortest to the longest.</summary>
    public IReadOnlyList<TimeSpan> Sorted => _sorted;

    /// <summary>The mean; zero if there are no latencies.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(_sorted.Average(latency => latency.TotalSeconds));

    /// <summary>The latency that a given share of all latencies did not exceed; zero if there are none.</summary>
    /// <param name="share">
    /// The share, from 0 to 1: 0.99 for the 99th percentile. Uses the nearest rank, without interpolation.
    /// </param>
    public TimeSpan Quantile(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return Count == 0 ? TimeSpan.Zero : _sorted[Math.Max(0, (int)Math.Ceiling(share * Count) - 1)];
    }

    /// <summary>The quantiles in one line.</summary>
    public override string ToString() =>
        $"median {InvariantText.Of(Quantile(0.5))}, "
        + $"99 % within {InvariantText.Of(Quantile(0.99))}, "
        + $"all within {InvariantText.Of(Quantile(1))}";
}
