using NetworkingCourse.Simulation;

namespace NetworkingCourse.Transport;

/// <summary>
/// An impaired link in one direction, in simulated time: whatever is sent over it arrives late, twice, corrupted, or not at all.
/// </summary>
/// <typeparam name="T">The type of datagram that the link carries.</typeparam>
public sealed class SimulatedLink<T>
    where T : class, IDatagram<T>
{
    private readonly Simulator _simulator;
    private readonly Action<T> _deliver;
    private readonly ImpairmentModel _impairments;
    private readonly TransmissionQueue _queue = new();
    private LinkOptions _options;

    /// <param name="simulator">The simulator that supplies time and random numbers.</param>
    /// <param name="options">The impairments.</param>
    /// <param name="deliver">Called with each datagram that arrives.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is invalid.</exception>
    public SimulatedLink(Simulator simulator, LinkOptions options, Action<T> deliver)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_simulator, _options, _deliver) = (simulator, options, deliver);
        _impairments = new ImpairmentModel(simulator.NewRandom());
    }

    /// <summary>The impairments. A change affects datagrams sent from then on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is invalid.</exception>
    public LinkOptions Options
    {
        get => _options;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            value.Validate();
            _options = value;
        }
    }

    /// <summary>
    /// The total transmission time so far, including that of queued datagrams; 0 for a link without transmission time.
    /// </summary>
    public TimeSpan Busy => _queue.Busy;

    /// <summary>The number of datagrams sent over the link.</summary>
    public int Sent => _impairments.Count;

    /// <summary>The number of datagrams currently in the queue, including the one being sent.</summary>
    public int Queued => _queue.Count(_simulator.Now);

    /// <summary>When the link can begin to send the next datagram; a time in the past if it is idle.</summary>
    public TimeSpan FreeAt => _queue.FreeAt;

    /// <summary>Sends a datagram.</summary>
    /// <returns>What will become of the datagram; a real sender would not know.</returns>
    public LinkCrossing Send(T datagram)
    {
        ArgumentNullException.ThrowIfNull(datagram);
        var (now, impairment) = (_simulator.Now, _impairments.Next(_options));
        if (_queue.Take(now, datagram.Bytes, _options) is not { } departed)
        {
            return new LinkCrossing(Sent, datagram.Bytes, LinkOutcome.QueueFull, now, null, null, null);
        }

        // The datagram is lost on the way and not before, so it has used up transmission time like all others.
        if (impairment.Outcome.HasFlag(LinkOutcome.Lost))
        {
            return new LinkCrossing(Sent, datagram.Bytes, impairment.Outcome, now, departed, null, null);
        }

        var arriving = impairment.Outcome.HasFlag(LinkOutcome.Corrupted)
            ? datagram.WithFlippedBit(impairment.BitPosition)
            : datagram;
        var arrives = Deliver(arriving, departed + impairment.Delay);
        TimeSpan? copyArrives = impairment.Outcome.HasFlag(LinkOutcome.Duplicated)
            ? Deliver(arriving, departed + impairment.DelayOfCopy)
            : null;
        return new LinkCrossing(Sent, datagram.Bytes, impairment.Outcome, now, departed, arrives, copyArrives);
    }

    private TimeSpan Deliver(T datagram, TimeSpan at)
    {
        _simulator.After(at - _simulator.Now, this, datagram, static (link, datagram) => link._deliver(datagram));
        return at;
    }
}
