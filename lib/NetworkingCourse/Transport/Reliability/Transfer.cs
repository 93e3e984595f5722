using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>A segment that was handed to a link, and what became of it.</summary>
/// <param name="IsFromSender">Whether the sender sent it: data; the receiver sends acknowledgements.</param>
/// <param name="Segment">The segment, as it was sent.</param>
/// <param name="Try">Which try it was, counted from 1.</param>
/// <param name="Crossing">How it crossed the link, or did not. Its number is the one that a script goes by.</param>
public sealed record TransferMessage(bool IsFromSender, Segment Segment, int Try, LinkCrossing Crossing);

/// <summary>Something that happened at one end of a transfer.</summary>
/// <param name="At">When.</param>
/// <param name="AtSender">At which end.</param>
/// <param name="Text">What it was.</param>
public readonly record struct TransferNote(TimeSpan At, bool AtSender, string Text);

/// <summary>What became of a transfer, and how it came about.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Transfer : IShown
{
    internal Transfer(ReliableProtocol protocol, TransferOptions options, ReadOnlyMemory<byte> data, byte[] delivered) =>
        (Protocol, Options, Data, Delivered) = (protocol, options, data, delivered);

    /// <summary>Which protocol it was.</summary>
    public ReliableProtocol Protocol { get; }

    /// <summary>What was set.</summary>
    public TransferOptions Options { get; }

    /// <summary>What the sender was given.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>What the receiver handed to its application.</summary>
    public ReadOnlyMemory<byte> Delivered { get; }

    /// <summary>From the start until everything was acknowledged, or the sender gave up. In simulated time.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Why the sender gave up; null if it did not.</summary>
    public required string? Failure { get; init; }

    /// <summary>Every segment that was sent, by either end, in order.</summary>
    public required IReadOnlyList<TransferMessage> Messages { get; init; }

    /// <summary>What happened at the ends besides: timers that went off, segments that arrived harmed.</summary>
    public required IReadOnlyList<TransferNote> Notes { get; init; }

    /// <summary>When the receiver handed over each segment's data.</summary>
    public required IReadOnlyList<TimeSpan> Deliveries { get; init; }

    /// <summary>How many segments were unacknowledged at once, at the most.</summary>
    public required int MaxUnacknowledged { get; init; }

    /// <summary>How long the sender waited before it sent again, and what it learnt.</summary>
    public required RetransmissionTimeout Timeout { get; init; }

    /// <summary>Whether what was delivered is what was sent.</summary>
    public bool IsIntact => Delivered.Span.SequenceEqual(Data.Span);

    /// <summary>How many segments of data were sent, repetitions included.</summary>
    public int Transmissions => Messages.Count(message => message.IsFromSender);

    /// <summary>How many of them were repetitions.</summary>
    public int Retransmissions => Messages.Count(message => message.IsFromSender && message.Try > 1);

    /// <summary>How much of the time the link was busy with data that were delivered: 1 is the most that is possible.</summary>
    public double Utilisation => Deliveries.Count * Options.SegmentTime / Duration;

    /// <summary>Who sent what when, and what became of it.</summary>
    public LadderDiagram Ladder() => TransferLadder.Draw(this);

    /// <summary>The round-trip times that the sender measured, and what it made of them.</summary>
    public Figure RoundTrips() => RoundTripTimes.Draw(("", this));

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format(
        $"{Protocol}: {Deliveries.Count:N0} segments delivered in {InvariantText.Of(Duration)}, {(Failure is { } failure ? "then it gave up: " + failure : IsIntact ? "complete and in order" : "WRONG: they are not what was sent")}. {Retransmissions} of {Transmissions:N0} transmissions were repetitions; the link was used to {Utilisation * 100:F1} %.");

    private Table AsTable() => new(
        ["protocol", "window", "delivered", "in (simulated)", "transmissions", "repetitions", "timeouts", "utilisation", "outcome"],
        [[
            Protocol, Options.Window, InvariantText.Format($"{Deliveries.Count:N0} segments"), InvariantText.Of(Duration), Transmissions, Retransmissions,
            Notes.Count(note => note.Text == "timeout"), InvariantText.Format($"{Utilisation * 100:F1} %"),
            Failure ?? (IsIntact ? "complete and in order" : "WRONG: not what was sent"),
        ]]);
}
