using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>A request that was answered, with its history.</summary>
/// <param name="Number">The request's number.</param>
/// <param name="Request">The request.</param>
/// <param name="Answer">The reply.</param>
/// <param name="Tries">When each try was sent, relative to the first.</param>
/// <param name="Latency">The time until the reply arrived.</param>
public sealed record RequestOutcome(
    int Number, string Request, string Answer, IReadOnlyList<TimeSpan> Tries, TimeSpan Latency) : ShownRecord
{
    /// <summary>
    /// The outcome in one line: <c>request 1, "add 5": "5", after 2 tries at 0 µs, 50.3 ms; it took 51.2 ms</c>.
    /// </summary>
    public override string ToString() => InvariantText.Format(
        $"request {Number}, \"{Request}\": \"{Answer}\", after {Tries.Count} {(Tries.Count == 1 ? "try" : "tries")} ")
        + $"at {string.Join(", ", Tries.Select(InvariantText.Of))}; it took {InvariantText.Of(Latency)}";
}
