using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What an event loop shares with the rest of its server. It outlives the thread: if the loop crashes, its replacement takes over
/// the listener, with the connections that wait in the accept queue.
/// </summary>
internal sealed class Loop : IDisposable
{
    private readonly ConcurrentQueue<PolledConnection> _interrupted = new();

    /// <param name="name">The name of the loop, in the log.</param>
    /// <param name="listener">The listener on which the loop accepts. The loop takes ownership of it.</param>
    public Loop(string name, Listener listener)
    {
        (Name, Listener) = (name, listener);
        try
        {
            WakeUp = new WakeUp();
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    public string Name { get; }

    public Listener Listener { get; }

    public WakeUp WakeUp { get; }

    /// <summary>Asks the loop, from another thread, to end a connection.</summary>
    public void Interrupt(PolledConnection connection)
    {
        _interrupted.Enqueue(connection);
        WakeUp.Signal();
    }

    /// <summary>Takes the next connection that the loop was asked to end.</summary>
    public bool TryTakeInterrupted([MaybeNullWhen(false)] out PolledConnection connection) =>
        _interrupted.TryDequeue(out connection);

    public void Dispose()
    {
        Listener.Dispose();
        WakeUp.Dispose();
    }
}
