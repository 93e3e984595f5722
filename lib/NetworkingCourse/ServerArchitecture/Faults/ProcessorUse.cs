using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Tells whether a process spins: whether it computes all the time, although it has nothing to do.</summary>
internal static class ProcessorUse
{
    // A process that rests now and then, in one of these windows, does not spin.
    private const int Windows = 6;
    private const double SpinningShare = 0.6;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(60);

    /// <summary>Whether the process computes in every one of several short windows.</summary>
    /// <returns>Null if the process does not exist, or may not be looked at.</returns>
    public static async Task<bool?> SpinsAsync(int processId, CancellationToken cancellation)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            for (var i = 0; i < Windows; i++)
            {
                var (before, began) = (Used(process), Stopwatch.GetTimestamp());
                await Task.Delay(Window, cancellation).ConfigureAwait(false);
                if (Used(process) - before < SpinningShare * Stopwatch.GetElapsedTime(began))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException
            or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            return null;
        }
    }

    private static TimeSpan Used(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }
}
