namespace NetworkingCourse.Transport;

/// <summary>
/// Go-Back-N: sends up to a window of segments ahead. An acknowledgement stands for all before it as well.
/// There is one timer, for the oldest; when it goes off, everything that is not acknowledged is sent again,
/// because a receiver that takes segments only in order has thrown away all behind the lost one.
/// </summary>
/// <param name="options">What can be set.</param>
public sealed class GoBackNSender(ProtocolOptions options) : ReliableSender(options)
{
    private const int OnlyTimer = 0;

    private readonly Queue<InFlight> _window = new(); // the oldest first

    /// <inheritdoc/>
    public override bool IsReady => _window.Count < Options.Window;

    /// <inheritdoc/>
    public override int Unacknowledged => _window.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Send(TimeSpan now, ReadOnlyMemory<byte> data)
    {
        var segment = new InFlight(Segment.WithData(Next, data));
        _window.Enqueue(segment);
        Next = Numbers.After(Next);
        return _window.Count == 1
            ? [segment.Transmit(now), new StartTimer(OnlyTimer, Timeout.Current)]
            : [segment.Transmit(now)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Acknowledged(TimeSpan now, int number)
    {
        // The number is the next one that the receiver wants: it has all before it.
        var count = _window.Count == 0 ? 0 : Numbers.Distance(_window.Peek().Segment.Number, number);
        if (count == 0 || count > _window.Count)
        {
            return [];
        }

        for (; count > 1; count--)
        {
            _window.Dequeue();
        }

        var newest = _window.Dequeue();
        Timeout.Acknowledged(now, newest.Sent, newest.Tries);
        return _window.Count == 0 ? [new StopTimer(OnlyTimer)] : [new StartTimer(OnlyTimer, Timeout.Current)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> TimedOut(TimeSpan now, int timer)
    {
        if (_window.Peek() is { } oldest && oldest.Tries == Options.MaxTries)
        {
            return [GiveUp(oldest.Segment)];
        }

        Timeout.BackOff(now);
        return [.. _window.Select(segment => segment.Transmit(now)), new StartTimer(OnlyTimer, Timeout.Current)];
    }
}
