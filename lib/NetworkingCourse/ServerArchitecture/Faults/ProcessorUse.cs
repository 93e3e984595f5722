using System.Diagnostics;
using System.Globalization;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Tells whether a process or a thread spins: whether it computes all the time, although it has nothing to do.</summary>
internal static class ProcessorUse
{
    // What rests in one of these windows does not spin. On a busy machine, what spins gets only a share of a core.
    private const int Windows = 8;
    private const double SpinningShare = 0.1;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    // clock ticks per second in /proc, see proc_pid_stat(5) and sysconf(3): 100 on every system that .NET runs on
    private const double TicksPerSecond = 100;

    /// <summary>The system's number of the calling thread; null where threads cannot be looked at one by one.</summary>
    public static int? CurrentThread => SystemFeatures.ThreadAccounts
        && int.TryParse(Path.GetFileName(File.ResolveLinkTarget("/proc/thread-self", false)?.FullName), out var id)
        ? id
        : null;

    /// <summary>Whether a process computes in every one of several short windows.</summary>
    /// <returns>Null if the process does not exist, or may not be looked at.</returns>
    public static async Task<bool?> SpinsAsync(int processId, CancellationToken cancellation)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return await SpinsAsync(
                () =>
                {
                    process.Refresh();
                    return process.TotalProcessorTime;
                },
                cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException
            or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Whether a thread of this process computes in every one of several short windows.</summary>
    /// <param name="thread">Its number, from <see cref="CurrentThread"/>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static Task<bool> ThreadSpinsAsync(int thread, CancellationToken cancellation) =>
        SpinsAsync(() => TimeOfThread(thread), cancellation);

    private static async Task<bool> SpinsAsync(Func<TimeSpan> used, CancellationToken cancellation)
    {
        for (var i = 0; i < Windows; i++)
        {
            var (before, began) = (used(), Stopwatch.GetTimestamp());
            await Task.Delay(Window, cancellation).ConfigureAwait(false);
            if (used() - before < SpinningShare * Stopwatch.GetElapsedTime(began))
            {
                return false;
            }
        }

        return true;
    }

    // A thread that has ended uses nothing more.
    private static TimeSpan TimeOfThread(int thread)
    {
        if (!SystemFeatures.ThreadAccounts)
        {
            return TimeSpan.Zero;
        }

        try
        {
            var stat = File.ReadAllText(FormattableString.Invariant($"/proc/self/task/{thread}/stat"));
            // The name in parentheses may contain spaces; after it, utime and stime are the 12th and 13th fields.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = fields[11..13].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            return TimeSpan.FromSeconds(ticks / TicksPerSecond);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return TimeSpan.Zero;
        }
    }
}
