namespace NetworkingCourse.Transport;

/// <summary>
/// The receiver of selective repeat: buffers out-of-order segments within its own window until the missing ones arrive. It
/// acknowledges each segment individually.
/// </summary>
/// <param name="options">The protocol options.</param>
public sealed class SelectiveRepeatReceiver(ProtocolOptions options) : ReliableReceiver(options)
{
    private readonly Dictionary<int, ReadOnlyMemory<byte>> _kept = [];

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Received(Segment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        if (Numbers.Distance(Expected, segment.Number) >= Options.Window
            || _kept.ContainsKey(segment.Number))
        {
            // A duplicate is acknowledged again: the sender repeats it only because the earlier
            // acknowledgment has not reached it.
            var again = new Transmit(Segment.Acknowledging(segment.Number), Try: 1);
            return [new Discard(segment), again];
        }

        _kept[segment.Number] = segment.Data;
        var acknowledgment = new Transmit(Segment.Acknowledging(segment.Number), Try: 1);
        List<ProtocolAction> actions = [new Keep(segment), acknowledgment];
        while (_kept.Remove(Expected, out var data))
        {
            actions.Add(new Deliver(data));
            Expected = Numbers.After(Expected);
        }

        return actions;
    }
}
