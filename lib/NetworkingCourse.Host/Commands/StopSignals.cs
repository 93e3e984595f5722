using System.Runtime.InteropServices;

namespace NetworkingCourse.Host.Commands;

/// <summary>
/// What asks a command to stop: Ctrl-C, SIGTERM, or its caller. The process does not end at once; the command ends first what it has
/// started, and shows what it has.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="caller">Stops the command too.</param>
    public StopSignals(CancellationToken caller)
    {
        IgnoredSignals.HearInterrupts();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];
    }

    /// <summary>Cancelled when the command is to stop.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _stop.Cancel();
    }
}
