namespace NetworkingCourse.Display;

// The labels of arrows: how much space they need between the lifelines, and where each finds a free place along its arrow.
internal sealed partial class LadderLayout
{
    // The positions along its arrow where a label is tried, and the sides: first in the middle, and above the arrow.
    private static readonly double[] Shares = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.12, 0.88];
    private static readonly int[] Sides = [-1, 1];

    // The distance between lifelines: more than usual if labels or heads need it, as long as
    // the drawing fits the width of a cell.
    private static double Between(LadderDiagram ladder, LadderFold fold, double room)
    {
        var max = Math.Max(Closest, room / Math.Max(1, ladder.Parties.Count - 1));
        var usual = ladder.Parties.Count switch { <= 2 => 400.0, 3 => 270, 4 => 215, _ => 190 };
        var labels = fold.Messages.Select(message => (TextBox.WidthOf(message.Label) + LabelMargin) / Lanes(ladder, message));
        var heads = ladder.Parties.Select(party => WantedHeadWidth(ladder, party)).ToList();
        var neighbours = heads.Zip(heads.Skip(1), (one, next) => (one + next) / 2 + HeadDistance);
        var wanted = neighbours.Concat(labels).DefaultIfEmpty().Max();
        return Math.Min(max, Math.Max(usual, wanted));
    }

    private static bool IsAnyWrapped(LadderDiagram ladder, LadderFold fold, double between) =>
        fold.Messages.Any(message => TextBox.WidthOf(message.Label) > Lanes(ladder, message) * between - LabelMargin);

    // The number of gaps between neighbouring lifelines that a message crosses.
    private static int Lanes(LadderDiagram ladder, LadderMessage message) =>
        Math.Abs(PlaceOf(ladder, message.To) - PlaceOf(ladder, message.From));

    private static int PlaceOf(LadderDiagram ladder, string party) =>
        ladder.Parties.Index().First(one => one.Item == party).Index;

    private List<Arrow> PlaceLabels()
    {
        var unplaced = new List<Arrow>();
        foreach (var arrow in Arrows.Where(arrow => arrow.Message.Label.Length > 0))
        {
            // Text reads from left to right, whichever way the arrow points.
            var angle = Math.Atan2(arrow.To.Y - arrow.From.Y, arrow.To.X - arrow.From.X);
            angle = angle > Math.PI / 2 ? angle - Math.PI : angle;
            if (!(TextBox.Halves(arrow.Message.Label, arrow.Length - LabelMargin) is { } halves
                    && TryPlace(arrow, [halves.First, halves.Second], angle))
                && !TryPlace(arrow, [TextBox.Fit(arrow.Message.Label, arrow.Length - LabelMargin)], angle))
            {
                unplaced.Add(arrow);
            }
        }

        return unplaced;
    }

    // A single line goes on either side of its arrow; two lines go one on each side.
    private bool TryPlace(Arrow arrow, string[] lines, double angle)
    {
        var free = Candidates(arrow, lines, angle).Where(candidate => candidate.Boxes.All(IsFree)).ToList();
        if (free.Count == 0)
        {
            return false;
        }

        var (boxes, crossings, _) = free
            .Select(candidate => (
                candidate.Boxes,
                Crossings: candidate.Boxes.Sum(box => Crossings(box, arrow)),
                candidate.Cost))
            .MinBy(candidate => candidate.Cost + candidate.Crossings);
        _crossed += crossings > 0 ? 1 : 0;
        foreach (var (box, line) in boxes.Zip(lines))
        {
            Place(line, lines.Length > 1 ? line : arrow.Message.Label, box);
        }

        return true;
    }

    private static IEnumerable<(TextBox[] Boxes, double Cost)> Candidates(Arrow arrow, string[] lines, double angle)
    {
        var room = (lines.Max(TextBox.WidthOf) / 2 + 14) / arrow.Length;
        foreach (var share in Shares.Where(share => share == 0.5 || (share >= room && share <= 1 - room)))
        {
            if (lines.Length > 1)
            {
                yield return (
                    [.. lines.Zip(Sides, (line, side) => Beside(arrow, line, share, side, angle))],
                    Math.Abs(share - 0.5));
                continue;
            }

            foreach (var side in Sides)
            {
                yield return (
                    [Beside(arrow, lines[0], share, side, angle)],
                    Math.Abs(share - 0.5) + (side > 0 ? 0.6 : 0));
            }
        }
    }

    private static TextBox Beside(Arrow arrow, string line, double share, int side, double angle)
    {
        var distance = side * (TextBox.LineHeight / 2 + 2);
        var (x, y) = arrow.At(share);
        return new TextBox(
            x - distance * Math.Sin(angle),
            y + distance * Math.Cos(angle),
            TextBox.WidthOf(line),
            TextBox.LineHeight,
            angle);
    }

    private int Crossings(TextBox box, Arrow own) =>
        Arrows.Count(arrow => arrow != own && box.IsCrossedBy(arrow.From, arrow.To))
        + Lifelines.Values.Count(x => box.IsCrossedBy((x, 0), (x, Top + Times.Height + 20)));
}
