using System.Diagnostics;

namespace NetworkingCourse.Transport;

/// <summary>Measures two parties that communicate through a path: one performs the measurement, the other replies.</summary>
internal interface IPathRun : IDisposable
{
    /// <summary>The name of the path, as in the legend.</summary>
    string Name { get; }

    /// <summary>The maximum length of a message in bytes.</summary>
    int Longest { get; }

    /// <summary>Repeatedly sends a message and waits for a reply of the same length.</summary>
    /// <param name="length">The length of a message in bytes.</param>
    /// <param name="duration">How long to repeat.</param>
    /// <param name="roundTrips">Receives the time of each round trip, in microseconds.</param>
    void PingPong(int length, TimeSpan duration, List<double> roundTrips);

    /// <summary>
    /// Sends messages one way, in batches that fit into every buffer. It waits for a receipt after each batch,
    /// so that no datagrams are lost.
    /// </summary>
    /// <param name="length">The length of a message in bytes.</param>
    /// <param name="duration">How long to send.</param>
    /// <returns>The number of messages that arrived, and the time taken.</returns>
    (long Messages, TimeSpan Elapsed) Stream(int length, TimeSpan duration);
}

/// <summary>Determines how many times a measurement is repeated.</summary>
internal static class Rounds
{
    /// <summary>The maximum number of bytes sent before waiting for a receipt, unless a single message is longer.</summary>
    public const int BatchBytes = 64 * 1024;

    private const int MaxInBatch = 64;
    private const int MaxInRound = 64;

    /// <summary>
    /// The time elapsed in microseconds, with fractions: the quickest round trips last only a few
    /// ticks of a <see cref="TimeSpan"/>.
    /// </summary>
    public static double MicrosecondsSince(long start) => (Stopwatch.GetTimestamp() - start) * 1e6 / Stopwatch.Frequency;

    /// <summary>The number of messages sent before waiting for a receipt.</summary>
    public static int Batch(int length) => Math.Clamp(BatchBytes / length, 1, MaxInBatch);

    /// <summary>
    /// The number of repetitions in each round, for a given duration. Both sides know it beforehand, so that neither has to be
    /// told in the middle of a measurement that it is over. Each round has twice as many as the one before, up to a maximum.
    /// </summary>
    public static IEnumerable<int> For(TimeSpan duration)
    {
        var (start, count) = (Stopwatch.GetTimestamp(), 1);
        do
        {
            yield return count;
            count = Math.Min(MaxInRound, count * 2);
        }
        while (Stopwatch.GetElapsedTime(start) < duration);
    }
}
