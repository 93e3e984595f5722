using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse.Testing;

/// <summary>Sets the limits of running processes (prlimit(2)). Linux only.</summary>
public static partial class ProcessLimits
{
    private const int Files = 7; // RLIMIT_NOFILE

    /// <summary>Lets a process open only a few more descriptors than it has open now.</summary>
    /// <param name="process">The process ID.</param>
    /// <param name="further">How many it can still open.</param>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="InvalidOperationException">There is no such process, or it is not ours.</exception>
    public static void AllowDescriptors(int process, int further)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException();
        }

        var open = Directory.GetFiles($"/proc/{process}/fd")
            .Select(file => int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture)).ToHashSet();
        // The system always assigns the lowest number that is free (open(2)), and the limit is on the numbers.
        var last = Enumerable.Range(0, int.MaxValue).Where(number => !open.Contains(number)).ElementAt(further - 1);
        var limit = new Limit { Current = (nuint)(last + 1) };
        limit.Maximum = limit.Current;
        if (Change(process, Files, limit, 0) != 0)
        {
            throw new InvalidOperationException($"prlimit: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static partial int Change(int process, int resource, in Limit limit, nint former);

    private struct Limit
    {
        public nuint Current;
        public nuint Maximum;
    }
}
