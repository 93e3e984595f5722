using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse.Checking;

/// <summary>
/// A thread that may turn out to be impossible to stop. It can be given the lowest priority, so that it runs only when nothing
/// else wants to.
/// </summary>
internal sealed partial class RunawayThread
{
    private const int SchedIdle = 5; // linux/sched.h

    private readonly Thread _thread = Thread.CurrentThread;
    private readonly int? _id = OperatingSystem.IsLinux() ? Id() : null;

    private RunawayThread()
    {
    }

    /// <summary>The current thread.</summary>
    public static RunawayThread Current() => new();

    /// <summary>
    /// How long it has been ready to run while other threads held the cores (schedstat in /proc, Linux's
    /// Documentation/scheduler/sched-stats.rst); zero where the system does not tell, and after its end.
    /// </summary>
    public TimeSpan TimeWithoutCore
    {
        get
        {
            if (!SystemFeatures.ThreadAccounts || _id is not { } id)
            {
                return TimeSpan.Zero;
            }

            try
            {
                // nanoseconds on a core, nanoseconds without one, number of time slices
                var fields = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{id}/schedstat"));
                return TimeSpan.FromMicroseconds(long.Parse(fields.Split(' ')[1], CultureInfo.InvariantCulture) / 1000);
            }
            catch (IOException)
            {
                return TimeSpan.Zero;
            }
        }
    }

    /// <summary>
    /// Gives it the lowest priority: on Linux the policy <c>SCHED_IDLE</c> (sched(7)), and on Windows a thread priority. macOS
    /// offers no such thing for a thread of another's making; there, nothing happens.
    /// </summary>
    public void Demote()
    {
        _thread.Priority = ThreadPriority.Lowest;
        if (OperatingSystem.IsLinux() && _id is { } id)
        {
            _ = SetScheduler(id, SchedIdle, new Parameters());
        }
    }

    // C libraries of before 2019 do not have gettid.
    [SupportedOSPlatform("linux")]
    private static int? Id()
    {
        try
        {
            return GetThreadId();
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in Parameters parameters);

    // struct sched_param: the priority, which must be 0 for this policy.
    private struct Parameters
    {
        public int Priority;
    }
}
