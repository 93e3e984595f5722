using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>A segment or an acknowledgment on its way.</summary>
/// <param name="IsSegment">Whether it is a segment; otherwise an acknowledgment.</param>
/// <param name="Number">The segment's number, or that of the segment that is expected next.</param>
/// <param name="Sent">When the sending began.</param>
/// <param name="Arrives">When it arrives, or would have arrived.</param>
/// <param name="IsLost">Whether it is lost.</param>
/// <param name="IsRepeated">Whether the segment was sent before.</param>
public sealed record RecoveryMessage(
    bool IsSegment, long Number, TimeSpan Sent, TimeSpan Arrives, bool IsLost, bool IsRepeated);

/// <summary>What the sender noticed.</summary>
/// <param name="At">The time.</param>
/// <param name="Text">What it noticed.</param>
/// <param name="IsTimeout">Whether its timer expired.</param>
public sealed record RecoveryNote(TimeSpan At, string Text, bool IsTimeout);

/// <summary>A transfer in which TCP repaired losses. It shows itself as a ladder.</summary>
/// <param name="Options">The options.</param>
/// <param name="Messages">All segments and acknowledgments, in order.</param>
/// <param name="Notes">What the sender noticed.</param>
/// <param name="Duration">The time until the last segment was acknowledged, in simulated time.</param>
/// <param name="MaxInFlight">The largest number of segments that were in flight at once when another was sent.</param>
/// <param name="Retransmissions">The number of retransmissions.</param>
/// <param name="Timeouts">How often the timer expired.</param>
public sealed record RecoveryRun(
    RecoveryOptions Options,
    IReadOnlyList<RecoveryMessage> Messages,
    IReadOnlyList<RecoveryNote> Notes,
    TimeSpan Duration,
    long MaxInFlight,
    int Retransmissions,
    int Timeouts) : ShownRecord
{
    private const string Sender = "sender";
    private const string Receiver = "receiver";

    // Segments leave one millisecond apart, and two of their arrows are then told apart.
    private const double PixelsPerMillisecond = 8;
    private const double HighestLadder = 1300;

    /// <inheritdoc/>
    public override string ToHtml() => Ladder().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Ladder().ToString();

    private LadderDiagram Ladder() => new(Title(), [Sender, Receiver])
    {
        Caption = InvariantText.Format($"Round-trip time {Recovery.RoundTrip.TotalMilliseconds:0} ms, ")
            + InvariantText.Format($"timeout {Recovery.MinTimeout.TotalMilliseconds:0} ms or more. ")
            + InvariantText.Format($"{Options.Segments} segments acknowledged after {InvariantText.Of(Duration)}; ")
            + InvariantText.Format($"{InvariantText.Count(Retransmissions, "retransmission")}, ")
            + InvariantText.Format($"{InvariantText.Count(Timeouts, "timeout")}."),
        LeastHeight = Math.Min(HighestLadder, Duration.TotalMilliseconds * PixelsPerMillisecond),
        Messages = [.. Messages.Select(Arrow)],
        Notes = [.. Notes.Select(note => new LadderNote(Sender, note.At, note.Text))],
    };

    private string Title() => (Options.FastRetransmit, Options.Own) switch
    {
        _ when Retransmissions == 0 => "No segment is lost",
        (false, _) => "Waiting for the timer",
        (_, null) => "Fast retransmit and fast recovery",
        _ => "Retransmitted when your class says so",
    };

    private static LadderMessage Arrow(RecoveryMessage message) => new(
        message.IsSegment ? Sender : Receiver,
        message.IsSegment ? Receiver : Sender,
        message.Sent,
        message.Arrives,
        InvariantText.Format($"{(message.IsSegment ? "segment" : "ACK")} {message.Number}"),
        message.IsLost ? MessageKind.Lost
            : message.IsRepeated ? MessageKind.Repeated
            : message.IsSegment ? MessageKind.Ordinary : MessageKind.Control)
    {
        Share = 0.6,
    };
}
