using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>The state of the server at one moment.</summary>
/// <param name="At">The time.</param>
/// <param name="HalfOpen">The number of half-open connections that it keeps.</param>
/// <param name="Connected">The number of clients that have connected so far.</param>
public readonly record struct SynFloodSample(TimeSpan At, int HalfOpen, int Connected);

/// <summary>Three minutes of a server under a SYN flood.</summary>
/// <param name="Options">The options.</param>
/// <param name="Samples">The state of the server over time.</param>
/// <param name="Connected">How many of the 180 clients connected.</param>
/// <param name="AtFirst">How many of them needed one SYN only.</param>
/// <param name="MaxHalfOpen">The largest number of half-open connections.</param>
/// <param name="Guessed">How many connections guessed acknowledgments opened.</param>
public sealed record SynFloodRun(
    SynFloodOptions Options, IReadOnlyList<SynFloodSample> Samples, int Connected, int AtFirst, int MaxHalfOpen, int Guessed)
    : ShownRecord
{
    /// <summary>Simulates three minutes in which a client comes every second.</summary>
    /// <param name="options">The flood, and the server's defence.</param>
    public static SynFloodRun Run(SynFloodOptions options) => SynFlood.Run(options);

    /// <summary>Draws how many clients connected in several runs.</summary>
    /// <param name="runs">The runs, with their names.</param>
    public static Figure Beside(params IReadOnlyList<(string Name, SynFloodRun Run)> runs) => new()
    {
        Id = "syn-flood",
        Title = "Clients that connected during a SYN flood",
        Caption = "One client comes each second. Who gets no answer tries again after 1, 2, 4, … seconds.",
        Panels =
        [
            new Panel(
                "",
                new Axis("time", "s") { Min = 0, Max = SynFlood.Duration.TotalSeconds },
                new Axis("clients connected", "") { Min = 0 },
            [
                .. runs.Select((one, i) => new Series(
                    one.Name, Role.Measured, Mark.Line, i,
                    [.. one.Run.Samples.Select(sample => new Point(sample.At.TotalSeconds, sample.Connected))])),
            ]),
        ],
    };

    /// <inheritdoc/>
    public override string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    private Table Table() => new(
        ["in three minutes", "number"],
        [
            ["clients that came", SynFlood.Clients],
            ["that connected", Connected],
            ["with their first SYN", AtFirst],
            ["SYNs of the flood", Options.FloodPerSecond * (int)SynFlood.Duration.TotalSeconds],
            ["most half-open connections", MaxHalfOpen],
            .. Options.GuessesPerSecond == 0 ? (object?[][])[] :
            [
                ["guessed acknowledgments", Options.GuessesPerSecond * (int)SynFlood.Duration.TotalSeconds],
                ["connections that they opened", Guessed],
            ],
        ]);
}
