namespace NetworkingCourse.Host.Pictures;

/// <summary>A question inside a TCP segment, inside an IP packet, inside a frame: a row for each layer.</summary>
internal static class Encapsulation
{
    private const int Left = 480; // where the question begins, in every row
    private const int HeaderWidth = 110;
    private const int BoxHeight = 34;
    private const int RowHeight = 55;

    private static readonly (string Layer, string Header, string Colour)[] Layers =
    [
        ("application", "", "green"),
        ("transport", "ports, order", "orange"),
        ("network", "addresses", "blue"),
        ("link", "next machine", "purple"),
    ];

    public static string Draw()
    {
        var picture = new SvgPicture(760, 250, "A question inside a TCP segment, inside an IP packet, inside a frame");
        var question = new Box(Left, 0, 150, BoxHeight);
        for (var row = 0; row < Layers.Length; row++)
        {
            var y = 22 + row * RowHeight;
            picture.Text(Layers[row].Layer, 20, y + 22);
            picture.Add(question with { Y = y }, Layers[0].Colour, ["Anybody there?"]);
            for (var header = 1; header <= row; header++)
            {
                picture.Add(
                    new Box(Left - header * HeaderWidth, y, HeaderWidth, BoxHeight),
                    Layers[header].Colour,
                    [Layers[header].Header]);
            }

            if (row > 0)
            {
                var above = Left - (row - 1) * HeaderWidth;
                var end = Left + question.Width;
                picture.Line($"M{above} {y - RowHeight + BoxHeight}V{y}M{end} {y - RowHeight + BoxHeight}V{y}", dashed: true);
            }
        }

        // A frame ends with a check sequence.
        picture.Add(
            new Box(Left + question.Width, 22 + (Layers.Length - 1) * RowHeight, 80, BoxHeight), Layers[^1].Colour, ["check"]);
        return picture.ToString();
    }
}
