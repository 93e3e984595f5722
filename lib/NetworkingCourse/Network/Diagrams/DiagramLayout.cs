using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// The layout of a network drawing: the boxes first, as far apart as they need to be, then each text at the nearest position
/// where it covers nothing.
/// </summary>
internal sealed class DiagramLayout
{
    private const double Margin = 14;
    private const double RoomBetween = 44;
    private const double BoxPadding = 9;
    private const double SeenOfLine = 40; // how much of a line must stay visible beside a text
    private const double SeenOfArrow = 90; // the same for an arrow: its tip, and enough of its shaft on both sides of the text
    private const double LargestScale = 1.9; // wider drawings would not fit on a page

    private readonly NetworkDiagram _diagram;
    private readonly Dictionary<string, TextBox> _boxes = [];
    private readonly List<DiagramText> _texts = [];
    private readonly Dictionary<DiagramLink, (Spot From, Spot To)> _lines = [];
    private readonly Dictionary<DiagramLink, Spot> _cuts = [];

    public DiagramLayout(NetworkDiagram diagram)
    {
        _diagram = diagram;
        PlaceBoxes();
        foreach (var link in diagram.Links)
        {
            _lines[link] = Line(link);
        }

        foreach (var link in diagram.Links.Where(link => link.Label.Length > 0))
        {
            var (from, to) = _lines[link];
            AddText(link.Label, AlongLine(from, to), link, isDrop: false);
        }

        foreach (var link in diagram.Links.Where(link => link.State == DiagramLinkState.Cut))
        {
            _cuts[link] = MarkOn(_lines[link]);
        }

        Marks.AddRange(_cuts.Values);
        foreach (var drop in diagram.Drops)
        {
            var mark = MarkOf(drop);
            if (!Marks.Contains(mark))
            {
                Marks.Add(mark);
            }

            AddText(drop.Reason, [mark.Moved(0, -18), mark.Moved(0, 20)], null, isDrop: true);
        }

        FitIntoView();
    }

    public double Width { get; private set; }

    public double Height { get; private set; }

    public IReadOnlyDictionary<string, TextBox> Boxes => _boxes;

    public IReadOnlyDictionary<DiagramLink, (Spot From, Spot To)> Lines => _lines;

    public IReadOnlyList<DiagramText> Texts => _texts;

    /// <summary>
    /// The positions of the crosses that mark cut links and dropped packets. A packet lost on a cut link shares the cross of the
    /// cut.
    /// </summary>
    public List<Spot> Marks { get; } = [];

    public static IReadOnlyList<string> LinesOf(DiagramNode node) =>
        node.Detail.Length == 0 ? [node.Name] : [node.Name, .. node.Detail.ReplaceLineEndings("\n").Split('\n')];

    private static (double Width, double Height) SizeOf(DiagramNode node)
    {
        var lines = LinesOf(node);
        return (Math.Max(34, lines.Max(TextBox.WidthOf) * 1.05 + 2 * BoxPadding), lines.Count * TextBox.LineHeight + BoxPadding);
    }

    // Scales the unit square up until no two boxes are too close. Given places may coincide; such boxes are then moved apart.
    private void PlaceBoxes()
    {
        for (var scale = 1.0; scale < 2 * LargestScale; scale *= 1.15)
        {
            foreach (var node in _diagram.Nodes)
            {
                var ((width, height), place) = (SizeOf(node), _diagram.Places[node.Name]);
                _boxes[node.Name] = new TextBox(place.X * 420 * scale, place.Y * 230 * scale, width, height);
            }

            if (!Crowded().Any() && (scale > LargestScale || _diagram.Links.All(HasRoomForItsLabel)))
            {
                return;
            }
        }

        for (var round = 0; round < 200 && Crowded().FirstOrDefault() is (string one, string other); round++)
        {
            var (a, b) = (_boxes[one], _boxes[other]);
            var down = b.Y >= a.Y ? 10 : -10;
            (_boxes[one], _boxes[other]) = (a with { Y = a.Y - down }, b with { Y = b.Y + down });
        }
    }

    // Part of the line must be visible on both sides of the text.
    private bool HasRoomForItsLabel(DiagramLink link) => HasRoomForItsLabel(link, SeenOfLine);

    private bool HasRoomForItsLabel(DiagramLink link, double seen)
    {
        var (from, to) = Line(link);
        var length = from.Distance(to);
        var (along, across) = (Math.Abs(to.X - from.X) / Math.Max(1, length), Math.Abs(to.Y - from.Y) / Math.Max(1, length));
        var covered = link.Label.Length == 0
            ? 0
            : Math.Min(TextBox.WidthOf(link.Label) / Math.Max(0.01, along), TextBox.LineHeight / Math.Max(0.01, across));
        return length > covered + seen;
    }

    private IEnumerable<(string One, string Other)> Crowded() =>
        from one in _boxes
        from other in _boxes
        where string.CompareOrdinal(one.Key, other.Key) < 0
            && (one.Value with
            {
                Width = one.Value.Width + RoomBetween,
                Height = one.Value.Height + RoomBetween,
            }).Overlaps(other.Value)
        select (one.Key, other.Key);

    // From the edge of one box to the edge of the other.
    private (Spot From, Spot To) Line(DiagramLink link)
    {
        var (a, b) = (_boxes[link.A], _boxes[link.B]);
        var (from, to) = (new Spot(a.X, a.Y), new Spot(b.X, b.Y));
        var leave = a.Covers((from.X, from.Y), (to.X, to.Y))?.To ?? 0;
        var enter = b.Covers((from.X, from.Y), (to.X, to.Y))?.From ?? 1;
        return (from.Towards(to, leave), from.Towards(to, enter));
    }

    private Spot MarkOf(DiagramDrop drop)
    {
        var box = _boxes[drop.At];
        if (drop.Link is null)
        {
            return new Spot(box.X + box.Width / 2, box.Y - box.Height / 2);
        }

        return _diagram.Links.FirstOrDefault(link =>
                (link.A == drop.At && link.B == drop.Link) || (link.B == drop.At && link.A == drop.Link)) is { } link
            ? _cuts.TryGetValue(link, out var cut) ? cut : MarkOn(_lines[link])
            : new Spot(box.X, box.Y);
    }

    // In the middle of the line, unless a text is there.
    private Spot MarkOn((Spot From, Spot To) line) =>
        line.From.Towards(line.To, line.From.Towards(line.To, 0.5).IsNear(_texts) ? 0.22 : 0.5);

    private void AddText(string text, IEnumerable<Spot> candidates, DiagramLink? own, bool isDrop)
    {
        var (width, all) = (TextBox.WidthOf(text) + 6, candidates.ToList());
        TextBox At(Spot spot) => new(spot.X, spot.Y, width, TextBox.LineHeight);
        var free = all.Where(spot => IsFree(At(spot))).Concat(Spiral(all[0]).Where(spot => IsFree(At(spot))));
        // Prefer the first free position that no other line crosses, and that does not hide the text's own line. If there is none
        // near by, take the first free one.
        var near = free.Take(40).ToList();
        var mayLieOnItsOwn = own is null || HasRoomForItsLabel(own, own.Towards is null ? SeenOfLine : SeenOfArrow);
        var spot = near
            .Where(spot => !_lines.Any(line => (line.Key != own || !mayLieOnItsOwn)
                && At(spot).IsCrossedBy((line.Value.From.X, line.Value.From.Y), (line.Value.To.X, line.Value.To.Y))))
            .Append(near[0])
            .First();
        _texts.Add(new DiagramText(text, At(spot), isDrop ? all[0] : null, isDrop));
    }

    private bool IsFree(TextBox box) =>
        !_boxes.Values.Any(other => other.Overlaps(box)) && !_texts.Any(other => other.Box.Overlaps(box))
        && !Marks.Any(mark => new TextBox(mark.X, mark.Y, 14, 14).Overlaps(box));

    private static IEnumerable<Spot> AlongLine(Spot from, Spot to)
    {
        var length = Math.Max(1, from.Distance(to));
        var (acrossX, acrossY) = (-(to.Y - from.Y) / length, (to.X - from.X) / length);
        foreach (var aside in (double[])[0, 13, -13, 22, -22])
        {
            foreach (var share in (double[])[0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74])
            {
                var on = from.Towards(to, share);
                yield return new Spot(on.X + aside * acrossX, on.Y + aside * acrossY);
            }
        }
    }

    // An unbounded spiral, so that a free position is always found.
    private static IEnumerable<Spot> Spiral(Spot centre)
    {
        for (var i = 1; ; i++)
        {
            var (angle, radius) = (i * 0.7, 12 + 1.6 * i);
            yield return new Spot(centre.X + radius * Math.Cos(angle), centre.Y + radius * 0.7 * Math.Sin(angle));
        }
    }

    private void FitIntoView()
    {
        var all = _boxes.Values
            .Concat(_texts.Select(text => text.Box))
            .Concat(Marks.Select(mark => new TextBox(mark.X, mark.Y, 14, 14)))
            .ToList();
        var (left, top) = (all.Min(box => box.X - box.Width / 2) - Margin, all.Min(box => box.Y - box.Height / 2) - Margin);
        (Width, Height) = (
            all.Max(box => box.X + box.Width / 2) + Margin - left,
            all.Max(box => box.Y + box.Height / 2) + Margin - top);
        foreach (var name in _boxes.Keys.ToList())
        {
            _boxes[name] = _boxes[name] with { X = _boxes[name].X - left, Y = _boxes[name].Y - top };
        }

        foreach (var link in _lines.Keys.ToList())
        {
            _lines[link] = (_lines[link].From.Moved(-left, -top), _lines[link].To.Moved(-left, -top));
        }

        for (var i = 0; i < _texts.Count; i++)
        {
            _texts[i] = _texts[i] with
            {
                Box = _texts[i].Box with { X = _texts[i].Box.X - left, Y = _texts[i].Box.Y - top },
                Anchor = _texts[i].Anchor?.Moved(-left, -top),
            };
        }

        for (var i = 0; i < Marks.Count; i++)
        {
            Marks[i] = Marks[i].Moved(-left, -top);
        }
    }
}

/// <summary>A text in a drawing.</summary>
/// <param name="Text">The text.</param>
/// <param name="Box">Its position and size.</param>
/// <param name="Anchor">The point that the text belongs to, if a line is to lead there.</param>
/// <param name="IsDrop">Whether the text says why a packet was dropped.</param>
internal sealed record DiagramText(string Text, TextBox Box, Spot? Anchor, bool IsDrop);

/// <summary>A point of a drawing, in pixels.</summary>
internal readonly record struct Spot(double X, double Y)
{
    public Spot Towards(Spot other, double share) => new(X + share * (other.X - X), Y + share * (other.Y - Y));

    public Spot Moved(double x, double y) => new(X + x, Y + y);

    public double Distance(Spot other) => Math.Sqrt((other.X - X) * (other.X - X) + (other.Y - Y) * (other.Y - Y));

    public bool IsNear(IEnumerable<DiagramText> texts)
    {
        var box = new TextBox(X, Y, 18, 18);
        return texts.Any(text => text.Box.Overlaps(box));
    }
}
