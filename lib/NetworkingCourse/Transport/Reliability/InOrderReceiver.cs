namespace NetworkingCourse.Transport;

/// <summary>
/// The receiver of stop-and-wait and of Go-Back-N: takes the one segment that is next and no other, and acknowledges with the number of the one it wants. It needs no
/// memory but that number.
/// </summary>
/// <param name="options">What can be set.</param>
public sealed class InOrderReceiver(ProtocolOptions options) : ReliableReceiver(options)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Received(Segment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        if (segment.Number != Expected)
        {
            // One before it: then the acknowledgement was lost, and is repeated. One behind it: then something is missing, and this says what.
            return [new Transmit(Segment.Acknowledging(Expected), Try: 1)];
        }

        Expected = Numbers.After(Expected);
        return [new Deliver(segment.Data), new Transmit(Segment.Acknowledging(Expected), Try: 1)];
    }
}
