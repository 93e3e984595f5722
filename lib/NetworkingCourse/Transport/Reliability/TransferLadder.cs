using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>A transfer as a ladder: every segment an arrow, from being handed to the link until its arrival.</summary>
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

    private static string Title(Transfer transfer) => transfer.Protocol == ReliableProtocol.StopAndWait
        ? transfer.Protocol.Name
        : InvariantText.Format($"{transfer.Protocol}, window {transfer.Options.Window}");

    private static IEnumerable<LadderMessage> Arrows(TransferOptions options, TransferMessage message)
    {
        var (crossing, delay) = (message.Crossing, (message.IsFromSender ? options.There : options.Back).Delay);
        var kind = crossing.IsLost ? MessageKind.Lost
            : crossing.Outcome.HasFlag(LinkOutcome.Corrupted) ? MessageKind.Corrupted
            : message.Try > 1 ? MessageKind.Repeated
            : message.IsFromSender ? MessageKind.Ordinary : MessageKind.Control;
        // Of a lost one: when it would have arrived.
        yield return Arrow(message, crossing.Arrives ?? (crossing.Departed ?? crossing.Sent) + delay, message.Segment.ToString(), kind);
        if (crossing.CopyArrives is { } copy)
        {
            yield return Arrow(message, copy, $"{message.Segment}, copy", kind);
        }
    }

    private static LadderMessage Arrow(TransferMessage message, TimeSpan arrives, string label, MessageKind kind) => new(
        message.IsFromSender ? Sender : Receiver, message.IsFromSender ? Receiver : Sender, message.Crossing.Sent, arrives, label, kind)
    {
        Detail = InvariantText.Format($"number {message.Crossing.Number} on this link, {message.Crossing.Bytes} bytes{(message.Try > 1 ? $", try {message.Try}" : "")}{(message.Crossing.Sentence.Length > 0 ? $", {message.Crossing.Sentence}" : "")}"),
        Share = message.Crossing.Outcome.HasFlag(LinkOutcome.QueueFull) ? 0.1 : 0.6,
    };
}
