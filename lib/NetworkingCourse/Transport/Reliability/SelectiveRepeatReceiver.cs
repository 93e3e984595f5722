namespace NetworkingCourse.Transport;

/// <summary>
/// The receiver of selective repeat: keeps what comes out of order, within a window of its own, until what is
/// missing has come. It acknowledges each segment by its number.
/// </summary>
/// <param name="options">What can be set.</param>
public sealed class SelectiveRepeatReceiver(ProtocolOptions options) : ReliableReceiver(options)
{
    private readonly Dictionary<int, ReadOnlyMemory<byte>> _kept = [];

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Received(Segment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        if (Numbers.Distance(Expected, segment.Number) >= Options.Window || _kept.ContainsKey(segment.Number))
        {
            // It has this one already, and acknowledges it again: its sender would not ask if it knew.
            return [new Discard(segment), new Transmit(Segment.Acknowledging(segment.Number), Try: 1)];
        }

        _kept[segment.Number] = segment.Data;
        var acknowledgement = new Transmit(Segment.Acknowledging(segment.Number), Try: 1);
        List<ProtocolAction> actions = [new Keep(segment), acknowledgement];
        while (_kept.Remove(Expected, out var data))
        {
            actions.Add(new Deliver(data));
            Expected = Numbers.After(Expected);
        }

        return actions;
    }
}
