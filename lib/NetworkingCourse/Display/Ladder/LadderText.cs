namespace NetworkingCourse.Display;

/// <summary>Formats a ladder as lines of text.</summary>
internal static class LadderText
{
    public static string Of(LadderDiagram ladder)
    {
        var fold = new LadderFold(ladder);
        var time = LadderTimes.Written(fold.Moments);
        IEnumerable<(TimeSpan At, string Who, string What)> all =
        [
            .. fold.Messages.Select(one => (one.Sent, $"{one.From} → {one.To}", one.Label + Fate(one, time))),
            .. fold.Notes.Select(note => (note.At, note.Party, note.Text)),
            .. fold.Intervals.Select(one => (one.From, one.Party, $"{one.Text} (until {time(one.Until)})")),
            .. fold.Gaps.Select(gap => (gap.From, "…", $"{gap.Count(ladder.Noun)}, not shown")),
        ];
        var rows = all.OrderBy(line => line.At).Select(line => (Time: time(line.At), line.Who, line.What)).ToList();
        var width = rows.Select(row => row.Time.Length).DefaultIfEmpty().Max();
        var who = rows.Select(row => row.Who.Length).DefaultIfEmpty().Max();
        var lines = rows.Select(row => $"{row.Time.PadLeft(width)}  {row.Who.PadRight(who)}  {row.What}".TrimEnd())
            .Prepend(ladder.Title);
        return string.Join('\n', ladder.Caption.Length > 0 ? lines.Append(ladder.Caption) : lines);
    }

    /// <summary>Describes a message in one line, <c>client → server: SYN, lost</c>, followed by its detail, if any.</summary>
    public static string Sentence(LadderMessage message) =>
        $"{message.From} → {message.To}: {message.Label}{Fate(message, InvariantText.Of)}"
        + (message.Detail.Length > 0 ? "\n" + message.Detail : "");

    private static string Fate(LadderMessage message, Func<TimeSpan, string> time) => message.Kind switch
    {
        MessageKind.Lost => ", lost",
        MessageKind.Corrupted => ", corrupted" + Arrival(message, time),
        MessageKind.Repeated => ", retransmitted" + Arrival(message, time),
        _ => Arrival(message, time),
    };

    private static string Arrival(LadderMessage message, Func<TimeSpan, string> time) =>
        message.Received > message.Sent ? $" (arrives {time(message.Received)})" : "";
}
