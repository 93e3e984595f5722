namespace NetworkingCourse.Display;

/// <summary>
/// Computes where everything in a ladder is drawn, in pixels. No two texts overlap: a label takes a free place along its arrow;
/// if there is none, the drawing grows; as a last resort, the label goes into a column beside the drawing.
/// </summary>
internal sealed partial class LadderLayout
{
    private const double TimesWidth = 78;
    private const double WidestNote = 210;
    private const double NoteDistance = 12;
    private const double MarkSize = 16;
    private const double LabelMargin = 26;
    private const double PageWidth = 840; // of a notebook cell, with the file list open
    private const double Closest = 120; // the least distance between two lifelines
    private const double FarFromMoment = 2 * TextBox.LineHeight;
    private const double Least = 220;
    private const double Highest = 1500;
    private const double Growth = 1.3;
    private const double Top = 64;
    private const double HeadDistance = 8;
    private const double WidestOfMany = 230;
    internal const double HeadMargin = 20;
    internal const double PartySize = 13;

    private readonly List<TextBox> _taken = [];
    private readonly List<Placed> _texts = [];
    private readonly double _widestHead;
    private int _crossed; // the number of labels with a line through them

    private LadderLayout(LadderDiagram ladder, LadderFold fold, double height)
    {
        Fold = fold;
        var left = ladder.Parties.Count > 0 ? Margin(ladder, ladder.Parties[0]) : 0;
        var right = Math.Max(70, ladder.Parties.Count > 1 ? Margin(ladder, ladder.Parties[^1]) : 0);
        var between = Between(ladder, fold, PageWidth - TimesWidth - left - right);
        _widestHead = ladder.Parties.Count > 1 ? between - HeadDistance : double.MaxValue;
        Times = new LadderTimes(
            fold,
            ladder.Spacing,
            height,
            IsAnyWrapped(ladder, fold, between) ? LadderTimes.WideStep : LadderTimes.EvenStep);
        Lifelines = ladder.Parties
            .Select((party, i) => (party, X: TimesWidth + left + i * between))
            .ToDictionary(line => line.party, line => line.X);
        Right = TimesWidth + left + Math.Max(0, ladder.Parties.Count - 1) * between + right;
        Arrows =
        [
            .. fold.Messages.Select(message => new Arrow(
                message,
                (Lifelines[message.From], Top + Times.Y(message.Sent)),
                (Lifelines[message.To], Top + Times.Y(message.Received)))),
        ];
        _taken.AddRange(Arrows
            .Where(arrow => arrow.Message.Kind is MessageKind.Lost or MessageKind.Corrupted)
            .Select(arrow => arrow.At(arrow.Message.Share))
            .Select(mark => new TextBox(mark.X, mark.Y, MarkSize, MarkSize)));
        PlaceNotes(ladder);
        Unplaced = PlaceLabels();
    }

    /// <summary>A message as an arrow from one point to another.</summary>
    public sealed record Arrow(LadderMessage Message, (double X, double Y) From, (double X, double Y) To)
    {
        public double Length => Math.Sqrt(Math.Pow(To.X - From.X, 2) + Math.Pow(To.Y - From.Y, 2));

        public (double X, double Y) At(double share) =>
            (From.X + share * (To.X - From.X), From.Y + share * (To.Y - From.Y));
    }

    /// <summary>A text at its place: as shown, in full, its box, and the point that it was moved away from, if any.</summary>
    public sealed record Placed(string Shown, string Whole, TextBox Box, (double X, double Y)? Anchor = null);

    public LadderFold Fold { get; }

    public LadderTimes Times { get; }

    public IReadOnlyDictionary<string, double> Lifelines { get; }

    public IReadOnlyList<Arrow> Arrows { get; }

    public IReadOnlyList<Placed> Texts => _texts;

    /// <summary>The arrows whose labels found no free place.</summary>
    public IReadOnlyList<Arrow> Unplaced { get; private set; }

    /// <summary>The lowest point of lifelines and texts.</summary>
    public double Bottom => Math.Max(Top + Times.Height, _texts.Count == 0 ? 0 : _texts.Max(text => text.Box.Y)) + 16;

    /// <summary>The width of the drawing.</summary>
    public double Right { get; private set; }

    public static double LifelinesBegin => Top - 18;

    public static double YOf(double y) => Top + y;

    public static LadderLayout Of(LadderDiagram ladder)
    {
        var fold = new LadderFold(ladder);
        var first = Math.Max(ladder.LeastHeight, Math.Clamp(26.0 * fold.Messages.Count, Least, 600));
        var best = new LadderLayout(ladder, fold, first);
        // A drawing of a single moment has no height that could be stretched.
        var isHelped = ladder.Spacing == LadderSpacing.ToScale && best.Times.Height > 0;
        for (var height = best.Times.Height * Growth;
            isHelped && best._crossed + best.Unplaced.Count > 0 && height <= Highest;
            height *= Growth)
        {
            var higher = new LadderLayout(ladder, fold, height);
            best = higher.Badness < best.Badness ? higher : best;
        }

        best.PlaceBeside();
        return best;
    }

    // A label beside the drawing is worse than one with a line through it, which is worse than a slightly taller drawing.
    private double Badness => 20 * Unplaced.Count + _crossed + Times.Height / 60;

    /// <summary>The width of the head of a lifeline.</summary>
    public double HeadWidth(LadderDiagram ladder, string party) => Math.Min(WantedHeadWidth(ladder, party), _widestHead);

    // Fits the party's name, in larger letters, and the detail below it. With more than two parties, the width is
    // limited to leave room for the arrows.
    private static double WantedHeadWidth(LadderDiagram ladder, string party)
    {
        var name = TextBox.WidthOf(party) * PartySize / TextBox.FontSize;
        var detail = TextBox.WidthOf(ladder.Details.GetValueOrDefault(party) ?? "");
        return Math.Min(Math.Max(name, detail) + HeadMargin, ladder.Parties.Count > 2 ? WidestOfMany : double.MaxValue);
    }

    private static double Margin(LadderDiagram ladder, string party)
    {
        var texts = ladder.Notes.Where(note => note.Party == party).Select(note => note.Text)
            .Concat(ladder.Intervals.Where(interval => interval.Party == party).Select(interval => interval.Text))
            .ToList();
        var beside = texts.Count == 0 ? 0 : Math.Min(WidestNote, texts.Max(TextBox.WidthOf)) + NoteDistance + 8;
        return Math.Max(Math.Max(60, WantedHeadWidth(ladder, party) / 2 + 4), beside);
    }

    private void PlaceNotes(LadderDiagram ladder)
    {
        // Notes first, because each belongs to one moment; an interval's text may stand anywhere along the interval.
        foreach (var note in Fold.Notes)
        {
            PlaceNote(ladder, note.Party, note.Text, Top + Times.Y(note.At));
        }

        foreach (var interval in Fold.Intervals)
        {
            PlaceNote(ladder, interval.Party, interval.Text, Top + (Times.Y(interval.From) + Times.Y(interval.Until)) / 2);
        }
    }

    private void PlaceNote(LadderDiagram ladder, string party, string text, double y)
    {
        var shown = TextBox.Fit(text, WidestNote);
        var (width, x) = (TextBox.WidthOf(shown), Lifelines[party]);
        double[] sides = party == ladder.Parties[0] ? [-1] : party == ladder.Parties[^1] ? [1] : [1, -1];
        for (var moved = 0.0; ; moved += 4)
        {
            foreach (var (side, way) in sides.SelectMany(side => new[] { (side, 1), (side, -1) }))
            {
                // Upwards only a little, or a note could leave the drawing. Not across an arrow,
                // unless every other place is too far away.
                var box = new TextBox(x + side * (NoteDistance + width / 2), y + way * moved, width, TextBox.LineHeight);
                if ((way > 0 || (moved <= TextBox.LineHeight && box.Y > Top))
                    && IsFree(box)
                    && (moved > FarFromMoment || !Arrows.Any(arrow => box.IsCrossedBy(arrow.From, arrow.To))))
                {
                    Place(shown, text, box, moved > TextBox.LineHeight / 2 ? (x, y) : null);
                    return;
                }
            }
        }
    }

    private void PlaceBeside()
    {
        if (Unplaced.Count == 0)
        {
            return;
        }

        var (x, y) = (Right + 8, 0.0);
        foreach (var arrow in Unplaced.OrderBy(arrow => Math.Max(arrow.From.Y, arrow.To.Y)))
        {
            var shown = TextBox.Fit(arrow.Message.Label, WidestNote);
            var width = TextBox.WidthOf(shown);
            var anchor = arrow.From.X > arrow.To.X ? arrow.From : arrow.To;
            y = Math.Max(anchor.Y, y + TextBox.LineHeight + 1);
            _texts.Add(new Placed(
                shown, arrow.Message.Label, new TextBox(x + width / 2, y, width, TextBox.LineHeight), anchor));
            Right = Math.Max(Right, x + width + 8);
        }
    }

    private void Place(string shown, string whole, TextBox box, (double X, double Y)? anchor = null)
    {
        _taken.Add(box);
        _texts.Add(new Placed(shown, whole, box, anchor));
    }

    // A fold is drawn across all lifelines, with its own text.
    private bool IsFree(TextBox box) => !_taken.Any(box.Overlaps)
        && !Times.Folds.Any(fold => box.Overlaps(new TextBox(TimesWidth + 300, Top + fold.Y, 4000, TextBox.LineHeight + 4)));
}
