namespace NetworkingCourse.Transport;

/// <summary>The congestion window of a flow: the course's, or the learner's own.</summary>
internal abstract class FlowWindow
{
    /// <summary>Creates the window that the options of a flow ask for.</summary>
    /// <param name="options">The options.</param>
    /// <param name="now">The clock, which only CUBIC needs.</param>
    public static FlowWindow Of(FlowOptions options, Func<TimeSpan> now) =>
        options.Own is { } own ? new Learners(own())
        : options.Cubic is { } cubic ? new CubicWindow(cubic(), options.Threshold, now, options.RoundTrip)
        : Of(new CongestionWindow(options.Increase, options.Decrease, options.Threshold));

    /// <summary>Wraps a window of the course's.</summary>
    public static FlowWindow Of(CongestionWindow window) => new Courses(window);

    /// <inheritdoc cref="CongestionWindow.Size"/>
    public abstract double Size { get; }

    /// <inheritdoc cref="CongestionWindow.Phase"/>
    public abstract CongestionPhase Phase { get; }

    /// <inheritdoc cref="CongestionWindow.Acknowledged"/>
    public abstract void Acknowledged(int segments);

    /// <summary>A duplicate acknowledgment has arrived.</summary>
    /// <param name="count">How many have arrived in a row.</param>
    /// <param name="flightSize">The number of segments in flight.</param>
    /// <returns>Whether a segment is taken for lost now.</returns>
    public abstract bool Duplicate(int count, int flightSize);

    /// <inheritdoc cref="CongestionWindow.Recovered"/>
    public abstract void Recovered();

    /// <inheritdoc cref="CongestionWindow.TimedOut"/>
    public abstract void TimedOut(int flightSize);

    /// <inheritdoc cref="CongestionWindow.Marked"/>
    public virtual void Marked(int flightSize) => throw new NotSupportedException("This window knows nothing of marks.");

    private sealed class Courses(CongestionWindow window) : FlowWindow
    {
        private const int DuplicatesThatMeanLoss = 3;

        public override double Size => window.Size;

        public override CongestionPhase Phase => window.Phase;

        public override void Acknowledged(int segments) => window.Acknowledged(segments);

        public override bool Duplicate(int count, int flightSize)
        {
            var isLoss = count == DuplicatesThatMeanLoss && Phase != CongestionPhase.Recovery;
            if (isLoss)
            {
                window.Lost(flightSize);
            }

            return isLoss;
        }

        public override void Recovered() => window.Recovered();

        public override void TimedOut(int flightSize) => window.TimedOut(flightSize);

        public override void Marked(int flightSize) => window.Marked(flightSize);
    }

    // What the learner's window does, the phases show only from outside.
    private sealed class Learners(OwnCongestionWindow window) : FlowWindow
    {
        // A window without limit would fill the memory with segments.
        private const double MaxSize = 10_000;

        private CongestionPhase _phase = CongestionPhase.SlowStart;

        public override double Size => window.Size is > 0 and var size ? Math.Min(size, MaxSize) : 0;

        public override CongestionPhase Phase => _phase;

        public override void Acknowledged(int segments)
        {
            var before = Size;
            window.Acknowledged(segments);
            _phase = Size - before > segments / 2.0 ? CongestionPhase.SlowStart : CongestionPhase.CongestionAvoidance;
        }

        public override bool Duplicate(int count, int flightSize)
        {
            var isLoss = window.Duplicate(flightSize) && _phase != CongestionPhase.Recovery;
            _phase = isLoss ? CongestionPhase.Recovery : _phase;
            return isLoss;
        }

        public override void Recovered()
        {
            _phase = CongestionPhase.CongestionAvoidance;
            window.Recovered();
        }

        public override void TimedOut(int flightSize)
        {
            _phase = CongestionPhase.SlowStart;
            window.TimedOut(flightSize);
        }
    }
}
