using NetworkingCourse.Simulation;

namespace NetworkingCourse.Transport;

/// <summary>
/// The sender of a flow: what TCP does about losses, and nothing else of TCP (RFC 5681, with the partial acknowledgements of RFC 6582). Segments are counted from 0.
/// </summary>
/// <param name="simulator">Whose time it goes by.</param>
/// <param name="window">How much it may have under way.</param>
/// <param name="transmit">Gives a segment to the network.</param>
internal sealed class FlowSender(Simulator simulator, CongestionWindow window, Action<long> transmit)
{
    private const int DuplicatesThatMeanLoss = 3;

    private readonly RttEstimator _timeout = new(least: TimeSpan.FromMilliseconds(200));
    private SimulatedTimer _timer;
    private long _oldest; // the first that is not acknowledged
    private long _next;
    private long _recovery; // what had been sent when the last loss was noticed
    private int _duplicates;
    private (long Segment, TimeSpan Sent)? _timed; // one at a time, and never one that was sent twice

    /// <summary>How many segments the receiver has, from the first on.</summary>
    public long Acknowledged => _oldest;

    /// <summary>How many segments were sent again.</summary>
    public int Retransmissions { get; private set; }

    /// <summary>How many times a timer went off.</summary>
    public int Timeouts { get; private set; }

    /// <summary>Sends what the window lets it send.</summary>
    public void Send()
    {
        while (UnderWay < (long)window.Size)
        {
            _timed ??= _next >= _recovery ? (_next, simulator.Now) : null;
            Transmit(_next++);
        }

        if (!simulator.IsPending(_timer))
        {
            RestartTimer();
        }
    }

    /// <summary>An acknowledgement has come.</summary>
    /// <param name="expected">The segment that the receiver wants: it has all before it.</param>
    public void Receive(long expected)
    {
        if (expected > _oldest)
        {
            Advance(expected);
        }
        else if (expected == _oldest && _next > _oldest && ++_duplicates == DuplicatesThatMeanLoss && expected >= _recovery)
        {
            window.Lost((int)UnderWay);
            (_recovery, _timed) = (_next, null);
            Transmit(_oldest);
        }

        Send();
    }

    // While a loss is repaired, every duplicate says that a segment has left the network, though not which.
    private long UnderWay => _next - _oldest - (window.Phase == CongestionPhase.Recovery ? _duplicates : 0);

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
            // A partial acknowledgement: the next one is missing as well. Those acknowledged now had left the network before, all but the repeated one.
            _duplicates = Math.Max(0, _duplicates - (count - 1));
            Transmit(_oldest);
        }

        RestartTimer();
    }

    private void TimeOut()
    {
        Timeouts++;
        window.TimedOut((int)UnderWay);
        _timeout.BackOff();
        (_recovery, _timed, _duplicates) = (_next, null, 0);
        _next = _oldest; // everything again, as much as the window lets it
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
