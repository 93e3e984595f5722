using NetworkingCourse.Simulation;

namespace NetworkingCourse.Transport;

/// <summary>
/// A link that misbehaves, in one direction and in simulated time: what is sent into it comes out of the other end later, or twice, or harmed, or never.
/// </summary>
/// <typeparam name="T">What it carries.</typeparam>
public sealed class SimulatedLink<T>
    where T : class, IDatagram<T>
{
    private readonly Simulator _simulator;
    private readonly Action<T> _deliver;
    private readonly ImpairmentModel _impairments;
    private readonly TransmissionQueue _queue = new();
    private LinkOptions _options;

    /// <param name="simulator">Whose time it goes by, and whose chance.</param>
    /// <param name="options">How it misbehaves.</param>
    /// <param name="deliver">What is done with what arrives.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public SimulatedLink(Simulator simulator, LinkOptions options, Action<T> deliver)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_simulator, _options, _deliver) = (simulator, options, deliver);
        _impairments = new ImpairmentModel(simulator.NewRandom());
    }

    /// <summary>How it misbehaves. What is set holds for what is sent from then on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
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

    /// <summary>For how long it has sent, what waits in its queue included; 0 for a link that takes no time to send.</summary>
    public TimeSpan Busy => _queue.Busy;

    /// <summary>How many datagrams it has been given.</summary>
    public int Sent => _impairments.Count;

    /// <summary>How many it holds back at this moment because it can send one at a time, the one being sent included.</summary>
    public int Queued => _queue.Count(_simulator.Now);

    /// <summary>When it can begin to send what it is given next; a time in the past if it can at once.</summary>
    public TimeSpan FreeAt => _queue.FreeAt;

    /// <summary>Sends.</summary>
    /// <returns>What becomes of it, which the sender of course does not know.</returns>
    public LinkCrossing Send(T datagram)
    {
        ArgumentNullException.ThrowIfNull(datagram);
        var (now, impairment) = (_simulator.Now, _impairments.Next(_options));
        if (_queue.Take(now, datagram.Bytes, _options) is not { } departed)
        {
            return new LinkCrossing(Sent, datagram.Bytes, LinkOutcome.QueueFull, now, null, null, null);
        }

        // Lost on the way, not before: it has taken its time of the link like all others.
        if (impairment.Outcome.HasFlag(LinkOutcome.Lost))
        {
            return new LinkCrossing(Sent, datagram.Bytes, impairment.Outcome, now, departed, null, null);
        }

        var arriving = impairment.Outcome.HasFlag(LinkOutcome.Corrupted) ? datagram.WithFlippedBit(impairment.BitPosition) : datagram;
        var arrives = Deliver(arriving, departed + impairment.Delay);
        TimeSpan? copyArrives = impairment.Outcome.HasFlag(LinkOutcome.Duplicated) ? Deliver(arriving, departed + impairment.DelayOfCopy) : null;
        return new LinkCrossing(Sent, datagram.Bytes, impairment.Outcome, now, departed, arrives, copyArrives);
    }

    private TimeSpan Deliver(T datagram, TimeSpan at)
    {
        _simulator.After(at - _simulator.Now, this, datagram, static (link, datagram) => link._deliver(datagram));
        return at;
    }
}
