using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Where clients wait until all of them are ready; the last one opens it for all.</summary>
internal sealed class StartingGate(int clients)
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing = clients;
    private long _opened;

    /// <summary>When it opened, in ticks of <see cref="Stopwatch"/>; null as long as it has not.</summary>
    public long? Opened => Volatile.Read(ref _opened) is > 0 and var opened ? opened : null;

    /// <summary>Says that one more client is ready, or will never be.</summary>
    public void Arrive()
    {
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            Volatile.Write(ref _opened, Stopwatch.GetTimestamp());
            _open.SetResult();
        }
    }

    /// <summary>Ends when the gate opens.</summary>
    public Task WaitAsync(CancellationToken cancellation) => _open.Task.WaitAsync(cancellation);
}
