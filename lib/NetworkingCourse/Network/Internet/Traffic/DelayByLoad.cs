using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Network;

/// <summary>Draws the delay and loss of packets against the load of a link.</summary>
internal static class DelayByLoad
{
    private const int Steps = 120;

    public static Figure Draw(QueueingDelay measured)
    {
        var max = Math.Max(1, measured.Points.Max(point => point.Load) * 1.05);
        var rooms = measured.Points.GroupBy(point => point.Room).ToList();
        var highest = measured.Points.Max(point => point.MeanDelay.TotalMilliseconds) * 1.15;
        return new Figure
        {
            Id = "delay-by-load-of-a-link",
            Title = "A queue before a link: delay and loss against the load",
            Caption =
                "Symbols are measurements in the simulated internet; dashed lines are theory: "
                + "M/M/1/K for a queue with room for K. "
                + "With unlimited room (M/M/1), the delay grows without bound as the load approaches 1; "
                + "with little room it stays short, but packets are lost instead.",
            Panels =
            [
                new Panel(
                    "delay",
                    new Axis("load") { Min = 0, Max = max },
                    new Axis("mean delay", "ms") { Min = 0, Max = highest },
                    [
                        .. rooms.Select((alike, i) => new Series(
                            Room(alike.Key),
                            Role.Measured,
                            Mark.Points,
                            i,
                            [.. alike.Select(point => new Point(point.Load, point.MeanDelay.TotalMilliseconds))])),
                        new Series(
                            "theory for unlimited room (M/M/1)",
                            Role.Predicted,
                            Mark.Line,
                            Series.Ink,
                            [
                                .. Loads(0.995)
                                    .Select(load => new Point(load, Mm1.MeanTime(QueueingDelay.Service, load).TotalMilliseconds))
                                    .TakeWhile(point => point.Y <= highest),
                            ]),
                        .. rooms.Select((alike, i) => new Series(
                            Theory(alike.Key),
                            Role.Predicted,
                            Mark.Line,
                            i,
                            [
                                .. Loads(max).Select(load => new Point(
                                    load,
                                    Mm1.MeanTime(QueueingDelay.Service, load, alike.Key).TotalMilliseconds)),
                            ])),
                    ]),
                new Panel(
                    "loss",
                    new Axis("load") { Min = 0, Max = max },
                    new Axis("lost", "%") { Min = 0 },
                    [
                        .. rooms.Select((alike, i) => new Series(
                            Room(alike.Key),
                            Role.Measured,
                            Mark.Points,
                            i,
                            [.. alike.Select(point => new Point(point.Load, point.Loss * 100))])),
                        .. rooms.Select((alike, i) => new Series(
                            Theory(alike.Key),
                            Role.Predicted,
                            Mark.Line,
                            i,
                            [.. Loads(max).Select(load => new Point(load, Mm1.Loss(load, alike.Key) * 100))])),
                    ]),
            ],
        };
    }

    private static string Room(int packets) => $"room for {InvariantText.Count(packets, "packet")}";

    private static string Theory(int packets) => InvariantText.Format($"theory for {packets:N0} (M/M/1/{packets})");

    private static IEnumerable<double> Loads(double max) => Enumerable.Range(0, Steps + 1).Select(i => i * max / Steps);
}
