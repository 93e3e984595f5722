using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>Draws a transfer as a ladder: each segment is an arrow from its sending to its arrival.</summary>
internal static class TransferLadder
{
    private const string Sender = "sender";
    private const string Receiver = "receiver";

    public static LadderDiagram Draw(Transfer transfer) => new(Title(transfer), [Sender, Receiver])
    {
        Caption = transfer.ToString(),
        Messages = [.. transfer.Messages.SelectMany(message => Arrows(transfer.Options, message))],
        Notes = [.. transfer.Notes.Select(note => new LadderNote(note.AtSender ? Sender : Receiver, note.At, note.Text))],
    };

    private static string Title(Transfer transfer) => transfer.Protocol.Like == ReliableProtocol.StopAndWait
        ? transfer.Protocol.Name
        : InvariantText.Format($"{transfer.Protocol}, window {transfer.Options.Window}");

    private static IEnumerable<LadderMessage> Arrows(TransferOptions options, TransferMessage message)
    {
        var (crossing, delay) = (message.Crossing, (message.IsFromSender ? options.Forward : options.Reverse).Delay);
        var kind = crossing.IsLost ? MessageKind.Lost
            : crossing.Outcome.HasFlag(LinkOutcome.Corrupted) ? MessageKind.Corrupted
            : message.Try > 1 ? MessageKind.Repeated
            : message.IsFromSender ? MessageKind.Ordinary : MessageKind.Control;
        // A lost segment is drawn as far as its would-be arrival.
        var arrives = crossing.Arrives ?? (crossing.Departed ?? crossing.Sent) + delay;
        yield return Arrow(message, arrives, message.Segment.ToString(), kind);
        if (crossing.CopyArrives is { } copy)
        {
            yield return Arrow(message, copy, $"{message.Segment}, copy", kind);
        }
    }

    private static LadderMessage Arrow(TransferMessage message, TimeSpan arrives, string label, MessageKind kind) => new(
        message.IsFromSender ? Sender : Receiver,
        message.IsFromSender ? Receiver : Sender,
        message.Crossing.Sent,
        arrives,
        label,
        kind)
    {
        Detail = InvariantText.Format($"number {message.Crossing.Number} on this link, {message.Crossing.Bytes} bytes")
            + (message.Try > 1 ? InvariantText.Format($", try {message.Try}") : "")
            + (message.Crossing.Sentence.Length > 0 ? $", {message.Crossing.Sentence}" : ""),
        Share = message.Crossing.Outcome.HasFlag(LinkOutcome.QueueFull) ? 0.1 : 0.6,
    };
}
