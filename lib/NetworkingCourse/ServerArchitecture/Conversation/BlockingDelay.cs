using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A <see cref="Thread.Sleep(TimeSpan)"/> that ends when a server has to stop: it looks up now and then. To wait for the handle of a cancellation
/// token would do as well; but a hundred threads that wake at once from such waits wake one another slowly, and that would be what is measured.
/// </summary>
internal sealed class BlockingDelay(CancellationToken aborted)
{
    // How late a sleeper may notice that it is to wake up.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(25);

    /// <summary>Sleeps on the calling thread.</summary>
    /// <exception cref="OperationCanceledException">It is to wake up.</exception>
    public void Wait(TimeSpan time)
    {
        var began = Stopwatch.GetTimestamp();
        while (time - Stopwatch.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
        {
            aborted.ThrowIfCancellationRequested();
            // The last two sleeps are of the same length: a short one at the end would be mostly delay.
            NanoSleep.For(left < Longest ? left : left < 2 * Longest ? left / 2 : Longest);
        }

        aborted.ThrowIfCancellationRequested();
    }
}
