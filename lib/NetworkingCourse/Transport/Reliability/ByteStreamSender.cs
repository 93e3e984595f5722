namespace NetworkingCourse.Transport;

/// <summary>
/// The sender of a byte stream, as in TCP: a segment has the number of its first byte, and an acknowledgment that of the next
/// byte that is missing. There is a single timer. When it expires, everything unacknowledged is sent again, in pieces half as
/// long again as at first, so they begin and end at other bytes (RFC 9293, section 3.4: numbers belong to bytes).
/// </summary>
/// <param name="options">The protocol options; the window is counted in segments of the first transmission.</param>
internal sealed class ByteStreamSender(ProtocolOptions options) : ReliableSender(options)
{
    private const int OnlyTimer = 0;

    private readonly List<byte> _unacknowledged = [];
    private readonly Queue<int> _lengths = new(); // of the segments as they were sent first, oldest first
    private int _oldest = options.FirstNumber;
    private int _longest;
    private int _tries;

    /// <inheritdoc/>
    public override bool IsReady => _lengths.Count < Options.Window && _unacknowledged.Count + _longest <= Numbers.Count / 2;

    /// <inheritdoc/>
    public override int Unacknowledged => _lengths.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Send(TimeSpan now, ReadOnlyMemory<byte> data)
    {
        var segment = Segment.WithData(Next, data);
        Next = Numbers.After(Next, data.Length);
        _longest = Math.Max(_longest, data.Length);
        _unacknowledged.AddRange(data.Span);
        _lengths.Enqueue(data.Length);
        _tries = _lengths.Count == 1 ? 1 : _tries;
        return _lengths.Count == 1 ? [new Transmit(segment, 1), Start()] : [new Transmit(segment, 1)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Acknowledged(TimeSpan now, int number)
    {
        var count = Numbers.Distance(_oldest, number);
        if (count == 0 || count > _unacknowledged.Count)
        {
            return [];
        }

        _unacknowledged.RemoveRange(0, count);
        (_oldest, _tries) = (number, 1);
        while (_lengths.Count > 0 && _lengths.Sum() - _lengths.Peek() >= _unacknowledged.Count)
        {
            _lengths.Dequeue();
        }

        return _lengths.Count == 0 ? [new StopTimer(OnlyTimer)] : [Start()];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> TimedOut(TimeSpan now, int timer)
    {
        List<ProtocolAction> actions = [];
        foreach (var piece in _unacknowledged.Chunk(_longest + (_longest / 2)))
        {
            var segment = Segment.WithData(Numbers.After(_oldest, actions.Count * (_longest + (_longest / 2))), piece);
            if (_tries == Options.MaxTries)
            {
                return [GiveUp(segment)];
            }

            actions.Add(new Transmit(segment, _tries + 1));
        }

        _tries++;
        return [.. actions, Start()];
    }

    private StartTimer Start() => new(OnlyTimer, Options.Timeout);
}

/// <summary>
/// The receiver of a byte stream: a reassembler keeps what is early and drops what is there twice, and the acknowledgment says
/// which byte is missing next.
/// </summary>
internal sealed class ByteStreamReceiver : ReliableReceiver
{
    private readonly OwnReassembler _reassembler;
    private int _next; // the place of the byte that is missing next, counted from 0, and not wrapped around

    /// <param name="options">The protocol options.</param>
    /// <param name="reassembler">Creates the reassembler from its capacity in bytes.</param>
    public ByteStreamReceiver(ProtocolOptions options, Func<int, OwnReassembler> reassembler)
        : base(options) => _reassembler = reassembler(Numbers.Count / 2);

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Received(Segment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        // What is less than half of all numbers ahead is early; everything else is late.
        var ahead = Numbers.Distance(Expected, segment.Number);
        var first = _next + (ahead < Numbers.Count / 2 ? ahead : ahead - Numbers.Count);
        if (first < 0)
        {
            return [new Discard(segment), new Transmit(Segment.Acknowledging(Expected), Try: 1)];
        }

        var delivered = _reassembler.Insert(first, segment.Data.ToArray(), isLast: false)
            ?? throw new InvalidOperationException("The reassembler returned null. With nothing to deliver, it returns [].");
        _next += delivered.Length;
        Expected = Numbers.After(Expected, delivered.Length);
        var acknowledgment = new Transmit(Segment.Acknowledging(Expected), Try: 1);
        return delivered.Length > 0 ? [new Deliver(delivered), acknowledgment]
            : first < _next ? [new Discard(segment), acknowledgment]
            : [new Keep(segment), acknowledgment];
    }
}
