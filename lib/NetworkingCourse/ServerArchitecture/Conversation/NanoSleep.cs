using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Sleeps of less than a few milliseconds, to within some tens of microseconds: nanosleep(2), which Unix has and .NET does not show.</summary>
internal static partial class NanoSleep
{
    /// <summary>Whether this system has it. Elsewhere a nap ends at whole milliseconds.</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool IsFine => SystemFeatures.FineSleep;

    /// <summary>Sleeps on the calling thread; nobody can wake it.</summary>
    /// <param name="time">How long; less than a second.</param>
    public static void For(TimeSpan time)
    {
        if (IsFine)
        {
            // Interrupted by a signal it ends too early; the caller looks at the clock anyway.
            _ = Sleep(new Time { Nanoseconds = (nint)time.TotalNanoseconds }, IntPtr.Zero);
        }
        else
        {
            Thread.Sleep(time);
        }
    }

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int Sleep(in Time time, nint remaining);

    // struct timespec; the same on all 64-bit systems.
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
