using System.Globalization;

namespace NetworkingCourse.Display;

/// <summary>
/// Who sent what to whom, and when: a space-time diagram. Time runs downwards, each party has a lifeline, and a message is an arrow from where it was sent
/// to where it arrived. A tap, a capture of packets or a simulated protocol may feed it.
/// </summary>
/// <param name="Title">What it shows.</param>
/// <param name="Parties">Names, from left to right; each once.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record LadderDiagram(string Title, IReadOnlyList<string> Parties) : IShown
{
    private readonly IReadOnlyList<LadderMessage> _messages = [];
    private readonly IReadOnlyList<LadderNote> _notes = [];
    private readonly IReadOnlyList<LadderInterval> _intervals = [];

    /// <summary>How to read it, in a sentence; empty if nothing need be said.</summary>
    public string Caption { get; init; } = "";

    /// <summary>The arrows, in any order.</summary>
    /// <exception cref="ArgumentException">A party is not one of this ladder's, or a message arrives before it was sent, or at its sender.</exception>
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
                    throw new ArgumentException($"'{message.Label}' goes from {message.From} at {message.Sent} to {message.To} at {message.Received}, its mark at {message.Share.ToString(CultureInfo.InvariantCulture)} of the way: this cannot be drawn.", nameof(value));
                }
            }

            _messages = [.. value.OrderBy(message => message.Sent)];
        }
    }

    /// <summary>Remarks on lifelines, in any order.</summary>
    /// <exception cref="ArgumentException">A party is not one of this ladder's.</exception>
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

    /// <summary>Spans of time on lifelines, in any order.</summary>
    /// <exception cref="ArgumentException">A party is not one of this ladder's, or an interval ends before it begins.</exception>
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
                    throw new ArgumentException($"'{interval.Text}' ends at {interval.Until} and begins at {interval.From}.", nameof(value));
                }
            }

            _intervals = [.. value.OrderBy(interval => interval.From)];
        }
    }

    /// <summary>A second line below a party's name, for instance its address.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    /// <summary>How far apart moments are drawn.</summary>
    public LadderSpacing Spacing { get; init; }

    /// <summary>
    /// How many messages are drawn at the most: of more, the first, the last, and the first of those between that are notable.
    /// The rest is folded and counted.
    /// </summary>
    public int MaxMessages { get; init; } = 40;

    /// <summary>What a message is called where those that are not drawn are counted.</summary>
    public string Noun { get; init; } = "message";

    /// <inheritdoc/>
    public string ToHtml() => LadderSvg.Of(this);

    /// <summary>A line for everything that happened, in order.</summary>
    public override string ToString() => LadderText.Of(this);

    private static void Require(HashSet<string> parties, string party)
    {
        if (!parties.Contains(party))
        {
            throw new ArgumentException(
                $"There is no party '{party}' in this ladder. There is: {string.Join(", ", parties)}.", nameof(party));
        }
    }
}
