using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What came of asking a server as fast as it answers.</summary>
/// <param name="Connections">How many connections were wanted.</param>
/// <param name="Connected">How many of them had an answer before the counting began.</param>
/// <param name="Held">How many of them were open, with all their answers, at the end.</param>
/// <param name="Answers">How many answers arrived within the time measured.</param>
/// <param name="AllAnswers">How many arrived altogether, those of the warm-up included.</param>
/// <param name="Measured">The time measured.</param>
/// <param name="CpuShare">How busy the generator's own process was meanwhile: 1 is one core. Near 1 it is the generator that was measured.</param>
/// <param name="Latencies">From the sending of a question to the last byte of its answer, of all answers since the counting began.</param>
/// <param name="Failures">Why connections failed, and how many did for that reason.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record GeneratedLoad(
    int Connections, int Connected, int Held, long Answers, long AllAnswers, TimeSpan Measured, double CpuShare, LatencyHistogram Latencies,
    IReadOnlyDictionary<string, int> Failures) : IShown
{
    /// <summary>Answers a second.</summary>
    public double Throughput => Answers / Measured.TotalSeconds;

    /// <summary>Why connections failed, in a sentence; empty if none did.</summary>
    public string FailureSentence => string.Join("; ", Failures.OrderByDescending(failure => failure.Value).Select(failure => InvariantText.Format($"{failure.Value} of {Connections} connections: {failure.Key}")));

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public string ToText() => AsTable().ToString();

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format(
        $"{Connections} connections, {Throughput:N0} answers/s; {Latencies}{(Failures.Count > 0 ? "; " + FailureSentence : "")}");

    private Table AsTable() => new(
        ["connections", "answers/s", "p50 (µs)", "p99 (µs)", "p99.9 (µs)", "longest (µs)", "generator busy"],
        [[Connections, Whole(Throughput), Microseconds(50), Microseconds(99), Microseconds(99.9), Microseconds(100), InvariantText.Format($"{CpuShare * 100:F0} %")]],
        Failures.Count > 0 ? FailureSentence : null);

    private string Microseconds(double percent) => Whole(Latencies.At(percent).TotalMicroseconds);

    private static string Whole(double number) => InvariantText.Format($"{number:F0}");
}
