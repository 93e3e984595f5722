using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>
/// The ways in which a system tells a kernel to stop a cell or to end, beside messages: signals; on Windows, where there are none between
/// processes, an event whose handle the front end hands down (jupyter_client, "Making kernels for Jupyter", interrupt_mode).
/// </summary>
internal sealed partial class InterruptSignals : IDisposable
{
    private const string EventVariable = "JPY_INTERRUPT_EVENT";

    /// <summary>SIGINT on every Unix.</summary>
    private const int Interrupt = 2;

    private readonly List<IDisposable> _registered = [];
    private readonly RegisteredWaitHandle? _wait;

    /// <param name="interrupt">Stops the cell that runs.</param>
    /// <param name="end">Ends the kernel.</param>
    public InterruptSignals(Action interrupt, Action end)
    {
        HearInterrupts();
        On(PosixSignal.SIGINT, interrupt);
        On(PosixSignal.SIGTERM, end);
        On(PosixSignal.SIGHUP, end);
        if (OperatingSystem.IsWindows()
            && nint.TryParse(Environment.GetEnvironmentVariable(EventVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var handle))
        {
            var raised = new AutoResetEvent(false) { SafeWaitHandle = new SafeWaitHandle(handle, ownsHandle: false) };
            _registered.Add(raised);
            _wait = ThreadPool.RegisterWaitForSingleObject(raised, (_, _) => interrupt(), null, Timeout.Infinite, executeOnlyOnce: false);
        }
    }

    public void Dispose()
    {
        _wait?.Unregister(null);
        foreach (var registration in _registered)
        {
            registration.Dispose();
        }
    }

    /// <summary>
    /// A front end that a script has started in the background, with <c>&amp;</c>, ignores SIGINT (POSIX, Shell Command Language, 2.11), and what it starts
    /// inherits that. The runtime leaves a signal alone that was ignored from the start; but a front end that sends this one means it.
    /// </summary>
    private static void HearInterrupts()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetHandler(Interrupt, handler: 0);
        }
    }

    // The handler 0 is SIG_DFL: what a process has that inherits nothing else.
    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    private void On(PosixSignal signal, Action act) => _registered.Add(PosixSignalRegistration.Create(signal, received =>
    {
        received.Cancel = true;
        act();
    }));
}
