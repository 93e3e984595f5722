using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Measures how long and short questions slow each other down: one client repeatedly asks a long question, whose answer must be
/// computed, while others ask short ones.
/// </summary>
public sealed class Interference : Shown
{
    private const string Long = "Compute?";
    private const int ShortConnections = 2;

    private Interference(TimeSpan computing, IReadOnlyList<InterferenceResult> results) =>
        (Computing, Results) = (computing, results);

    /// <summary>The computing time of the long question, on a core that it has to itself.</summary>
    public TimeSpan Computing { get; }

    /// <summary>One result per architecture.</summary>
    public IReadOnlyList<InterferenceResult> Results { get; }

    /// <summary>Measures each architecture in its own process: the short questions alone, then beside the long one.</summary>
    /// <param name="computing">The computing time of the long question.</param>
    /// <param name="duration">The duration of each half of a measurement.</param>
    /// <param name="architectures">The architectures to measure.</param>
    public static async Task<Interference> MeasureAsync(
        TimeSpan computing, TimeSpan duration, params IReadOnlyList<Architecture> architectures)
    {
        ArgumentOutOfRangeException.ThrowIfZero(architectures.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, computing);
        var options = new ServerOptions { LongQuestion = Long, LongThink = computing, LongThinkKind = ThinkKind.Computing };
        var results = new List<InterferenceResult>();
        foreach (var architecture in architectures)
        {
            await using var server = await StandaloneServer.StartAsync(architecture, options).ConfigureAwait(false);
            // Warm-up: the JIT compiles.
            _ = await ClosedLoop.RunAsync(server, ShortConnections, duration / 3).ConfigureAwait(false);
            var alone = await ClosedLoop.RunAsync(server, ShortConnections, duration).ConfigureAwait(false);
            var longOnes = ClosedLoop.RunAsync(server, 1, duration, Long);
            var beside = await ClosedLoop.RunAsync(server, ShortConnections, duration).ConfigureAwait(false);
            results.Add(new InterferenceResult(architecture, alone, beside, (await longOnes.ConfigureAwait(false)).Latencies));
        }

        return new Interference(computing, results);
    }

    /// <summary>A chart of the rate and latency of short questions, alone and beside a long one.</summary>
    public Figure Chart() => ShortBesideLong.Draw(this);

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        [
            "architecture",
            "short ones alone (1/s)",
            "beside a long one (1/s)",
            "kept",
            "99 % of them within, alone",
            "beside",
            "long one, median",
        ],
        Results.Select(IReadOnlyList<object?> (result) =>
        [
            result.Architecture.Name,
            InvariantText.Format($"{result.Alone.Rate:N0}"),
            InvariantText.Format($"{result.Beside.Rate:N0}"),
            InvariantText.Format($"{100 * result.Beside.Rate / result.Alone.Rate:0} %"),
            InvariantText.Of(result.Alone.Latencies.Quantile(0.99)),
            InvariantText.Of(result.Beside.Latencies.Quantile(0.99)),
            InvariantText.Of(result.LongOnes.Quantile(0.5)),
        ]),
        $"A long question takes {InvariantText.Of(Computing)} of computing. "
            + $"{InvariantText.Count(Environment.ProcessorCount, "core")}.");
}

/// <summary>The measurements of one architecture.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Alone">Short questions alone.</param>
/// <param name="Beside">Short questions while another client asks long ones.</param>
/// <param name="LongOnes">The latencies of the long questions.</param>
public sealed record InterferenceResult(Architecture Architecture, ClosedLoopRun Alone, ClosedLoopRun Beside, Latencies LongOnes);
