using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>
/// Handles the system's requests to stop a cell or to end the kernel, in addition to messages: signals or, on Windows, which has
/// none between processes, an event whose handle the front end passes on (jupyter_client, "Making kernels for Jupyter",
/// interrupt_mode).
/// </summary>
internal sealed class InterruptSignals : IDisposable
{
    private const string EventVariable = "JPY_INTERRUPT_EVENT";

    private readonly List<IDisposable> _registered = [];
    private readonly RegisteredWaitHandle? _wait;

    /// <param name="interrupt">Stops the running cell.</param>
    /// <param name="end">Ends the kernel.</param>
    public InterruptSignals(Action interrupt, Action end)
    {
        IgnoredSignals.HearInterrupts();
        On(PosixSignal.SIGINT, interrupt);
        On(PosixSignal.SIGTERM, end);
        On(PosixSignal.SIGHUP, end);
        if (OperatingSystem.IsWindows()
            && nint.TryParse(
                Environment.GetEnvironmentVariable(EventVariable),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var handle))
        {
            var raised = new AutoResetEvent(false) { SafeWaitHandle = new SafeWaitHandle(handle, ownsHandle: false) };
            _registered.Add(raised);
            _wait = ThreadPool.RegisterWaitForSingleObject(
                raised, (_, _) => interrupt(), null, Timeout.Infinite, executeOnlyOnce: false);
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
