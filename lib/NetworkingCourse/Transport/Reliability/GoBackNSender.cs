namespace NetworkingCourse.Transport;

/// <summary>
/// The Go-Back-N sender: sends up to a window of segments ahead. Acknowledgments are cumulative. There is a single timer, for
/// the oldest segment; when it expires, all unacknowledged segments are sent again, because a receiver that accepts segments only
/// in order has discarded everything after the lost one.
/// </summary>
/// <param name="options">The protocol options.</param>
public sealed class GoBackNSender(ProtocolOptions options) : ReliableSender(options)
{
    private const int OnlyTimer = 0;

    private readonly Queue<InFlight> _window = new(); // oldest first

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
        // The number is that of the next segment that the receiver expects; it has all before it.
        var count = _window.Count == 0
            ? 0
            : Numbers.Distance(_window.Peek().Segment.Number, number);
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
        return _window.Count == 0
            ? [new StopTimer(OnlyTimer)]
            : [new StartTimer(OnlyTimer, Timeout.Current)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> TimedOut(TimeSpan now, int timer)
    {
        if (_window.Peek() is { } oldest && oldest.Tries == Options.MaxTries)
        {
            return [GiveUp(oldest.Segment)];
        }

        Timeout.BackOff(now);
        var again = _window.Select(segment => segment.Transmit(now));
        return [.. again, new StartTimer(OnlyTimer, Timeout.Current)];
    }
}
