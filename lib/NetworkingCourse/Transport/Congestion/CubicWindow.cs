namespace NetworkingCourse.Transport;

/// <summary>
/// A congestion window that follows a cubic function of time (RFC 9438), and is never smaller than additive increase would have
/// made it (section 4.3). It grows towards where the function will be one round trip later.
/// </summary>
/// <param name="function">The function, the course's or the learner's.</param>
/// <param name="threshold">The size at which slow start ends before the first loss.</param>
/// <param name="now">The clock.</param>
/// <param name="roundTrip">The round-trip time of the empty path.</param>
internal sealed class CubicWindow(OwnCubic function, double threshold, Func<TimeSpan> now, TimeSpan roundTrip) : FlowWindow
{
    private const int DuplicatesThatMeanLoss = 3;
    private const double Beta = 0.7;
    private const double C = 0.4;
    private const double MinWindow = 2;

    // A learner's function may return anything; a window without limit would fill the memory with segments.
    private const double MaxSize = 10_000;

    private double _size = 1;
    private double _threshold = threshold;
    private CongestionPhase _phase = CongestionPhase.SlowStart;
    private TimeSpan _began; // of the current growth
    private double _beganAt;
    private double _additive; // what additive increase would have made of it
    private bool _hasLost;

    public override double Size => _size;

    public override CongestionPhase Phase => _phase;

    public override void Acknowledged(int segments)
    {
        for (; segments > 0 && _phase != CongestionPhase.Recovery; segments--)
        {
            if (_phase == CongestionPhase.SlowStart && _size < _threshold)
            {
                _size++;
                continue;
            }

            if (_phase == CongestionPhase.SlowStart)
            {
                Begin();
            }

            // With 0.7 instead of a half left after a loss, this is the increase that makes the average that of section 4.3.
            _additive += 3 * (1 - Beta) / (1 + Beta) / _size;
            var target = Math.Clamp(Target(now() - _began + roundTrip), _size, 1.5 * _size);
            _size = Math.Min(Math.Max(_size + (target - _size) / _size, _additive), MaxSize);
        }
    }

    public override bool Duplicate(int count, int flightSize)
    {
        var isLoss = count == DuplicatesThatMeanLoss && _phase != CongestionPhase.Recovery;
        if (isLoss)
        {
            Shrink(flightSize);
            (_size, _phase) = (_threshold, CongestionPhase.Recovery);
        }

        return isLoss;
    }

    public override void Recovered() => Begin();

    public override void TimedOut(int flightSize)
    {
        Shrink(flightSize);
        (_size, _phase) = (1, CongestionPhase.SlowStart);
    }

    private void Shrink(int flightSize)
    {
        function.Lost(flightSize);
        (_hasLost, _threshold) = (true, Math.Max(Beta * flightSize, MinWindow));
    }

    private void Begin() =>
        (_began, _beganAt, _additive, _phase) = (now(), _size, _size, CongestionPhase.CongestionAvoidance);

    // Before the first loss there is no plateau: growth begins with the flat part (section 4.8).
    private double Target(TimeSpan time) => _hasLost
        ? function.Target(time.TotalSeconds) is var target && double.IsFinite(target) ? target : _size
        : C * Math.Pow(time.TotalSeconds, 3) + _beganAt;
}
