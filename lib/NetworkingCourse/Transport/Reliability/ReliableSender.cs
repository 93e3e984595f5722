namespace NetworkingCourse.Transport;

/// <summary>The sending half of a reliable protocol: a state machine. Each method is something that happens, and answers with what is to be done.</summary>
public abstract class ReliableSender
{
    private protected ReliableSender(ProtocolOptions options)
    {
        Options = options;
        Numbers = options.Numbers;
        Next = options.FirstNumber;
        Timeout = new RetransmissionTimeout(options);
    }

    /// <summary>Whether it can take further data now.</summary>
    public abstract bool IsReady { get; }

    /// <summary>How many segments it has sent that are not acknowledged, as far as it knows.</summary>
    public abstract int Unacknowledged { get; }

    /// <summary>How long it waits before it sends again.</summary>
    public RetransmissionTimeout Timeout { get; }

    private protected ProtocolOptions Options { get; }

    private protected SequenceNumbers Numbers { get; }

    /// <summary>The number of the next segment.</summary>
    private protected int Next { get; set; }

    /// <summary>The application has data. Only if <see cref="IsReady"/>.</summary>
    public abstract IReadOnlyList<ProtocolAction> Send(TimeSpan now, ReadOnlyMemory<byte> data);

    /// <summary>An acknowledgement has come.</summary>
    public abstract IReadOnlyList<ProtocolAction> Acknowledged(TimeSpan now, int number);

    /// <summary>A timer has gone off.</summary>
    public abstract IReadOnlyList<ProtocolAction> TimedOut(TimeSpan now, int timer);

    /// <summary>What is said when a segment has been sent often enough.</summary>
    private protected GiveUp GiveUp(Segment segment) => new(Display.InvariantText.Format(
        $"Segment {segment.Number} was sent {Options.MaxTries} time{(Options.MaxTries == 1 ? "" : "s")}, and never acknowledged."));

    /// <summary>A segment that is under way, as far as its sender knows.</summary>
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

/// <summary>The receiving half of a reliable protocol: a state machine.</summary>
public abstract class ReliableReceiver
{
    private protected ReliableReceiver(ProtocolOptions options)
    {
        Options = options;
        Numbers = options.Numbers;
        Expected = options.FirstNumber;
    }

    /// <summary>The number of the segment that it waits for.</summary>
    public int Expected { get; private protected set; }

    private protected ProtocolOptions Options { get; }

    private protected SequenceNumbers Numbers { get; }

    /// <summary>A segment with data has come, unharmed.</summary>
    public abstract IReadOnlyList<ProtocolAction> Received(Segment segment);
}
