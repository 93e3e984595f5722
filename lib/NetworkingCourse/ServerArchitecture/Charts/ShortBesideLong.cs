using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What becomes of short questions while a long one is being computed.</summary>
internal static class ShortBesideLong
{
    public static Figure Draw(Interference measured)
    {
        var names = new Axis("") { Names = [.. measured.Results.Select(result => result.Architecture.Name)], Reversed = true };
        return new Figure
        {
            Id = "interference",
            Title = InvariantText.Format($"Short questions beside a long one of {InvariantText.Of(measured.Computing)} computing, {Environment.ProcessorCount} cores"),
            Caption = "Left: what is left of the rate of short questions. Right: within which time 99 % of them were answered. On an event loop nobody is answered while it computes for one; threads and processes share the cores.",
            Panels =
            [
                new Panel("rate of short questions", new Axis("beside the long one", "% of alone") { Min = 0, Max = 115 }, names,
                [
                    new Series("rate kept", Role.Measured, Mark.Spans, 0, [.. measured.Results.Select((result, i) => new Point(0, i + 1, 100 * result.Beside.Rate / result.Alone.Rate))]),
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
        new(name, Role.Measured, Mark.Points, style, [.. measured.Results.Select((result, i) => new Point(run(result).Latencies.Quantile(0.99).TotalMilliseconds, i + 1))]);
}
