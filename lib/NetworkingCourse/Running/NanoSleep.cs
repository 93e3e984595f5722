using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse;

/// <summary>
/// Short sleeps that are accurate to some tens of microseconds, using nanosleep(2), which Unix offers but .NET does not expose.
/// </summary>
internal static partial class NanoSleep
{
    /// <summary>Whether this system supports nanosleep. On others, sleeps are rounded to whole milliseconds.</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool IsFine => SystemFeatures.FineSleep;

    /// <summary>Puts the calling thread to sleep; the sleep cannot be cancelled.</summary>
    /// <param name="time">How long to sleep; less than a second.</param>
    public static void For(TimeSpan time)
    {
        if (IsFine)
        {
            // A signal may end the sleep early; callers check the clock anyway.
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

    // struct timespec; its layout is the same on all 64-bit systems.
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
