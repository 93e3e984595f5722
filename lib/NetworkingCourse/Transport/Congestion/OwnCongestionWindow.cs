namespace NetworkingCourse.Transport;

/// <summary>
/// A congestion window of your own, in segments. The learner derives a class from this one; it controls a flow over a shared
/// link: see <see cref="FlowOptions.Own"/>.
/// </summary>
public abstract class OwnCongestionWindow
{
    /// <summary>The number of segments that may be in flight (cwnd).</summary>
    public abstract double Size { get; }

    /// <summary>Segments have been acknowledged for the first time, and none is missing.</summary>
    /// <param name="segments">How many; 1 or more.</param>
    public abstract void Acknowledged(int segments);

    /// <summary>A duplicate acknowledgment has arrived: it confirms nothing new.</summary>
    /// <param name="inFlight">How many segments are in flight (FlightSize).</param>
    /// <returns>
    /// True if the oldest segment must be sent again now. <see cref="Recovered"/> then says when all that was in flight has
    /// arrived; in between there may be more duplicates, but no <see cref="Acknowledged"/>.
    /// </returns>
    public abstract bool Duplicate(int inFlight);

    /// <summary>A lost segment, and everything else that was in flight when it was noticed, has been acknowledged.</summary>
    public abstract void Recovered();

    /// <summary>The retransmission timer has expired.</summary>
    /// <param name="inFlight">How many segments were in flight (FlightSize).</param>
    public abstract void TimedOut(int inFlight);
}
