using System.Globalization;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// How often each thread of a process has stopped running so far (Linux: proc_pid_status(5)). The difference between two moments
/// tells how often threads had to be woken in between. Counting does not disturb the process.
/// </summary>
public sealed class ThreadSwitches
{
    private readonly Dictionary<string, SwitchCount> _threads;

    private ThreadSwitches(Dictionary<string, SwitchCount> threads) => _threads = threads;

    /// <summary>Counts the switches of a process until now.</summary>
    /// <param name="process">The process ID. Child processes do not count.</param>
    /// <returns>The counts; null if this system does not keep them for each thread.</returns>
    /// <exception cref="ArgumentException">There is no such process.</exception>
    public static ThreadSwitches? Of(int process)
    {
        if (!SystemFeatures.ThreadAccounts)
        {
            return null;
        }

        var folder = InvariantText.Format($"/proc/{process}/task");
        if (!Directory.Exists(folder))
        {
            throw new ArgumentException(InvariantText.Format($"There is no process {process}."), nameof(process));
        }

        var threads = new Dictionary<string, SwitchCount>();
        foreach (var thread in Directory.GetDirectories(folder))
        {
            try
            {
                var status = StatusOf(thread);
                threads[thread] = new SwitchCount(
                    CountIn(status, "voluntary_ctxt_switches"), CountIn(status, "nonvoluntary_ctxt_switches"), 1);
            }
            catch (IOException)
            {
                // The thread has just ended.
            }
        }

        return new ThreadSwitches(threads);
    }

    /// <summary>The switches since an earlier moment. Those of a thread that has ended in between are not known.</summary>
    /// <param name="earlier">The counts of the same process at that moment.</param>
    public SwitchCount Since(ThreadSwitches earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var sum = new SwitchCount(0, 0, 0);
        foreach (var (thread, now) in _threads)
        {
            var before = earlier._threads.GetValueOrDefault(thread) ?? new SwitchCount(0, 0, 0);
            // To run, a thread must be switched to; when it has run, it is switched away from, and that is counted.
            var ran = now.Voluntary + now.Involuntary > before.Voluntary + before.Involuntary ? 1 : 0;
            sum = new SwitchCount(
                sum.Voluntary + now.Voluntary - before.Voluntary,
                sum.Involuntary + now.Involuntary - before.Involuntary,
                sum.Threads + ran);
        }

        return sum;
    }

    /// <summary>The fields of the file "status" in a thread's folder under /proc.</summary>
    internal static IReadOnlyDictionary<string, string> StatusOf(string folder) =>
        File.ReadLines(Path.Combine(folder, "status")).Select(line => line.Split(':'))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim());

    /// <summary>A field that is a number.</summary>
    internal static long CountIn(IReadOnlyDictionary<string, string> status, string field) =>
        long.Parse(status[field], CultureInfo.InvariantCulture);
}

/// <summary>Context switches of a process between two moments.</summary>
/// <param name="Voluntary">How often a thread stopped because it had to wait; something had to wake it afterwards.</param>
/// <param name="Involuntary">How often the system took the core from a thread that was not done.</param>
/// <param name="Threads">The number of threads that ran.</param>
public sealed record SwitchCount(long Voluntary, long Involuntary, int Threads);
