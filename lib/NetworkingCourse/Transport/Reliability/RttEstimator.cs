namespace NetworkingCourse.Transport;

/// <summary>
/// How long to wait before sending again, learnt from the round-trip times that are seen (RFC 6298): their smoothed mean, and four times their smoothed distance from it.
/// </summary>
/// <param name="initial">The timeout before anything was measured; 1 s unless told otherwise (section 2.1).</param>
/// <param name="least">Below which it does not go; 1 s unless told otherwise (section 2.4).</param>
/// <param name="most">Above which it does not go; 60 s unless told otherwise (section 2.5).</param>
public sealed class RttEstimator(TimeSpan? initial = null, TimeSpan? least = null, TimeSpan? most = null)
{
    private const double Alpha = 1.0 / 8;
    private const double Beta = 1.0 / 4;
    private const int K = 4;

    // How finely its clock ticks, G in the RFC.
    private static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(1);

    private readonly TimeSpan _least = least ?? TimeSpan.FromSeconds(1);
    private readonly TimeSpan _most = most ?? TimeSpan.FromSeconds(60);

    /// <summary>The smoothed round-trip time, SRTT; null before the first was measured.</summary>
    public TimeSpan? Smoothed { get; private set; }

    /// <summary>The smoothed distance of round-trip times from their mean, RTTVAR.</summary>
    public TimeSpan Variation { get; private set; }

    /// <summary>How long to wait, RTO.</summary>
    public TimeSpan Timeout { get; private set; } = initial ?? TimeSpan.FromSeconds(1);

    /// <summary>Learns from a round-trip time.</summary>
    public void Sample(TimeSpan roundTrip)
    {
        if (Smoothed is { } smoothed)
        {
            // In this order (section 2.3): the variation is about the mean as it was.
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

    /// <summary>A timer has gone off: from now on it waits twice as long, until a round-trip time is measured again (section 5.5).</summary>
    public void BackOff() => Timeout = Clamp(2 * Timeout);

    private TimeSpan Clamp(TimeSpan time) => time < _least ? _least : time > _most ? _most : time;
}
