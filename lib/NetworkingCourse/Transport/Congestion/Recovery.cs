using NetworkingCourse.Display;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Transport;

/// <summary>Options of a short transfer in which TCP repairs losses.</summary>
public sealed record RecoveryOptions
{
    /// <summary>The number of segments to send; 16 by default.</summary>
    public int Segments { get; init; } = 16;

    /// <summary>The congestion window at first, in segments; 8 by default.</summary>
    public int CongestionWindow { get; init; } = 8;

    /// <summary>The window that the receiver advertises, in segments; 64 by default.</summary>
    public int ReceiveWindow { get; init; } = 64;

    /// <summary>What the link does to certain segments, for example <c>drop the 3rd</c>; null for nothing.</summary>
    public string? Script { get; init; }

    /// <summary>Whether the third duplicate acknowledgment means a loss; false to wait for the timer. True by default.</summary>
    public bool FastRetransmit { get; init; } = true;

    /// <summary>Creates a decision of your own about duplicates; null for the course's.</summary>
    public Func<OwnDuplicateAcks>? Own { get; init; }
}

/// <summary>
/// Simulates a TCP transfer over a path with a round-trip time of 40 ms, on which a segment takes 1 ms to send: fast retransmit
/// (RFC 5681, section 3.2), fast recovery (RFC 6582), and a retransmission timer of at least 200 ms, which is Linux's minimum.
/// </summary>
public static class Recovery
{
    /// <summary>The round-trip time of the path: 40 ms.</summary>
    public static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(40);

    /// <summary>The shortest retransmission timeout: 200 ms.</summary>
    public static readonly TimeSpan MinTimeout = FlowSender.MinTimeout;

    private static readonly LinkOptions Forward = new()
    {
        Delay = RoundTrip / 2,
        BitsPerSecond = 8 * Bottleneck.SegmentBytes * 1000.0,
        QueueLimit = int.MaxValue,
    };

    // Longer than any transfer whose timer doubles a few times.
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(10);

    /// <summary>Runs a transfer.</summary>
    /// <param name="options">The options; null for the default ones.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is not positive.</exception>
    /// <exception cref="FormatException">The script is malformed.</exception>
    public static RecoveryRun Run(RecoveryOptions? options = null)
    {
        options ??= new RecoveryOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Segments, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CongestionWindow, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReceiveWindow, 1);
        return new Path(options).Run();
    }

    private sealed record RecoverySegment(long Number) : IDatagram<RecoverySegment>
    {
        public int Bytes => Bottleneck.SegmentBytes;

        public RecoverySegment WithFlippedBit(double position) => this with { Number = -1 };
    }

    private sealed class Path
    {
        private readonly Simulator _simulator = new();
        private readonly RecoveryOptions _options;
        private readonly Deciding _window;
        private readonly FlowReceiver _receiver = new();
        private readonly FlowSender _sender;
        private readonly SimulatedLink<RecoverySegment> _link;
        private readonly HashSet<long> _sent = [];
        private readonly List<RecoveryMessage> _messages = [];
        private readonly List<RecoveryNote> _notes = [];
        private long _maxInFlight;
        private TimeSpan _took;

        public Path(RecoveryOptions options)
        {
            _options = options;
            _window = new Deciding(
                new CongestionWindow(initial: options.CongestionWindow),
                options.FastRetransmit ? options.Own?.Invoke() ?? new DuplicateAcks() : null);
            var script = options.Script is { } text ? LinkScript.Of(text) : null;
            _link = new SimulatedLink<RecoverySegment>(_simulator, Forward with { Script = script }, Arrive);
            _sender = new FlowSender(_simulator, _window, Transmit, options.ReceiveWindow, options.Segments);
        }

        public RecoveryRun Run()
        {
            _simulator.After(TimeSpan.Zero, _sender.Send);
            _simulator.RunUntil(MaxTime);
            return new RecoveryRun(
                _options, _messages, _notes, _took, _maxInFlight, _sender.Retransmissions, _sender.Timeouts);
        }

        private void Transmit(long number)
        {
            if (_sender.Timeouts > _notes.Count(note => note.IsTimeout))
            {
                _notes.Add(new RecoveryNote(_simulator.Now, "the timer expired", true));
            }

            _maxInFlight = Math.Max(_maxInFlight, _sender.InFlight);
            var begins = _link.FreeAt > _simulator.Now ? _link.FreeAt : _simulator.Now;
            var crossing = _link.Send(new RecoverySegment(number));
            var arrives = crossing.Arrives ?? crossing.Departed.GetValueOrDefault(begins) + Forward.Delay;
            _messages.Add(new RecoveryMessage(true, number, begins, arrives, crossing.IsLost, !_sent.Add(number)));
        }

        private void Arrive(RecoverySegment segment)
        {
            if (segment.Number < 0)
            {
                return;
            }

            var expected = _receiver.Receive(segment.Number);
            _messages.Add(new RecoveryMessage(
                false, expected, _simulator.Now, _simulator.Now + Forward.Delay, false, false));
            _simulator.After(Forward.Delay, () => Acknowledge(expected));
        }

        private void Acknowledge(long expected)
        {
            if (_window.Ask(new Acknowledgment(expected, _options.ReceiveWindow, 0, _sender.InFlight)))
            {
                var text = InvariantText.Format($"segment {expected} is taken for lost");
                _notes.Add(new RecoveryNote(_simulator.Now, text, false));
            }

            _sender.Receive(expected);
            _took = _sender.Acknowledged == _options.Segments && _took == TimeSpan.Zero ? _simulator.Now : _took;
        }
    }

    // The course's window, except that a separate decision says which duplicate means a loss.
    private sealed class Deciding(CongestionWindow window, OwnDuplicateAcks? duplicates) : FlowWindow
    {
        private bool _isLoss;

        public override double Size => window.Size;

        public override CongestionPhase Phase => window.Phase;

        public bool Ask(Acknowledgment ack) => _isLoss = duplicates?.Arrived(ack) ?? false;

        public override void Acknowledged(int segments) => window.Acknowledged(segments);

        // A decision to retransmit once more, in the middle of a repair, does not shrink the window again.
        public override bool Duplicate(int count, int flightSize)
        {
            if (_isLoss && Phase != CongestionPhase.Recovery)
            {
                window.Lost(flightSize);
            }

            return _isLoss;
        }

        public override void Recovered() => window.Recovered();

        public override void TimedOut(int flightSize) => window.TimedOut(flightSize);
    }
}
