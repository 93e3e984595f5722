namespace NetworkingCourse.Display;

/// <summary>
/// The part of a ladder that is drawn. In a long ladder, these are the first and last messages, and in between the start of each
/// run of notable messages; the others are only counted.
/// </summary>
internal sealed class LadderFold
{
    public LadderFold(LadderDiagram ladder)
    {
        var shown = Shown(ladder.Messages, Math.Max(2, ladder.MaxMessages));
        var (messages, gaps) = (new List<LadderMessage>(), new List<Gap>());
        var last = -1;
        foreach (var i in shown)
        {
            if (i - last > 1)
            {
                gaps.Add(new Gap(ladder.Messages[last + 1].Sent, ladder.Messages[i].Sent, i - last - 1));
            }

            messages.Add(ladder.Messages[i]);
            last = i;
        }

        (Messages, Gaps) = (messages, gaps);
        Notes = [.. ladder.Notes.Where(note => IsShown(note.At))];
        Intervals = [.. ladder.Intervals.Where(interval => IsShown(interval.From) || IsShown(interval.Until))];
    }

    /// <summary>A run of consecutive messages that are not drawn.</summary>
    /// <param name="From">When the first hidden message was sent.</param>
    /// <param name="Until">When the next message that is drawn was sent.</param>
    /// <param name="Hidden">The number of hidden messages.</param>
    public sealed record Gap(TimeSpan From, TimeSpan Until, int Hidden)
    {
        /// <summary>The number of hidden messages in words: <c>1,234 more messages</c>.</summary>
        /// <param name="noun">The noun for one message.</param>
        public string Count(string noun) => InvariantText.Count(Hidden, $"more {noun}");
    }

    public IReadOnlyList<LadderMessage> Messages { get; }

    public IReadOnlyList<LadderNote> Notes { get; }

    public IReadOnlyList<LadderInterval> Intervals { get; }

    /// <summary>The gaps where messages are left out, in order.</summary>
    public IReadOnlyList<Gap> Gaps { get; }

    /// <summary>The number of messages that are not drawn.</summary>
    public int Hidden => Gaps.Sum(gap => gap.Hidden);

    /// <summary>All moments that are drawn, in order, without duplicates.</summary>
    public IReadOnlyList<TimeSpan> Moments =>
    [
        .. Messages.SelectMany(message => new[] { message.Sent, message.Received }).Concat(Notes.Select(note => note.At))
            .Concat(Intervals.SelectMany(interval => new[] { interval.From, interval.Until })).Distinct().Order(),
    ];

    private bool IsShown(TimeSpan at) => !Gaps.Any(gap => at >= gap.From && at < gap.Until);

    // A third of the places is for the last messages, and up to another third for notable messages in between.
    private static IReadOnlyList<int> Shown(IReadOnlyList<LadderMessage> messages, int maxMessages)
    {
        if (messages.Count <= maxMessages)
        {
            return [.. Enumerable.Range(0, messages.Count)];
        }

        var (after, between) = (Math.Max(1, maxMessages / 3), maxMessages / 3);
        var (first, last) = (maxMessages - after - between, messages.Count - after);
        // Only the first of several consecutive notable messages is shown.
        var notable = Enumerable.Range(first, last - first)
            .Where(i => IsNotable(messages[i]) && !IsNotable(messages[i - 1])).Take(between).ToList();
        var before = maxMessages - after - notable.Count;
        return [.. Enumerable.Range(0, before).Union(notable), .. Enumerable.Range(last, after)];
    }

    private static bool IsNotable(LadderMessage message) =>
        message.IsNotable || message.Kind is MessageKind.Lost or MessageKind.Corrupted or MessageKind.Repeated;
}
