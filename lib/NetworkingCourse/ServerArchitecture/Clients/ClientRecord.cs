
namespace NetworkingCourse.ServerArchitecture;

/// <summary>The history of one client in a run. Times are measured from the start of the run.</summary>
/// <param name="Number">The client's number, from 1, in starting order.</param>
/// <param name="Port">The ephemeral port that the system assigned to it; 0 if it never had one.</param>
/// <param name="Started">When the client started, before it connected.</param>
/// <param name="Connected">When the handshake completed; null if it never did.</param>
/// <param name="Answers">When each of the client's answers was complete.</param>
/// <param name="Failure">Why the client did not get all its answers; null if it did.</param>
public sealed record ClientRecord(
    int Number, int Port, TimeSpan Started, TimeSpan? Connected, IReadOnlyList<TimeSpan> Answers, string? Failure)
{
    /// <summary>The time from the client's start to its last answer; null if it did not get all its answers.</summary>
    public TimeSpan? Latency => Failure is null && Answers.Count > 0 ? Answers[^1] - Started : null;

}
