using NetworkingCourse.Simulation;

namespace NetworkingCourse.Transport;

/// <summary>
/// The sender of a flow: TCP's loss recovery and nothing else of TCP (RFC 5681, with the partial acknowledgments of RFC 6582).
/// Segments are numbered from 0.
/// </summary>
/// <param name="simulator">The simulator whose clock it uses.</param>
/// <param name="window">The congestion window.</param>
/// <param name="transmit">Passes a segment to the network.</param>
/// <param name="receiveWindow">The window that the receiver advertises, in segments; unlimited by default.</param>
/// <param name="segments">The number of segments to send; unlimited by default.</param>
internal sealed class FlowSender(
    Simulator simulator,
    FlowWindow window,
    Action<long> transmit,
    long receiveWindow = long.MaxValue,
    long segments = long.MaxValue)
{
    /// <summary>The shortest retransmission timeout, as in Linux.</summary>
    public static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(200);

    private readonly RttEstimator _timeout = new(min: MinTimeout);
    private SimulatedTimer _timer;
    private long _oldest; // the first segment not acknowledged
    private long _next;
    private long _recovery; // the next segment to send when the last loss was noticed
    private long _reduced; // the next segment to send when the window last shrank because of a mark
    private int _duplicates;
    private (long Segment, TimeSpan Sent)? _timed; // one segment at a time, and never a retransmitted one

    /// <summary>The number of segments that the receiver has without a gap.</summary>
    public long Acknowledged => _oldest;

    /// <summary>The number of segments sent and not acknowledged, those that were lost included.</summary>
    public long InFlight => _next - _oldest;

    /// <summary>The number of retransmissions.</summary>
    public int Retransmissions { get; private set; }

    /// <summary>The number of times the retransmission timer expired.</summary>
    public int Timeouts { get; private set; }

    /// <summary>Sends as much as the window permits.</summary>
    public void Send()
    {
        while (FlightSize < (long)window.Size && InFlight < receiveWindow && _next < segments)
        {
            _timed ??= _next >= _recovery ? (_next, simulator.Now) : null;
            Transmit(_next++);
        }

        if (_oldest == segments)
        {
            simulator.Cancel(_timer);
        }
        else if (!simulator.IsPending(_timer))
        {
            RestartTimer();
        }
    }

    /// <summary>Processes an acknowledgment.</summary>
    /// <param name="expected">The next segment that the receiver expects; it has all before it.</param>
    /// <param name="isMarked">
    /// Whether the segment that it answers was marked. (A real receiver repeats this until the sender confirms it.)
    /// </param>
    public void Receive(long expected, bool isMarked = false)
    {
        // One reduction for each round trip, as after a loss.
        if (isMarked && window.Phase != CongestionPhase.Recovery && expected > _reduced)
        {
            window.Marked((int)FlightSize);
            _reduced = _next;
        }

        if (expected > _oldest)
        {
            Advance(expected);
        }
        else if (expected == _oldest && _next > _oldest)
        {
            Repeat();
        }

        Send();
    }

    // During recovery, every duplicate acknowledgment says that a segment has left the network, though not which one.
    private long FlightSize => _next - _oldest - (window.Phase == CongestionPhase.Recovery ? _duplicates : 0);

    // A duplicate acknowledgment. After a timeout, those for segments sent before it mean nothing.
    private void Repeat()
    {
        var flightSize = (int)FlightSize;
        _duplicates++;
        var counts = _oldest >= _recovery || window.Phase == CongestionPhase.Recovery;
        if (counts && window.Duplicate(_duplicates, flightSize))
        {
            (_recovery, _timed) = (_next, null);
            Transmit(_oldest);
        }
    }

    private void Advance(long expected)
    {
        if (_timed is { } timed && expected > timed.Segment)
        {
            _timeout.Sample(simulator.Now - timed.Sent);
            _timed = null;
        }

        var count = (int)(expected - _oldest);
        (_oldest, _next) = (expected, Math.Max(_next, expected));
        if (window.Phase != CongestionPhase.Recovery)
        {
            _duplicates = 0;
            window.Acknowledged(count);
        }
        else if (expected >= _recovery)
        {
            _duplicates = 0;
            window.Recovered();
        }
        else
        {
            // A partial acknowledgment: the next segment is missing too. All newly acknowledged
            // segments except the retransmitted one had left the network before.
            _duplicates = Math.Max(0, _duplicates - (count - 1));
            Transmit(_oldest);
        }

        RestartTimer();
    }

    private void TimeOut()
    {
        Timeouts++;
        window.TimedOut((int)FlightSize);
        _timeout.BackOff();
        (_recovery, _timed, _duplicates) = (_next, null, 0);
        _next = _oldest; // resend everything, as far as the window permits
        Send();
    }

    private void Transmit(long segment)
    {
        Retransmissions += segment < _recovery ? 1 : 0;
        transmit(segment);
    }

    private void RestartTimer()
    {
        simulator.Cancel(_timer);
        _timer = simulator.After(_timeout.Timeout, TimeOut);
    }
}
