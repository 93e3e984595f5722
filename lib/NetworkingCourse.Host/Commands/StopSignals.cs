using System.Runtime.InteropServices;

namespace NetworkingCourse.Host.Commands;

/// <summary>
/// Turns requests to stop a command, by Ctrl-C, SIGTERM or its caller, into cancellation. The process does not exit at once:
/// the command first ends what it has started and shows its results.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="caller">The caller's token, which also stops the command.</param>
    public StopSignals(CancellationToken caller)
    {
        IgnoredSignals.HearInterrupts();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
        ];
    }

    /// <summary>A token that is cancelled when the command is to stop.</summary>
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
