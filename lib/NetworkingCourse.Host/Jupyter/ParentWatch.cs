using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>
/// Ends a kernel whose front end is gone without having said so: killed, crashed, its machine's session ended. On Unix an orphan gets
/// another parent; on Windows the front end hands down a handle to itself. Where the parent says nothing, because the kernel was started
/// by hand, it is silence that tells.
/// </summary>
internal sealed partial class ParentWatch : IDisposable
{
    private const string ParentVariable = "JPY_PARENT_PID";

    /// <summary>The process that adopts orphans.</summary>
    private const int Init = 1;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>After this time without a listener and without a message nobody is there.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(10);

    private readonly ManualResetEvent _over = new(false);
    private readonly Thread _watching;

    /// <param name="hasFrontEnd">Whether a front end is connected or has said anything within a time.</param>
    /// <param name="gone">Called once, when it is gone.</param>
    public ParentWatch(Func<TimeSpan, bool> hasFrontEnd, Action gone)
    {
        var isGone = OperatingSystem.IsWindows() ? OnWindows(hasFrontEnd) : OnUnix(hasFrontEnd);
        _watching = new Thread(() => Watch(isGone, gone)) { IsBackground = true, Name = "parent" };
        _watching.UnsafeStart();
    }

    public void Dispose()
    {
        _over.Set();
        if (_watching != Thread.CurrentThread)
        {
            _watching.Join();
        }

        _over.Dispose();
    }

    private void Watch(Func<bool> isGone, Action gone)
    {
        while (!_over.WaitOne(Interval))
        {
            if (isGone())
            {
                gone();
                return;
            }
        }
    }

    private static Func<bool> OnUnix(Func<TimeSpan, bool> hasFrontEnd)
    {
        var parent = ParentOfThisProcess();
        // It may have died before this was asked for the first time; it said who it was.
        var isOrphan = Environment.GetEnvironmentVariable(ParentVariable) is { } named
            && int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var said) && said != parent && parent == Init;
        return isOrphan ? () => true
            : parent == Init ? () => !hasFrontEnd(LongestSilence)
            : () => ParentOfThisProcess() != parent;
    }

    private static Func<bool> OnWindows(Func<TimeSpan, bool> hasFrontEnd)
    {
        if (!nint.TryParse(Environment.GetEnvironmentVariable(ParentVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var handle) || handle == 0)
        {
            return () => !hasFrontEnd(LongestSilence);
        }

        var parent = new ManualResetEvent(false) { SafeWaitHandle = new SafeWaitHandle(handle, ownsHandle: false) };
        return () => parent.WaitOne(0);
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentOfThisProcess();
}
