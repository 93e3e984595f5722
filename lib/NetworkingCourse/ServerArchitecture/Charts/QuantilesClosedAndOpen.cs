using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A chart of latency by quantile, for a closed and an open loop against the same server.</summary>
internal static class QuantilesClosedAndOpen
{
    private const int Steps = 200;

    public static Figure Draw(CoordinatedOmission measured) => new()
    {
        Id = "latency-quantiles-closed-and-open",
        Title = InvariantText.Format(
            $"One stall of {InvariantText.Of(measured.StallTime)}, seen by a closed and by an open loop"),
        Caption = "A point (p, t): p per cent of the requests had their answer within t. "
            + "The closed loop asks nothing while the server is stalled, so the stall appears as "
            + InvariantText.Format($"{CoordinatedOmission.CountSlow(measured.Closed.Latencies)} slow answers ")
            + InvariantText.Format($"among {measured.Closed.Latencies.Count:N0}; ")
            + "the open loop measures from when a request was due, "
            + "and shows what every user who came during the stall would have experienced. "
            + "The line is the prediction of theory for requests that keep coming.",
        Panels =
        [
            new Panel(
                "",
                new Axis("share of the requests", "%") { Min = 0, Max = 100.5 },
                new Axis("latency", "ms") { Logarithmic = true },
                [
                    Of("closed loop", measured.Closed.Latencies, style: 1),
                    Of("open loop", measured.Open.Latencies, style: 0),
                    Predicted(measured),
                ]),
        ],
    };

    private static Series Of(string name, Latencies latencies, int style) =>
        new(
            name,
            Role.Measured,
            Mark.Line,
            style,
            [.. Shares().Select(share => new Point(share * 100, latencies.Quantile(share).TotalMilliseconds))]);

    // Requests arrive evenly. Those due during the stall wait for its end; the first of them waits for the whole stall.
    private static Series Predicted(CoordinatedOmission measured)
    {
        var think = measured.Open.Options.Think;
        var unharmed = 1 - (measured.StallTime / measured.Open.Duration);
        return new Series("predicted for the open loop", Role.Predicted, Mark.Line, Series.Ink,
        [
            .. Shares().Select(share => new Point(
                share * 100,
                (think + (share > unharmed ? measured.StallTime * ((share - unharmed) / (1 - unharmed)) : TimeSpan.Zero))
                    .TotalMilliseconds)),
        ]);
    }

    private static IEnumerable<double> Shares() =>
        Enumerable.Range(1, Steps).Select(i => (double)i / Steps).Append(0.999).Order();
}
