namespace NetworkingCourse.Transport;

/// <summary>
/// A retransmission timeout of your own. The learner derives a class from this one; it runs in every transfer: see
/// <see cref="ProtocolOptions.OwnTimeout"/>.
/// </summary>
public abstract class OwnTimeout
{
    /// <summary>The timeout now.</summary>
    public abstract TimeSpan Timeout { get; }

    /// <summary>A segment has been acknowledged.</summary>
    /// <param name="roundTrip">The time since it was last sent.</param>
    /// <param name="tries">How often it was sent; 1 or more.</param>
    public abstract void Acknowledged(TimeSpan roundTrip, int tries);

    /// <summary>The timer has expired.</summary>
    public abstract void Expired();
}
