namespace NetworkingCourse.Transport;

/// <summary>
/// The sending side of a reliable protocol, as a state machine. Each method processes an event and returns the actions to take.
/// A sender of your own runs in every experiment: see <see cref="ReliableProtocol.WithSender"/>.
/// </summary>
public abstract class ReliableSender
{
    /// <param name="options">The protocol options.</param>
    protected ReliableSender(ProtocolOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Numbers = options.Numbers;
        Next = options.FirstNumber;
        Timeout = new RetransmissionTimeout(options);
    }

    /// <summary>Whether the sender can accept more data now.</summary>
    public abstract bool IsReady { get; }

    /// <summary>
    /// The number of segments sent and not yet acknowledged, as far as the sender knows; 0 or 1 for a sender that has one at
    /// most.
    /// </summary>
    public virtual int Unacknowledged => IsReady ? 0 : 1;

    /// <summary>The retransmission timeout.</summary>
    public RetransmissionTimeout Timeout { get; }

    /// <summary>The protocol options.</summary>
    protected ProtocolOptions Options { get; }

    /// <summary>The sequence numbers, which wrap around.</summary>
    protected SequenceNumbers Numbers { get; }

    /// <summary>The number of the next segment; at first <see cref="ProtocolOptions.FirstNumber"/>.</summary>
    protected int Next { get; set; }

    /// <summary>Processes data from the application. To be called only if <see cref="IsReady"/>.</summary>
    public abstract IReadOnlyList<ProtocolAction> Send(TimeSpan now, ReadOnlyMemory<byte> data);

    /// <summary>Processes an acknowledgment.</summary>
    public abstract IReadOnlyList<ProtocolAction> Acknowledged(TimeSpan now, int number);

    /// <summary>Processes the expiry of a timer.</summary>
    public abstract IReadOnlyList<ProtocolAction> TimedOut(TimeSpan now, int timer);

    /// <summary>Creates the action for a segment that has reached the maximum number of tries.</summary>
    protected GiveUp GiveUp(Segment segment) => new(
        Display.InvariantText.Format($"Segment {segment.Number} was sent {Options.MaxTries} ")
        + $"{(Options.MaxTries == 1 ? "time" : "times")}, and never acknowledged.");

    /// <summary>A segment in flight, as far as its sender knows.</summary>
    private protected sealed class InFlight(Segment segment)
    {
        public Segment Segment { get; } = segment;

        public int Tries { get; private set; }

        public TimeSpan Sent { get; private set; }

        public bool IsAcknowledged { get; set; }

        public Transmit Transmit(TimeSpan now)
        {
            (Sent, Tries) = (now, Tries + 1);
            return new Transmit(Segment, Tries);
        }
    }
}

/// <summary>
/// The receiving side of a reliable protocol, as a state machine. A receiver of your own runs in every experiment: see
/// <see cref="ReliableProtocol.WithReceiver"/>.
/// </summary>
public abstract class ReliableReceiver
{
    /// <param name="options">The protocol options.</param>
    protected ReliableReceiver(ProtocolOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Numbers = options.Numbers;
        Expected = options.FirstNumber;
    }

    /// <summary>The number of the next segment expected; at first <see cref="ProtocolOptions.FirstNumber"/>.</summary>
    public int Expected { get; protected set; }

    /// <summary>The protocol options.</summary>
    protected ProtocolOptions Options { get; }

    /// <summary>The sequence numbers, which wrap around.</summary>
    protected SequenceNumbers Numbers { get; }

    /// <summary>Processes an intact data segment.</summary>
    public abstract IReadOnlyList<ProtocolAction> Received(Segment segment);
}
