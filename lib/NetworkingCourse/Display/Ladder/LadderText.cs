namespace NetworkingCourse.Display;

/// <summary>A ladder as a list of lines.</summary>
internal static class LadderText
{
    public static string Of(LadderDiagram ladder)
    {
        var fold = new LadderFold(ladder);
        var time = LadderTimes.Written(fold.Moments);
        var lines = fold.Messages.Select(message => (At: message.Sent, Who: $"{message.From} → {message.To}", What: message.Label + Fate(message, time)))
            .Concat(fold.Notes.Select(note => (note.At, Who: note.Party, What: note.Text)))
            .Concat(fold.Intervals.Select(interval => (At: interval.From, Who: interval.Party, What: $"{interval.Text} (until {time(interval.Until)})")))
            .Concat(fold.Gaps.Select(gap => (At: gap.From, Who: "…", What: $"{gap.Count(ladder.Noun)}, not shown")))
            .OrderBy(line => line.At).Select(line => (Time: time(line.At), line.Who, line.What)).ToList();
        var (width, who) = (lines.Select(line => line.Time.Length).DefaultIfEmpty().Max(), lines.Select(line => line.Who.Length).DefaultIfEmpty().Max());
        return string.Join('\n', lines.Select(line => $"{line.Time.PadLeft(width)}  {line.Who.PadRight(who)}  {line.What}".TrimEnd()).Prepend(ladder.Title).Concat(ladder.Caption.Length > 0 ? [ladder.Caption] : []));
    }

    /// <summary>A message in one line: <c>client → server: SYN, lost</c>.</summary>
    public static string Sentence(LadderMessage message) => $"{message.From} → {message.To}: {message.Label}{Fate(message, Words.Of)}{(message.Detail.Length > 0 ? "\n" + message.Detail : "")}";

    private static string Fate(LadderMessage message, Func<TimeSpan, string> time) => message.Kind switch
    {
        MessageKind.Lost => ", lost",
        MessageKind.Corrupted => ", corrupted" + Arrival(message, time),
        MessageKind.Repeated => ", sent again" + Arrival(message, time),
        _ => Arrival(message, time),
    };

    private static string Arrival(LadderMessage message, Func<TimeSpan, string> time) => message.Received > message.Sent ? $" (arrives {time(message.Received)})" : "";
}
