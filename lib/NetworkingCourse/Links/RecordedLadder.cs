using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Links;

/// <summary>Draws recordings as a ladder diagram.</summary>
internal static class RecordedLadder
{
    // Data that a sender writes at once arrives in pieces. Pieces within 2 ms of each other are drawn as one.
    private static readonly long AtOnce = Stopwatch.Frequency / 500;

    public static LadderDiagram Draw(
        string title, IReadOnlyList<Recording> recordings, LadderSpacing spacing, Func<StreamEvent, string?>? label)
    {
        var passages = recordings.SelectMany(recording => Merged(recording.Events)).OrderBy(passage => passage.Sent).ToList();
        var began = passages.Count > 0 ? passages.Min(passage => passage.Sent) : 0;
        var several = recordings.Any(recording => recording.Connections > 1);
        return new LadderDiagram(title, [.. recordings.SelectMany(recording => recording.Parties).Distinct()])
        {
            Spacing = spacing,
            Caption = string.Join("; ", recordings.Select(recording => recording.Summary()))
                + (several ? ". Connection numbers are in brackets." : "."),
            Messages = [.. passages.Select(passage => Arrow(passage, began, several, label)).OfType<LadderMessage>()],
        };
    }

    private static LadderMessage? Arrow(StreamEvent passage, long began, bool several, Func<StreamEvent, string?>? label)
    {
        var text = passage.Kind == StreamEventKind.Bytes && label is not null ? label(passage) : PayloadSummary.Of(passage);
        if (text is null)
        {
            return null;
        }

        var kind = passage.Kind != StreamEventKind.Bytes ? MessageKind.Control
            : PayloadSummary.IsEncrypted(passage.Bytes.Span) ? MessageKind.Opaque : MessageKind.Ordinary;
        return new LadderMessage(
            passage.From,
            passage.To,
            Stopwatch.GetElapsedTime(began, passage.Sent),
            Stopwatch.GetElapsedTime(began, passage.Received),
            several ? InvariantText.Format($"[{passage.Connection}] {text}") : text,
            kind)
        {
            Detail = passage.Kind != StreamEventKind.Bytes ? passage.Detail
                : Octets.AreText(passage.Bytes.Span) ? Octets.Quoted(passage.Bytes.Span, 200)
                : Octets.Hex(passage.Bytes.Span, 16),
        };
    }

    private static IEnumerable<StreamEvent> Merged(IReadOnlyList<StreamEvent> passages)
    {
        var open = new Dictionary<int, StreamEvent>(); // the last event of each connection, which the next may continue
        foreach (var passage in passages)
        {
            if (open.TryGetValue(passage.Connection, out var last))
            {
                if (Continues(last, passage))
                {
                    open[passage.Connection] = last with
                    {
                        Received = passage.Received,
                        Bytes = (byte[])[.. last.Bytes.Span, .. passage.Bytes.Span],
                        Length = last.Length + passage.Length,
                    };
                    continue;
                }

                yield return last;
            }

            open[passage.Connection] = passage;
        }

        foreach (var last in open.Values)
        {
            yield return last;
        }
    }

    private static bool Continues(in StreamEvent last, in StreamEvent next) =>
        last.Kind == StreamEventKind.Bytes
        && next.Kind == StreamEventKind.Bytes
        && last.From == next.From
        && next.Sent - last.Sent < AtOnce
        && next.Received - last.Received < AtOnce;
}
