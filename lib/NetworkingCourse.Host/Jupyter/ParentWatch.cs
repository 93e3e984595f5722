using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>
/// Ends a kernel whose front end has gone without notice, because it was killed, it crashed, or its session ended. On Unix an
/// orphan gets another parent; on Windows the front end passes on a handle to itself. If there is no parent to watch, because the
/// kernel was started by hand and left running, silence decides.
/// </summary>
internal sealed partial class ParentWatch : IDisposable
{
    private const string ParentVariable = "JPY_PARENT_PID";

    /// <summary>The id of the process that adopts orphans.</summary>
    private const int Init = 1;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ManualResetEvent _over = new(false);
    private readonly Thread _watching;

    /// <param name="isSilent">Tells whether no front end is connected and none has sent anything for a long time.</param>
    /// <param name="gone">Called once, when the front end is gone.</param>
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

    /// <summary>The test for a front end that is gone, on Unix.</summary>
    /// <param name="named">The parent's process id according to the front end; null if it gave none.</param>
    /// <param name="parentNow">Returns the parent's process id according to the system.</param>
    /// <param name="isSilent">The test to use if there is no parent to watch.</param>
    internal static Func<bool> OnUnix(string? named, Func<int> parentNow, Func<bool> isSilent)
    {
        var parent = parentNow();
        return !int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var said)
            ? (parent == Init ? isSilent : () => parentNow() != parent)
            // The parent may have died before the first test. In a container, the front end itself may be the one that adopts.
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
