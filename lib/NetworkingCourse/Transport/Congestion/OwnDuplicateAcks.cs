using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>What a sender sees of an arriving acknowledgment.</summary>
/// <param name="Number">The segment that the receiver expects next.</param>
/// <param name="Window">The window that it advertises, in segments.</param>
/// <param name="DataBytes">The number of bytes of data that it carries; 0 for a bare acknowledgment.</param>
/// <param name="InFlight">How many segments were in flight, that is, sent and not acknowledged, when it arrived.</param>
public readonly record struct Acknowledgment(long Number, int Window, int DataBytes, long InFlight)
{
    /// <summary>The acknowledgment in words.</summary>
    public override string ToString() => InvariantText.Format($"ACK {Number}, window {Window}")
        + (DataBytes > 0 ? InvariantText.Format($", with {DataBytes} bytes of data") : "")
        + InvariantText.Format($", {InFlight} in flight");
}

/// <summary>
/// Decides when to retransmit without waiting for the timer. The learner derives a class from this one; it then decides in
/// <see cref="RecoveryOptions.Own"/>.
/// </summary>
public abstract class OwnDuplicateAcks
{
    /// <summary>An acknowledgment has arrived.</summary>
    /// <returns>Whether to retransmit the segment that it asks for now.</returns>
    public abstract bool Arrived(Acknowledgment ack);
}

/// <summary>Fast retransmit: the third duplicate in a row, as RFC 5681 (section 2) defines duplicates, means a loss.</summary>
public sealed class DuplicateAcks : OwnDuplicateAcks
{
    private long _number;
    private int _window = -1;
    private int _count;

    /// <inheritdoc/>
    public override bool Arrived(Acknowledgment ack)
    {
        if (ack.Number > _number)
        {
            _count = 0;
        }

        var isDuplicate = ack.Number == _number && ack.Window == _window && ack.DataBytes == 0 && ack.InFlight > 0;
        (_number, _window) = (Math.Max(_number, ack.Number), ack.Window);
        return isDuplicate && ++_count == 3;
    }
}
