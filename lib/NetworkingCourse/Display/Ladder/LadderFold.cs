namespace NetworkingCourse.Display;

/// <summary>What of a ladder is drawn. Of a long one, the first messages and the last, and the number of those between.</summary>
internal sealed class LadderFold
{
    private readonly TimeSpan _from = TimeSpan.MaxValue;
    private readonly TimeSpan _until = TimeSpan.MaxValue;

    public LadderFold(LadderDiagram ladder)
    {
        var most = Math.Max(2, ladder.MostMessages);
        Messages = ladder.Messages;
        if (ladder.Messages.Count > most)
        {
            var before = most - Math.Max(1, most / 3);
            Messages = [.. ladder.Messages.Take(before), .. ladder.Messages.TakeLast(most - before)];
            (_from, _until) = (ladder.Messages[before].Sent, ladder.Messages[^(most - before)].Sent);
            Hidden = ladder.Messages.Count - most;
        }

        Notes = [.. ladder.Notes.Where(note => IsShown(note.At))];
        Intervals = [.. ladder.Intervals.Where(interval => IsShown(interval.From) || IsShown(interval.Until))];
    }

    public IReadOnlyList<LadderMessage> Messages { get; }

    public IReadOnlyList<LadderNote> Notes { get; }

    public IReadOnlyList<LadderInterval> Intervals { get; }

    /// <summary>How many messages are not drawn.</summary>
    public int Hidden { get; }

    /// <summary>The time during which nothing is drawn; null if all is.</summary>
    public (TimeSpan From, TimeSpan Until)? Gap => Hidden > 0 ? (_from, _until) : null;

    /// <summary>All moments that are drawn, in order, each once.</summary>
    public IReadOnlyList<TimeSpan> Moments =>
    [
        .. Messages.SelectMany(message => new[] { message.Sent, message.Received }).Concat(Notes.Select(note => note.At))
            .Concat(Intervals.SelectMany(interval => new[] { interval.From, interval.Until })).Distinct().Order(),
    ];

    private bool IsShown(TimeSpan at) => at < _from || at >= _until;
}
