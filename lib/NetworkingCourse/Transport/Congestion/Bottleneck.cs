using NetworkingCourse.Simulation;

namespace NetworkingCourse.Transport;

/// <summary>Simulates a link shared by several flows, whose queue is too short for all of them.</summary>
public static class Bottleneck
{
    /// <summary>The length of a segment in bytes, including headers.</summary>
    public const int SegmentBytes = 1500;

    // Random jitter from the sources' processors. Without it simulated flows run in lockstep, and the same one
    // meets the full queue each time.
    private static readonly TimeSpan Scatter = TimeSpan.FromMilliseconds(1);

    /// <summary>Runs several flows over a shared link, in simulated time.</summary>
    /// <param name="duration">The simulated duration.</param>
    /// <param name="link">The link; above all, its rate and its queue.</param>
    /// <param name="flows">The flows; one or more.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="samples">How many times the state of all flows is recorded.</param>
    /// <param name="markAbove">
    /// The length of the queue, in segments, above which the link marks the segments of flows that understand it; null
    /// for no marks. Real routers look at an average or at the waiting time (RFC 7567).
    /// </param>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    public static FlowsRun Share(
        TimeSpan duration,
        LinkOptions link,
        IReadOnlyList<FlowOptions> flows,
        int seed = 1,
        int samples = 400,
        int? markAbove = null)
    {
        Validate(duration, link, flows, samples);
        var simulator = new Simulator(seed);
        var shared = new SimulatedLink<FlowSegment>(
            simulator, link, segment => segment.Flow.ArriveAtReceiver(segment));
        var running = flows
            .Select(options => new Flow(simulator, options, shared, markAbove ?? int.MaxValue))
            .ToArray();
        var taken = new List<FlowsSample>();
        for (var i = 1; i <= samples; i++)
        {
            simulator.RunUntil(duration * ((double)i / samples));
            taken.Add(new FlowsSample(
                simulator.Now,
                shared.Queued,
                [.. running.Select(flow => flow.Window.Size)],
                [.. running.Select(flow => flow.Window.Phase)],
                [.. running.Select(flow => flow.Delivered)]));
        }

        return new FlowsRun(
            link,
            flows,
            taken,
            [.. running.Select(flow => flow.Sender.Retransmissions)],
            [.. running.Select(flow => flow.Sender.Timeouts)]);
    }

    private static void Validate(TimeSpan duration, LinkOptions link, IReadOnlyList<FlowOptions> flows, int samples)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(flows);
        ArgumentOutOfRangeException.ThrowIfZero(flows.Count, nameof(flows));
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        if (link.BitsPerSecond is null)
        {
            throw new ArgumentException("A bottleneck needs a rate.", nameof(link));
        }
    }

    private sealed record FlowSegment(Flow Flow, long Number, bool IsMarked = false) : IDatagram<FlowSegment>
    {
        public int Bytes => SegmentBytes;

        // The checksum no longer matches, so to the receiver the segment is as good as lost.
        public FlowSegment WithFlippedBit(double position) => this with { Number = -1 };
    }

    private sealed class Flow
    {
        private readonly Simulator _simulator;
        private readonly SeededRandom _random;
        private readonly SimulatedLink<FlowSegment> _shared;
        private readonly FlowReceiver _receiver = new();
        private readonly TimeSpan _way;
        private readonly int _markAbove;
        private TimeSpan _lastAtLink;

        public Flow(Simulator simulator, FlowOptions options, SimulatedLink<FlowSegment> shared, int markAbove)
        {
            options.Validate();
            (_simulator, _shared, _random, _way) = (simulator, shared, simulator.NewRandom(), options.RoundTrip / 2);
            _markAbove = options.Ecn ? markAbove : int.MaxValue;
            Window = FlowWindow.Of(options, () => simulator.Now);
            Sender = new FlowSender(simulator, Window, Transmit);
            simulator.After(options.Starts, Sender.Send);
        }

        public FlowWindow Window { get; }

        public FlowSender Sender { get; }

        public long Delivered => _receiver.Received;

        public void ArriveAtReceiver(FlowSegment segment)
        {
            if (segment.Number >= 0)
            {
                var (expected, isMarked) = (_receiver.Receive(segment.Number), segment.IsMarked);
                _simulator.After(_way, () => Sender.Receive(expected, isMarked));
            }
        }

        // Half of the round-trip time lies before the link and half behind it. Segments do not overtake one another.
        private void Transmit(long number)
        {
            var atLink = _simulator.Now + _way + _random.NextUpTo(Scatter);
            _lastAtLink = atLink > _lastAtLink ? atLink : _lastAtLink;
            _simulator.After(
                _lastAtLink - _simulator.Now,
                _shared,
                new FlowSegment(this, number),
                static (link, segment) => link.Send(
                    link.Queued > segment.Flow._markAbove ? segment with { IsMarked = true } : segment));
        }
    }
}
