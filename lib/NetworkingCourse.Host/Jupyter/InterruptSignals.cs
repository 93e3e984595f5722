using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>
/// The ways in which a system tells a kernel to stop a cell or to end, beside messages: signals; on Windows, where there are none between
/// processes, an event whose handle the front end hands down (jupyter_client, "Making kernels for Jupyter", interrupt_mode).
/// </summary>
internal sealed class InterruptSignals : IDisposable
{
    private const string EventVariable = "JPY_INTERRUPT_EVENT";

    private readonly List<IDisposable> _registered = [];
    private readonly RegisteredWaitHandle? _wait;

    /// <param name="interrupt">Stops the cell that runs.</param>
    /// <param name="end">Ends the kernel.</param>
    public InterruptSignals(Action interrupt, Action end)
    {
        IgnoredSignals.HearInterrupts();
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

    private void On(PosixSignal signal, Action act) => _registered.Add(PosixSignalRegistration.Create(signal, received =>
    {
        received.Cancel = true;
        act();
    }));
}
