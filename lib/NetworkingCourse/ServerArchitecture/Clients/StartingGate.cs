using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Where clients wait until all of them are ready; the last one opens it for all.</summary>
internal sealed class StartingGate
{
    // Whoever waits here goes on within SetResult, one after the other on the thread that opens. What they do next is to send a question,
    // which never waits: one thread does that for a hundred of them sooner than the pool wakes its threads.
    private readonly TaskCompletionSource _open = new();
    private int _missing;
    private long _opened;

    /// <param name="clients">How many must be ready.</param>
    /// <param name="cancellation">Ends the waiting of all.</param>
    public StartingGate(int clients, CancellationToken cancellation)
    {
        _missing = clients;
        cancellation.UnsafeRegister((_, token) => _open.TrySetCanceled(token), null);
    }

    /// <summary>When it opened, in ticks of <see cref="Stopwatch"/>; null as long as it has not.</summary>
    public long? Opened => Volatile.Read(ref _opened) is > 0 and var opened ? opened : null;

    /// <summary>Says that one more client is ready, or will never be.</summary>
    public void Arrive()
    {
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            Volatile.Write(ref _opened, Stopwatch.GetTimestamp());
            _open.TrySetResult();
        }
    }

    /// <summary>Ends when the gate opens.</summary>
    public Task WaitAsync() => _open.Task;
}
