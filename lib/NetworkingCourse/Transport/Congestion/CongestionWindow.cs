namespace NetworkingCourse.Transport;

/// <summary>The phases of congestion control.</summary>
public enum CongestionPhase
{
    /// <summary>The window grows by one segment with every acknowledgment: it doubles every round trip.</summary>
    SlowStart,

    /// <summary>The window grows by one segment every round trip.</summary>
    CongestionAvoidance,

    /// <summary>A loss is being repaired; the window does not change.</summary>
    Recovery,
}

/// <summary>
/// The congestion window: how many segments a sender may have in flight, learnt from losses alone (RFC 5681). It grows as long as
/// nothing is lost, and shrinks when a loss shows that a queue somewhere has overflowed: additive increase, multiplicative
/// decrease. A state machine that counts in segments.
/// </summary>
/// <param name="increase">The growth per round trip in congestion avoidance, in segments; 1 in the RFC.</param>
/// <param name="decrease">The share of the window that remains after a loss; 1/2 in the RFC.</param>
/// <param name="threshold">The size at which slow start ends before the first loss; unlimited by default.</param>
/// <param name="initial">The size at first, in segments; 1 by default (RFC 6928 permits 10).</param>
public sealed class CongestionWindow(
    double increase = 1,
    double decrease = 0.5,
    double threshold = double.PositiveInfinity,
    double initial = 1)
{
    private const double Min = 2;

    /// <summary>The number of segments that may be in flight.</summary>
    public double Size { get; private set; } = initial;

    /// <summary>The size at which slow start ends (ssthresh).</summary>
    public double Threshold { get; private set; } = threshold;

    /// <summary>The current phase.</summary>
    public CongestionPhase Phase { get; private set; } = CongestionPhase.SlowStart;

    /// <summary>Segments have been acknowledged for the first time, and none is missing.</summary>
    public void Acknowledged(int segments)
    {
        for (; segments > 0 && Phase != CongestionPhase.Recovery; segments--)
        {
            if (Phase == CongestionPhase.SlowStart && Size >= Threshold)
            {
                Phase = CongestionPhase.CongestionAvoidance;
            }

            // One window's worth of acknowledgments makes a round trip.
            Size += Phase == CongestionPhase.SlowStart ? 1 : increase / Size;
        }
    }

    /// <summary>
    /// Three duplicate acknowledgments have arrived: the segment they ask for is lost, but later ones arrive.
    /// </summary>
    /// <param name="flightSize">The number of segments in flight.</param>
    public void Lost(int flightSize) =>
        (Size, Phase) =
            (Threshold = Math.Max(flightSize * decrease, Min), CongestionPhase.Recovery);

    /// <summary>Everything in flight when the loss was noticed has been acknowledged.</summary>
    public void Recovered() => Phase = CongestionPhase.CongestionAvoidance;

    /// <summary>
    /// A router has marked a segment instead of dropping it: the window shrinks, but nothing has to be repaired (RFC 3168).
    /// </summary>
    /// <param name="flightSize">The number of segments in flight.</param>
    public void Marked(int flightSize) =>
        (Size, Phase) =
            (Threshold = Math.Max(flightSize * decrease, Min), CongestionPhase.CongestionAvoidance);

    /// <summary>The retransmission timer has expired without any acknowledgment, so perhaps nothing arrives at all.</summary>
    /// <param name="flightSize">The number of segments that were in flight.</param>
    public void TimedOut(int flightSize) =>
        (Threshold, Size, Phase) =
            (Math.Max(flightSize * decrease, Min), 1, CongestionPhase.SlowStart);
}
