namespace NetworkingCourse.Transport;

/// <summary>
/// The receiver of selective repeat: keeps what comes out of order, within a window of its own, until what is missing has come. It acknowledges each segment by its number.
/// </summary>
/// <param name="options">What can be set.</param>
public sealed class SelectiveRepeatReceiver(ProtocolOptions options) : ReliableReceiver(options)
{
    private readonly Dictionary<int, ReadOnlyMemory<byte>> _kept = [];

    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Received(Segment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        var ahead = Numbers.Distance(Expected, segment.Number);
        if (ahead < Options.Window)
        {
            _kept[segment.Number] = segment.Data;
        }
        else if (Numbers.Distance(segment.Number, Expected) > Options.Window)
        {
            return []; // neither in this window nor in the one before: nobody can have sent it
        }

        // What was delivered long ago is acknowledged too: its sender would not ask if it knew.
        List<ProtocolAction> actions = [new Transmit(Segment.Acknowledging(segment.Number), Try: 1)];
        while (_kept.Remove(Expected, out var data))
        {
            actions.Add(new Deliver(data));
            Expected = Numbers.After(Expected);
        }

        return actions;
    }
}
