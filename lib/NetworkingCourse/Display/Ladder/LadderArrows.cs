using System.Text;

namespace NetworkingCourse.Display;

/// <summary>Draws the arrows of a ladder: a line, a head, and a mark where a message was lost or corrupted.</summary>
internal static class LadderArrows
{
    private const double HeadLength = 9;
    private const double HeadHalfWidth = 3.6;
    private const double Zigzag = 5;
    private const double Apart = 1.6;

    public static void Append(StringBuilder svg, LadderLayout.Arrow arrow, IReadOnlyList<TextBox> texts)
    {
        var message = arrow.Message;
        var style = InvariantText.Of(message.Kind);
        svg.Append("<g><title>").Append(LadderSvg.Encode(LadderText.Sentence(message))).Append("</title>");
        switch (message.Kind)
        {
            case MessageKind.Lost:
                var end = arrow.At(message.Share);
                AppendLine(svg, style, arrow.From, end, texts);
                svg.Append(InvariantText.Format(
                    $"<path class=\"mark\" d=\"M{end.X - 6:0.#} {end.Y - 6:0.#}l12 12m-12 0l12 -12\"/>"));
                break;
            case MessageKind.Corrupted:
                AppendLine(svg, style, arrow.From, arrow.To, texts);
                var (x, y) = arrow.At(message.Share);
                svg.Append(InvariantText.Format($"<path class=\"bent\" d=\"M{x - 2 * Zigzag:0.#} {y:0.#}l{Zigzag} {-Zigzag}"))
                    .Append(InvariantText.Format($"l{Zigzag} {2 * Zigzag}l{Zigzag} {-2 * Zigzag}l{Zigzag} {Zigzag}\"/>"));
                AppendHead(svg, arrow);
                break;
            case MessageKind.Opaque:
                var (across, along) = (
                    -(arrow.To.Y - arrow.From.Y) / arrow.Length * Apart,
                    (arrow.To.X - arrow.From.X) / arrow.Length * Apart);
                var neck = arrow.At(1 - HeadLength / arrow.Length);
                AppendLine(
                    svg, style, (arrow.From.X + across, arrow.From.Y + along), (neck.X + across, neck.Y + along), texts);
                AppendLine(
                    svg, style, (arrow.From.X - across, arrow.From.Y - along), (neck.X - across, neck.Y - along), texts);
                AppendHead(svg, arrow);
                break;
            default:
                AppendLine(svg, style, arrow.From, arrow.To, texts);
                AppendHead(svg, arrow);
                break;
        }

        svg.Append("</g>");
    }

    private static void AppendLine(
        StringBuilder svg, string style, (double X, double Y) from, (double X, double Y) to, IReadOnlyList<TextBox> texts)
    {
        foreach (var (begin, end) in TextBox.Uncovered(from, to, texts))
        {
            svg.Append(InvariantText.Format($"<line class=\"{style}\" x1=\"{begin.X:0.#}\" y1=\"{begin.Y:0.#}\" "))
                .Append(InvariantText.Format($"x2=\"{end.X:0.#}\" y2=\"{end.Y:0.#}\"/>"));
        }
    }

    private static void AppendHead(StringBuilder svg, LadderLayout.Arrow arrow)
    {
        var (along, down) =
            ((arrow.To.X - arrow.From.X) / arrow.Length, (arrow.To.Y - arrow.From.Y) / arrow.Length);
        var (x, y) = (arrow.To.X - HeadLength * along, arrow.To.Y - HeadLength * down);
        svg.Append(InvariantText.Format($"<path d=\"M{arrow.To.X:0.#} {arrow.To.Y:0.#}"))
            .Append(InvariantText.Format($"L{x - HeadHalfWidth * down:0.#} {y + HeadHalfWidth * along:0.#}"))
            .Append(InvariantText.Format($"L{x + HeadHalfWidth * down:0.#} {y - HeadHalfWidth * along:0.#}Z\"/>"));
    }
}
