namespace NetworkingCourse.Transport;

/// <summary>
/// Estimates the retransmission timeout from measured round-trip times (RFC 6298): their smoothed mean plus four times their
/// smoothed deviation from it.
/// </summary>
/// <param name="initial">The timeout before the first measurement; 1 s by default (section 2.1).</param>
/// <param name="min">The minimum timeout; 1 s by default (section 2.4).</param>
/// <param name="max">The maximum timeout; 60 s by default (section 2.5).</param>
public sealed class RttEstimator(TimeSpan? initial = null, TimeSpan? min = null, TimeSpan? max = null)
{
    private const double Alpha = 1.0 / 8;
    private const double Beta = 1.0 / 4;
    private const int K = 4;

    // The clock granularity, G in the RFC.
    private static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(1);

    private readonly TimeSpan _min = min ?? TimeSpan.FromSeconds(1);
    private readonly TimeSpan _max = max ?? TimeSpan.FromSeconds(60);

    /// <summary>The smoothed round-trip time (SRTT); null before the first measurement.</summary>
    public TimeSpan? Smoothed { get; private set; }

    /// <summary>The smoothed deviation of the round-trip times from their mean (RTTVAR).</summary>
    public TimeSpan Variation { get; private set; }

    /// <summary>The retransmission timeout (RTO).</summary>
    public TimeSpan Timeout { get; private set; } = initial ?? TimeSpan.FromSeconds(1);

    /// <summary>Updates the estimate with a measured round-trip time.</summary>
    public void Sample(TimeSpan roundTrip)
    {
        if (Smoothed is { } smoothed)
        {
            // The order matters (section 2.3): the variation uses the mean before its update.
            Variation = ((1 - Beta) * Variation) + (Beta * (smoothed - roundTrip).Duration());
            Smoothed = ((1 - Alpha) * smoothed) + (Alpha * roundTrip);
        }
        else
        {
            (Smoothed, Variation) = (roundTrip, roundTrip / 2);
        }

        var margin = K * Variation;
        Timeout = Clamp(Smoothed.Value + (margin > Granularity ? margin : Granularity));
    }

    /// <summary>Doubles the timeout after a timer has expired, until the next measurement (section 5.5).</summary>
    public void BackOff() => Timeout = Clamp(2 * Timeout);

    private TimeSpan Clamp(TimeSpan time) => time < _min ? _min : time > _max ? _max : time;
}
