
namespace NetworkingCourse.ServerArchitecture;

/// <summary>What one client of a run lived through. Times are counted from when the run began.</summary>
/// <param name="Number">The client's number, from 1, in the order of starting.</param>
/// <param name="Port">The ephemeral port its system gave it; 0 if it never had one.</param>
/// <param name="Started">When it started, before it connected.</param>
/// <param name="Connected">When the handshake was finished; null if it never was.</param>
/// <param name="Answers">When each of its answers was complete.</param>
/// <param name="Failure">Why it did not get all its answers; null if it did.</param>
public sealed record ClientRecord(
    int Number, int Port, TimeSpan Started, TimeSpan? Connected, IReadOnlyList<TimeSpan> Answers, string? Failure)
{
    /// <summary>From its start to its last answer; null if it did not get all of them.</summary>
    public TimeSpan? Latency => Failure is null && Answers.Count > 0 ? Answers[^1] - Started : null;

}
