using System.Diagnostics;
using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves all clients on one thread that never waits for any single one of them. It asks the system which sockets are ready,
/// advances their conversations as far as possible without blocking, checks its timers, and asks again. A derived class may run
/// several such loops, which share no connection.
/// </summary>
public abstract class EventLoopServer(ServerOptions options) : Server(options)
{
    // The number of connections accepted per turn of the loop, so that accepting does not starve open connections.
    private const int MaxAcceptsATurn = 64;

    // A timer due within this slack fires at once: waiting for it would take just as long.
    private static readonly long TimerSlack = Stopwatch.Frequency / 20_000;

    private volatile Loop[] _loops = [];

    /// <summary>Creates the mechanism that reports which sockets are ready.</summary>
    private protected abstract IReadiness CreateReadiness();

    /// <summary>The listeners, one for each loop, and the names of the loops.</summary>
    private protected virtual IEnumerable<(string Loop, Listener Listener)> Listeners() => [("event loop", Listener)];

    /// <inheritdoc/>
    protected override void Serve()
    {
        try
        {
            foreach (var (name, listener) in Listeners())
            {
                _loops = [.. _loops, new Loop(name, listener)];
            }
        }
        catch
        {
            StopAsync(TimeSpan.Zero).GetAwaiter().GetResult();
            throw;
        }

        StartWorkers(
            [.. _loops.Select(loop => loop.Name)],
            worker => new Turns(this, _loops.First(loop => loop.Name == worker)).Run());
    }

    // Each loop owns its listener, as it owns every socket.
    private protected override void StopListening()
    {
        foreach (var loop in _loops)
        {
            loop.WakeUp.Signal();
        }
    }

    private protected override async ValueTask ReleaseAsync()
    {
        await base.ReleaseAsync().ConfigureAwait(false);
        Listener.Dispose(); // in case its loop could not do it, because it had ended or never begun
        foreach (var loop in _loops)
        {
            loop.Dispose();
        }
    }

    /// <summary>An event loop and its state.</summary>
    private sealed class Turns(EventLoopServer server, Loop loop)
    {
        private readonly IReadiness _readiness = server.CreateReadiness();
        private readonly List<object> _ready = [];
        private readonly HashSet<PolledConnection> _open = [];

        // The connections that are thinking, ordered by when their think time ends.
        private readonly PriorityQueue<PolledConnection, long> _thinking = new();
        private bool _listening;
        private long _listenAgain;

        public void Run()
        {
            try
            {
                _readiness.Watch(loop.WakeUp.Socket, loop.WakeUp, Interest.Read);
                Listen();
                while (!server.IsStopping || _open.Count > 0)
                {
                    Turn();
                }
            }
            catch (Exception exception)
            {
                // One thread serves all connections of a loop, so whatever kills it ends every conversation of the loop.
                foreach (var connection in _open.ToArray())
                {
                    Close(connection, exception);
                }

                throw;
            }
            finally
            {
                if (server.IsStopping)
                {
                    loop.Listener.Dispose();
                }

                _readiness.Dispose();
            }
        }

        private void Turn()
        {
            _ready.Clear();
            _readiness.Wait(UntilNextTimer(), _ready);
            foreach (var owner in _ready)
            {
                switch (owner)
                {
                    case PolledConnection connection:
                        Advance(connection);
                        break;
                    case WakeUp wakeUp:
                        wakeUp.Answer();
                        break;
                    default:
                        Accept();
                        break;
                }
            }

            EndInterrupted();
            EndThinking();
            if (server.IsStopping)
            {
                StopListening();
            }
            else if (!_listening && Stopwatch.GetTimestamp() >= _listenAgain)
            {
                Listen();
            }
        }

        private void Accept()
        {
            try
            {
                for (var i = 0; i < MaxAcceptsATurn && loop.Listener.HasWaiting && loop.Listener.Accept() is { } socket; i++)
                {
                    socket.Blocking = false;
                    var connection = server.Connections.Add(number => new PolledConnection(server, loop, socket, number));
                    _open.Add(connection);
                    Advance(connection);
                }
            }
            catch (SocketException exception)
            {
                server.AcceptFailed(exception, loop.Name);
                _readiness.Forget(loop.Listener.Socket);
                (_listening, _listenAgain) =
                    (false, Stopwatch.GetTimestamp() + (long)(FailurePause.TotalSeconds * Stopwatch.Frequency));
            }
        }

        private void Advance(PolledConnection connection)
        {
            try
            {
                connection.Advance();
                while (connection.State == ConversationState.Thinking && !connection.Think.HoldsNoThread)
                {
                    connection.Think.Block(); // computing blocks the loop, and all its other clients wait
                    connection.Answer();
                    connection.Advance();
                }
            }
            catch (Exception exception) when (exception is not WorkerCrashException)
            {
                Close(connection, exception);
                return;
            }

            WaitFor(connection);
        }

        /// <summary>Registers the socket or the timer that the conversation is waiting for.</summary>
        private void WaitFor(PolledConnection connection)
        {
            switch (connection.State)
            {
                case ConversationState.Readable:
                    Watch(connection, Interest.Read);
                    break;
                case ConversationState.Writable:
                    Watch(connection, Interest.Write);
                    break;
                case ConversationState.Thinking:
                    // Whatever the client sends meanwhile can wait, and a reset would make the socket
                    // ready on every turn.
                    Forget(connection);
                    _thinking.Enqueue(connection, Stopwatch.GetTimestamp() + connection.Think.Ticks);
                    break;
                default:
                    Close(connection, null);
                    break;
            }
        }

        private void EndThinking()
        {
            var now = Stopwatch.GetTimestamp() + TimerSlack;
            while (_thinking.TryPeek(out var connection, out var due) && due <= now)
            {
                _thinking.Dequeue();
                if (connection.State == ConversationState.Thinking)
                {
                    connection.Answer();
                    Advance(connection);
                }
            }
        }

        private void EndInterrupted()
        {
            while (loop.TryTakeInterrupted(out var connection))
            {
                Close(connection, null);
            }
        }

        private void Close(PolledConnection connection, Exception? exception)
        {
            if (_open.Remove(connection))
            {
                Forget(connection);
                connection.Close();
                connection.End(exception);
            }
        }

        private void Watch(PolledConnection connection, Interest interest)
        {
            if (connection.WatchedFor != interest)
            {
                _readiness.Watch(connection.Socket, connection, interest);
                connection.WatchedFor = interest;
            }
        }

        private void Forget(PolledConnection connection)
        {
            if (connection.WatchedFor is not null)
            {
                _readiness.Forget(connection.Socket);
                connection.WatchedFor = null;
            }
        }

        private void Listen()
        {
            _readiness.Watch(loop.Listener.Socket, loop.Listener, Interest.Read);
            _listening = true;
        }

        private void StopListening()
        {
            if (_listening)
            {
                _readiness.Forget(loop.Listener.Socket);
                _listening = false;
                loop.Listener.Dispose();
                // Ends the connections that were accepted after the server had ended the idle ones.
                server.Connections.EndIdle();
            }
        }

        private TimeSpan UntilNextTimer()
        {
            var next = _thinking.TryPeek(out _, out var due) ? due : long.MaxValue;
            if (!_listening && !server.IsStopping)
            {
                next = Math.Min(next, _listenAgain);
            }

            return next == long.MaxValue
                ? Timeout.InfiniteTimeSpan
                : TimeSpan.FromSeconds(Math.Max(0, (double)(next - Stopwatch.GetTimestamp()) / Stopwatch.Frequency));
        }
    }
}
