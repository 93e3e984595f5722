using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>A segment sent over a link, and its fate.</summary>
/// <param name="IsFromSender">
/// Whether it comes from the sender, which sends data, rather than the receiver, which sends acknowledgments.
/// </param>
/// <param name="Segment">The segment, as it was sent.</param>
/// <param name="Try">The number of the try, counted from 1.</param>
/// <param name="Crossing">Its passage over the link, with the number that scripts refer to.</param>
public sealed record TransferMessage(bool IsFromSender, Segment Segment, int Try, LinkCrossing Crossing);

/// <summary>An event at one end of a transfer.</summary>
/// <param name="At">The time of the event.</param>
/// <param name="AtSender">Whether it happened at the sender.</param>
/// <param name="Text">A description of the event.</param>
public readonly record struct TransferNote(TimeSpan At, bool AtSender, string Text);

/// <summary>The result and the course of a transfer.</summary>
public sealed class Transfer : Shown
{
    internal Transfer(ReliableProtocol protocol, TransferOptions options, ReadOnlyMemory<byte> data, byte[] delivered) =>
        (Protocol, Options, Data, Delivered) = (protocol, options, data, delivered);

    /// <summary>The protocol used.</summary>
    public ReliableProtocol Protocol { get; }

    /// <summary>The options used.</summary>
    public TransferOptions Options { get; }

    /// <summary>The data given to the sender.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The data that the receiver delivered to its application.</summary>
    public ReadOnlyMemory<byte> Delivered { get; }

    /// <summary>The simulated time until everything was acknowledged, or the sender gave up.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The reason why the sender gave up; null if it did not.</summary>
    public required string? Failure { get; init; }

    /// <summary>All segments sent by either end, in order.</summary>
    public required IReadOnlyList<TransferMessage> Messages { get; init; }

    /// <summary>Other events at the two ends: expired timers, corrupted segments.</summary>
    public required IReadOnlyList<TransferNote> Notes { get; init; }

    /// <summary>When the receiver delivered data: of a segment each, or of all that had waited in a byte stream.</summary>
    public required IReadOnlyList<TimeSpan> Deliveries { get; init; }

    /// <summary>The maximum number of segments that were unacknowledged at the same time.</summary>
    public required int MaxUnacknowledged { get; init; }

    /// <summary>The sender's retransmission timeout, with its measurements.</summary>
    public required RetransmissionTimeout Timeout { get; init; }

    /// <summary>Whether the delivered data equals the data sent.</summary>
    public bool IsIntact => Delivered.Span.SequenceEqual(Data.Span);

    /// <summary>The number of data segments sent, including retransmissions.</summary>
    public int Transmissions => Messages.Count(message => message.IsFromSender);

    /// <summary>The number of retransmissions.</summary>
    public int Retransmissions => Messages.Count(message => message.IsFromSender && message.Try > 1);

    /// <summary>The fraction of time that the link carried data which was delivered; at most 1.</summary>
    public double Utilisation => Options.SegmentTime / Duration
        * (Protocol.CountsBytes ? (double)Delivered.Length / Options.SegmentBytes : Deliveries.Count);

    private string Amount => Protocol.CountsBytes
        ? InvariantText.Count(Delivered.Length, "byte")
        : InvariantText.Count(Deliveries.Count, "segment");

    /// <summary>Draws all segments and their fates as a ladder diagram.</summary>
    public LadderDiagram Ladder() => TransferLadder.Draw(this);

    /// <summary>Plots the round-trip times that the sender measured, and the resulting timeouts.</summary>
    public Figure RoundTrips() => RoundTripTimes.Draw(("", this));

    /// <inheritdoc/>
    public override string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString()
    {
        var outcome = Failure is { } failure ? "then it gave up: " + failure
            : IsIntact ? "complete and in order"
            : "WRONG: they are not what was sent";
        return InvariantText.Format(
            $"{Protocol}: {Amount} delivered in {InvariantText.Of(Duration)}, {outcome}. ")
            + InvariantText.Format($"{Retransmissions} of {Transmissions:N0} transmissions were repetitions; ")
            + InvariantText.Format($"the link utilisation was {Utilisation * 100:F1} %.");
    }

    private Table AsTable() => new(
        [
            "protocol", "window", "delivered", "took", "sent", "repeated", "timeouts", "utilisation", "outcome",
        ],
        [[
            Protocol,
            Options.Window,
            Amount,
            InvariantText.Of(Duration),
            Transmissions,
            Retransmissions,
            Notes.Count(note => note.Text == "timeout"),
            InvariantText.Format($"{Utilisation * 100:F1} %"),
            Failure ?? (IsIntact ? "complete and in order" : "WRONG: not what was sent"),
        ]]);
}
