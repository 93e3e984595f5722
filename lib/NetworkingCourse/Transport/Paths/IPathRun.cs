using System.Diagnostics;

namespace NetworkingCourse.Transport;

/// <summary>Two that talk by some way: one does what is measured, the other answers.</summary>
internal interface IPathRun : IDisposable
{
    /// <summary>What the way is, as in the legend.</summary>
    string Name { get; }

    /// <summary>The longest message that it takes, in bytes.</summary>
    int Longest { get; }

    /// <summary>Sends a message there, and waits for one of the same length to come back; over and over.</summary>
    /// <param name="length">How long a message is, in bytes.</param>
    /// <param name="duration">How long.</param>
    /// <param name="roundTrips">Where the time of each round trip is put, in microseconds.</param>
    void PingPong(int length, TimeSpan duration, List<double> roundTrips);

    /// <summary>Sends messages one way, as many at a time as surely fit into every buffer, and then waits for a receipt: so that datagrams are not lost.</summary>
    /// <param name="length">How long a message is, in bytes.</param>
    /// <param name="duration">How long.</param>
    /// <returns>How many messages arrived, and in what time.</returns>
    (long Messages, TimeSpan Elapsed) Stream(int length, TimeSpan duration);
}

/// <summary>How often something is done.</summary>
internal static class Rounds
{
    /// <summary>How many bytes are sent at the most before a receipt is waited for, unless a single message has more.</summary>
    public const int BatchBytes = 64 * 1024;

    private const int MaxInBatch = 64;
    private const int MaxInRound = 64;

    /// <summary>A time in microseconds and parts of them: the quickest round trips are shorter than a few ticks of a <see cref="TimeSpan"/>.</summary>
    public static double MicrosecondsSince(long start) => (Stopwatch.GetTimestamp() - start) * 1e6 / Stopwatch.Frequency;

    /// <summary>How many messages are sent before a receipt is waited for.</summary>
    public static int Batch(int length) => Math.Clamp(BatchBytes / length, 1, MaxInBatch);

    /// <summary>
    /// How many times to do it in each round, for so long: a number that both sides know beforehand, so that nobody has to be told in the middle of a
    /// measurement that it is over. Each is twice as large as the one before, up to some.
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
