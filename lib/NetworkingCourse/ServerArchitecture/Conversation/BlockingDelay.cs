using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A <see cref="Thread.Sleep(TimeSpan)"/> that a stopping server can end, because it checks for cancellation from time to time.
/// Waiting for the wait handle of a cancellation token would also work; but when a hundred threads end such waits at once, they
/// wake slowly, and the measurements would show that delay instead.
/// </summary>
internal sealed class BlockingDelay(CancellationToken aborted)
{
    // The longest time until a sleeping thread notices the cancellation.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(25);

    /// <summary>Puts the calling thread to sleep.</summary>
    /// <exception cref="OperationCanceledException">The delay was cancelled.</exception>
    public void Wait(TimeSpan time)
    {
        var began = Stopwatch.GetTimestamp();
        while (time - Stopwatch.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
        {
            aborted.ThrowIfCancellationRequested();
            // The last two sleeps have the same length: a short last one would consist mostly of wake-up delay.
            NanoSleep.For(left < Longest ? left : left < 2 * Longest ? left / 2 : Longest);
        }

        aborted.ThrowIfCancellationRequested();
    }
}
