using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The result of asking a server questions as fast as it answers them.</summary>
/// <param name="Connections">The number of connections requested.</param>
/// <param name="Connected">The number of connections that had an answer before the measurement began.</param>
/// <param name="Held">The number of connections that were still open, with all their answers, at the end.</param>
/// <param name="Answers">The number of answers that arrived during the measurement.</param>
/// <param name="AllAnswers">The total number of answers, including those of the warm-up.</param>
/// <param name="Measured">The duration of the measurement.</param>
/// <param name="CpuShare">
/// The CPU use of the generator's own process during the measurement; 1 is one core. A value near 1 means
/// that the generator was the bottleneck.
/// </param>
/// <param name="Latencies">
/// The time from sending a question to the last byte of its answer, for all answers since the measurement began.
/// </param>
/// <param name="Failures">The reasons why connections failed, with the number of connections for each.</param>
public sealed record GeneratedLoad(
    int Connections,
    int Connected,
    int Held,
    long Answers,
    long AllAnswers,
    TimeSpan Measured,
    double CpuShare,
    LatencyHistogram Latencies,
    IReadOnlyDictionary<string, int> Failures) : ShownRecord
{
    /// <summary>Answers per second.</summary>
    public double Throughput => Answers / Measured.TotalSeconds;

    /// <summary>Why connections failed, in a sentence; empty if none did.</summary>
    public string FailureSentence => string.Join("; ", Failures
        .OrderByDescending(failure => failure.Value)
        .Select(failure => InvariantText.Format($"{failure.Value} of {Connections} connections: {failure.Key}")));

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format(
        $"{Connections} connections, {Throughput:N0} answers/s; {Latencies}{(Failures.Count > 0 ? "; " + FailureSentence : "")}");

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["connections", "answers/s", "p50 (µs)", "p99 (µs)", "p99.9 (µs)", "longest (µs)", "generator busy"],
        [
            [
                Connections,
                Whole(Throughput),
                Microseconds(50),
                Microseconds(99),
                Microseconds(99.9),
                Microseconds(100),
                InvariantText.Format($"{CpuShare * 100:F0} %"),
            ],
        ],
        Failures.Count > 0 ? FailureSentence : null);

    private string Microseconds(double percent) => Whole(Latencies.At(percent).TotalMicroseconds);

    private static string Whole(double number) => InvariantText.Format($"{number:F0}");
}
