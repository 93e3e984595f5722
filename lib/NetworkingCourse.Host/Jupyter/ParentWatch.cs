using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>
/// Ends a kernel whose front end is gone without having said so: killed, crashed, its machine's session ended. On Unix an orphan gets
/// another parent; on Windows the front end hands down a handle to itself. Where no parent can be watched, because the kernel was started
/// by hand and left, it is silence that tells.
/// </summary>
internal sealed partial class ParentWatch : IDisposable
{
    private const string ParentVariable = "JPY_PARENT_PID";

    /// <summary>The process that adopts orphans.</summary>
    private const int Init = 1;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ManualResetEvent _over = new(false);
    private readonly Thread _watching;

    /// <param name="isSilent">Whether no front end is connected, and none has said anything for long.</param>
    /// <param name="gone">Called once, when it is gone.</param>
    public ParentWatch(Func<bool> isSilent, Action gone)
    {
        var named = Environment.GetEnvironmentVariable(ParentVariable);
        var isGone = OperatingSystem.IsWindows() ? OnWindows(named, isSilent) : OnUnix(named, ParentOfThisProcess, isSilent);
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

    /// <summary>How to tell on Unix.</summary>
    /// <param name="named">Whom the front end has named as the parent; null if nobody.</param>
    /// <param name="parentNow">The parent, as the system knows it.</param>
    /// <param name="isSilent">What tells where no parent does.</param>
    internal static Func<bool> OnUnix(string? named, Func<int> parentNow, Func<bool> isSilent)
    {
        var parent = parentNow();
        return !int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var said) ? (parent == Init ? isSilent : () => parentNow() != parent)
            // It may have died before this was asked for the first time. In a container the front end itself can be the process that adopts.
            : parent == Init && said != Init ? () => true
            : () => parentNow() != parent;
    }

    private static Func<bool> OnWindows(string? named, Func<bool> isSilent)
    {
        if (!nint.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var handle) || handle == 0)
        {
            return isSilent;
        }

        var parent = new ManualResetEvent(false) { SafeWaitHandle = new SafeWaitHandle(handle, ownsHandle: false) };
        return () => parent.WaitOne(0);
    }

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentOfThisProcess();
}
