namespace NetworkingCourse.Transport;

/// <summary>
/// The receiver of stop-and-wait and of Go-Back-N: accepts only the next segment in order, and acknowledges with the number of
/// the one it expects. It stores nothing but that number.
/// </summary>
/// <param name="options">The protocol options.</param>
public sealed class InOrderReceiver(ProtocolOptions options) : ReliableReceiver(options)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ProtocolAction> Received(Segment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        if (segment.Number != Expected)
        {
            // For an earlier segment the acknowledgment was lost and is repeated. For a later one something is
            // missing, and this says what.
            return [new Discard(segment), new Transmit(Segment.Acknowledging(Expected), Try: 1)];
        }

        Expected = Numbers.After(Expected);
        return [new Deliver(segment.Data), new Transmit(Segment.Acknowledging(Expected), Try: 1)];
    }
}
