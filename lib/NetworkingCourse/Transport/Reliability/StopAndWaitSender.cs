namespace NetworkingCourse.Transport;

/// <summary>
/// The stop-and-wait sender: sends one segment, and waits until it is acknowledged. Two sequence numbers are enough.
/// </summary>
/// <param name="options">The protocol options.</param>
public sealed class StopAndWaitSender(ProtocolOptions options) : ReliableSender(options)
{
    private const int OnlyTimer = 0;

    private InFlight? _waitingFor;

    /// <inheritdoc/>
    public override bool IsReady => _waitingFor is null;

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Send(TimeSpan now, ReadOnlyMemory<byte> data)
    {
        _waitingFor = new InFlight(Segment.WithData(Next, data));
        Next = Numbers.After(Next);
        return [_waitingFor.Transmit(now), new StartTimer(OnlyTimer, Timeout.Current)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Acknowledged(TimeSpan now, int number)
    {
        // The number is that of the next segment that the receiver expects. Any other number
        // belongs to an earlier segment, acknowledged twice.
        if (_waitingFor is not { } segment || number != Next)
        {
            return [];
        }

        Timeout.Acknowledged(now, segment.Sent, segment.Tries);
        _waitingFor = null;
        return [new StopTimer(OnlyTimer)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> TimedOut(TimeSpan now, int timer)
    {
        if (_waitingFor!.Tries == Options.MaxTries)
        {
            return [GiveUp(_waitingFor.Segment)];
        }

        // The segment was lost, or its acknowledgment; the sender cannot know which, and need not.
        Timeout.BackOff(now);
        return [_waitingFor.Transmit(now), new StartTimer(OnlyTimer, Timeout.Current)];
    }
}
