using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>Plots each flow's share of the link over time, with Jain's index.</summary>
internal static class SharesOverTime
{
    private const int Intervals = 40;

    public static Figure Draw(FlowsRun run)
    {
        var step = run.Duration / Intervals;
        var fair = run.Link.BitsPerSecond!.Value / run.Flows.Count / 1e6;
        var time = new Axis("time", "s") { Min = 0, Max = run.Duration.TotalSeconds };
        return new Figure
        {
            Id = $"shares-of-the-link-{run.Flows.Count}",
            Title = "Who gets how much of the link, and how fair that is",
            Caption = InvariantText.Format($"Throughput in intervals of {InvariantText.Of(step)}. ")
                + InvariantText.Format($"Jain's index is 1 if all flows are equal, 1/{run.Flows.Count} if one has everything."),
            Panels =
            [
                new Panel("throughput", time, new Axis("throughput", "Mbit/s") { Min = 0 },
                [
                    .. run.Flows.Select((_, flow) => new Series(
                        run.NameOf(flow), Role.Measured, Mark.Line, flow,
                        [
                            .. Pieces(step).Select(piece =>
                                new Point(Middle(piece, step), run.Throughput(flow, piece, piece + step) / 1e6)),
                        ])),
                    new Series(
                        "a fair share", Role.Predicted, Mark.Line, Series.Ink,
                        [new Point(0, fair), new Point(run.Duration.TotalSeconds, fair)]),
                ]),
                new Panel("Jain's index", time, new Axis("Jain's index") { Min = 0, Max = 1.05 },
                [
                    new Series(
                        "Jain's index", Role.Measured, Mark.Line, 3,
                        [
                            .. Pieces(step)
                                .Where(piece => piece >= run.Flows.Max(flow => flow.Starts)
                                    && run.Flows.Index().Any(flow => run.Throughput(flow.Index, piece, piece + step) > 0))
                                .Select(piece => new Point(Middle(piece, step), run.Fairness(piece, piece + step))),
                        ]),
                ]),
            ],
        };
    }

    private static IEnumerable<TimeSpan> Pieces(TimeSpan step) => Enumerable.Range(0, Intervals).Select(i => step * i);

    private static double Middle(TimeSpan piece, TimeSpan step) => (piece + (step / 2)).TotalSeconds;
}
