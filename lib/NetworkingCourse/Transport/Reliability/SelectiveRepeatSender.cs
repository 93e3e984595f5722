namespace NetworkingCourse.Transport;

/// <summary>
/// The selective-repeat sender: sends up to a window of segments ahead. Every segment has its own acknowledgment and timer, and
/// only missing segments are sent again. The window advances when its oldest segment is acknowledged.
/// </summary>
/// <param name="options">The protocol options.</param>
public sealed class SelectiveRepeatSender(ProtocolOptions options) : ReliableSender(options)
{
    private readonly Queue<InFlight> _window = new(); // oldest first; some of the others may be acknowledged

    /// <inheritdoc/>
    public override bool IsReady => _window.Count < Options.Window;

    /// <inheritdoc/>
    public override int Unacknowledged => _window.Count(segment => !segment.IsAcknowledged);

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Send(TimeSpan now, ReadOnlyMemory<byte> data)
    {
        var segment = new InFlight(Segment.WithData(Next, data));
        _window.Enqueue(segment);
        Next = Numbers.After(Next);
        return Transmit(segment, now);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Acknowledged(TimeSpan now, int number)
    {
        // The number is that of the received segment and says nothing about any other.
        if (_window.FirstOrDefault(one => one.Segment.Number == number) is not { IsAcknowledged: false } segment)
        {
            return [];
        }

        segment.IsAcknowledged = true;
        Timeout.Acknowledged(now, segment.Sent, segment.Tries);
        while (_window.TryPeek(out var oldest) && oldest.IsAcknowledged)
        {
            _window.Dequeue();
        }

        return [new StopTimer(number)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> TimedOut(TimeSpan now, int timer)
    {
        var segment = _window.First(one => one.Segment.Number == timer);
        if (segment.Tries == Options.MaxTries)
        {
            return [GiveUp(segment.Segment)];
        }

        Timeout.BackOff(now);
        return Transmit(segment, now);
    }

    private IReadOnlyList<ProtocolAction> Transmit(InFlight segment, TimeSpan now) =>
        [segment.Transmit(now), new StartTimer(segment.Segment.Number, Timeout.Current)];
}
