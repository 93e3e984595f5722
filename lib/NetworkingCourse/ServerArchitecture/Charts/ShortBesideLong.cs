using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A chart of the rate and latency of short questions while the server computes a long one.</summary>
internal static class ShortBesideLong
{
    public static Figure Draw(Interference measured)
    {
        var names = new Axis("") { Names = [.. measured.Results.Select(result => result.Architecture.Name)], Reversed = true };
        return new Figure
        {
            Id = "interference",
            Title = $"Short questions beside a long one that computes for {InvariantText.Of(measured.Computing)}, "
                + InvariantText.Count(Environment.ProcessorCount, "core"),
            Caption = "Left: how much of the rate of short questions remains. "
                + "Right: the time within which 99 % of them were answered. "
                + "An event loop answers no client while it computes for one; threads and processes share the cores.",
            Panels =
            [
                new Panel("rate of short questions", new Axis("beside the long one", "% of alone") { Min = 0, Max = 115 }, names,
                [
                    new Series(
                        "rate kept",
                        Role.Measured,
                        Mark.Spans,
                        0,
                        [
                            .. measured.Results.Select((result, i) =>
                                new Point(0, i + 1, 100 * result.Beside.Rate / result.Alone.Rate)),
                        ]),
                ]),
                new Panel("latency of short questions", new Axis("99 % within", "ms") { Logarithmic = true }, names,
                [
                    Points("alone", measured, result => result.Alone, style: 2),
                    Points("beside the long one", measured, result => result.Beside, style: 1),
                ]),
            ],
        };
    }

    private static Series Points(string name, Interference measured, Func<InterferenceResult, ClosedLoopRun> run, int style) =>
        new(
            name,
            Role.Measured,
            Mark.Points,
            style,
            [
                .. measured.Results.Select((result, i) =>
                    new Point(run(result).Latencies.Quantile(0.99).TotalMilliseconds, i + 1)),
            ]);
}
