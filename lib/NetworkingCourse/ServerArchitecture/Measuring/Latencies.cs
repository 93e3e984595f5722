using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Latencies, from the shortest to the longest, and what one asks of them.</summary>
public sealed class Latencies
{
    private readonly TimeSpan[] _sorted;

    /// <summary>Sorts them.</summary>
    /// <param name="latencies">In any order; none at all is allowed.</param>
    public Latencies(IEnumerable<TimeSpan> latencies) => _sorted = [.. latencies.Order()];

    /// <summary>How many there are.</summary>
    public int Count => _sorted.Length;

    /// <summary>From the shortest to the longest.</summary>
    public IReadOnlyList<TimeSpan> Sorted => _sorted;

    /// <summary>Their mean; zero if there are none.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(_sorted.Average(latency => latency.TotalSeconds));

    /// <summary>The latency that a share of them did not exceed; zero if there are none.</summary>
    /// <param name="share">From 0 to 1: 0.99 for the 99th percentile. The nearest rank is taken, nothing is interpolated.</param>
    public TimeSpan Quantile(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return Count == 0 ? TimeSpan.Zero : _sorted[Math.Max(0, (int)Math.Ceiling(share * Count) - 1)];
    }

    /// <summary>The quantiles in one line.</summary>
    public override string ToString() => InvariantText.Format($"half within {InvariantText.Of(Quantile(0.5))}, 99 % within {InvariantText.Of(Quantile(0.99))}, all within {InvariantText.Of(Quantile(1))}");
}
