namespace NetworkingCourse.Transport;

/// <summary>In which state a congestion window is.</summary>
public enum CongestionPhase
{
    /// <summary>One more with every acknowledgement: twice as many with every round trip.</summary>
    SlowStart,

    /// <summary>One more with every round trip.</summary>
    CongestionAvoidance,

    /// <summary>A loss is being repaired; the window stands still.</summary>
    Recovery,
}

/// <summary>
/// How much a sender may have under way, learnt from losses alone (RFC 5681): it grows as long as all goes
/// well, and is cut when a loss shows that somewhere a queue has run over. Additive increase, multiplicative
/// decrease. A state machine, in segments.
/// </summary>
/// <param name="increase">By how many segments it grows in a round trip, once it is careful; 1 in the RFC.</param>
/// <param name="decrease">Which share of it is left after a loss; 1/2 in the RFC.</param>
/// <param name="threshold">
/// At which size it stops to double, before there was a loss; no size at all unless told otherwise.
/// </param>
public sealed class CongestionWindow(
    double increase = 1, double decrease = 0.5, double threshold = double.PositiveInfinity)
{
    private const double Least = 2;

    /// <summary>How many segments may be under way.</summary>
    public double Size { get; private set; } = 1;

    /// <summary>At which size it stops to double, ssthresh.</summary>
    public double Threshold { get; private set; } = threshold;

    /// <summary>Its state.</summary>
    public CongestionPhase Phase { get; private set; } = CongestionPhase.SlowStart;

    /// <summary>Some segments were acknowledged for the first time, and nothing is missing.</summary>
    public void Acknowledged(int segments)
    {
        for (; segments > 0 && Phase != CongestionPhase.Recovery; segments--)
        {
            if (Phase == CongestionPhase.SlowStart && Size >= Threshold)
            {
                Phase = CongestionPhase.CongestionAvoidance;
            }

            // A window's worth of acknowledgements is a round trip.
            Size += Phase == CongestionPhase.SlowStart ? 1 : increase / Size;
        }
    }

    /// <summary>
    /// Three acknowledgements in a row asked for the same segment: it is lost, but those behind it arrive.
    /// </summary>
    /// <param name="underWay">How many segments are under way.</param>
    public void Lost(int underWay) =>
        (Size, Phase) = (Threshold = Math.Max(underWay * decrease, Least), CongestionPhase.Recovery);

    /// <summary>All that was under way when the loss was noticed is acknowledged.</summary>
    public void Recovered() => Phase = CongestionPhase.CongestionAvoidance;

    /// <summary>Nothing was acknowledged for so long that nothing may be arriving at all.</summary>
    /// <param name="underWay">How many segments were under way.</param>
    public void TimedOut(int underWay) =>
        (Threshold, Size, Phase) = (Math.Max(underWay * decrease, Least), 1, CongestionPhase.SlowStart);
}
