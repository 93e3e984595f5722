using System.Globalization;

namespace NetworkingCourse.Display;

/// <summary>
/// A ladder diagram of the messages between parties, also called a space-time diagram. Time runs downwards, each party has a
/// lifeline, and a message is an arrow from where it was sent to where it arrived. The messages may come from a tap, a
/// packet capture or a simulated protocol.
/// </summary>
/// <param name="Title">The title of the diagram.</param>
/// <param name="Parties">The names of the parties, from left to right, without duplicates.</param>
public sealed record LadderDiagram(string Title, IReadOnlyList<string> Parties) : ShownRecord
{
    private readonly IReadOnlyList<LadderMessage> _messages = [];
    private readonly IReadOnlyList<LadderNote> _notes = [];
    private readonly IReadOnlyList<LadderInterval> _intervals = [];

    /// <summary>A sentence that explains how to read the diagram; empty if none is needed.</summary>
    public string Caption { get; init; } = "";

    /// <summary>The arrows, in any order.</summary>
    /// <exception cref="ArgumentException">
    /// A party does not belong to this ladder, or a message arrives before it was sent, or arrives at its sender.
    /// </exception>
    public IReadOnlyList<LadderMessage> Messages
    {
        get => _messages;
        init
        {
            var parties = Parties.ToHashSet();
            foreach (var message in value)
            {
                Require(parties, message.From);
                Require(parties, message.To);
                if (message.From == message.To || message.Received < message.Sent || message.Share is not (>= 0 and <= 1))
                {
                    throw new ArgumentException(
                        $"'{message.Label}' from {message.From} at {message.Sent} to {message.To} at {message.Received}, "
                            + $"with its mark at {message.Share.ToString(CultureInfo.InvariantCulture)} of the way, "
                            + "cannot be drawn.",
                        nameof(value));
                }
            }

            _messages = [.. value.OrderBy(message => message.Sent)];
        }
    }

    /// <summary>The notes on lifelines, in any order.</summary>
    /// <exception cref="ArgumentException">A party does not belong to this ladder.</exception>
    public IReadOnlyList<LadderNote> Notes
    {
        get => _notes;
        init
        {
            var parties = Parties.ToHashSet();
            foreach (var note in value)
            {
                Require(parties, note.Party);
            }

            _notes = [.. value.OrderBy(note => note.At)];
        }
    }

    /// <summary>The intervals on lifelines, in any order.</summary>
    /// <exception cref="ArgumentException">
    /// A party does not belong to this ladder, or an interval ends before it begins.
    /// </exception>
    public IReadOnlyList<LadderInterval> Intervals
    {
        get => _intervals;
        init
        {
            var parties = Parties.ToHashSet();
            foreach (var interval in value)
            {
                Require(parties, interval.Party);
                if (interval.Until < interval.From)
                {
                    throw new ArgumentException(
                        $"'{interval.Text}' ends at {interval.Until}, before it begins at {interval.From}.", nameof(value));
                }
            }

            _intervals = [.. value.OrderBy(interval => interval.From)];
        }
    }

    /// <summary>The second line below a party's name, for example its address.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    /// <summary>How moments are spaced.</summary>
    public LadderSpacing Spacing { get; init; }

    /// <summary>
    /// The maximum number of messages drawn. If there are more, the first and the last ones are drawn, and some notable ones in
    /// between; the rest are folded and counted.
    /// </summary>
    public int MaxMessages { get; init; } = 40;

    /// <summary>The noun for a message, used to count those that are not drawn.</summary>
    public string Noun { get; init; } = "message";

    /// <summary>
    /// The least height of a drawing to scale, in pixels, for arrows that would otherwise lie too close to each other.
    /// </summary>
    internal double LeastHeight { get; init; }

    /// <inheritdoc/>
    public override string ToHtml() => LadderSvg.Of(this);

    /// <summary>The ladder as text: one line per event, in order.</summary>
    public override string ToString() => LadderText.Of(this);

    private static void Require(HashSet<string> parties, string party)
    {
        if (!parties.Contains(party))
        {
            throw new ArgumentException(
                $"There is no party '{party}' in this ladder. Its parties are: {string.Join(", ", parties)}.", nameof(party));
        }
    }
}
