using System.Diagnostics;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// An accepted connection: it tracks the state of its conversation, logs its events and ends it. The server uses it from one
/// thread at a time; a deadline or a stopping server may end it from another thread. Derived classes define how bytes are sent
/// and received.
/// </summary>
public abstract class Connection
{
    private enum Phase
    {
        /// <summary>The server is waiting for a question, or for the rest of one.</summary>
        Receiving,

        /// <summary>A question is complete; its answer has not been sent yet.</summary>
        Thinking,

        /// <summary>The answer is being sent.</summary>
        Sending,
    }

    private readonly ConnectionTable _table;
    private readonly ThinkTimes _thinkTimes;
    private readonly int _clientPort;
    private readonly Lock _gate = new();
    private string _worker;
    private Phase _phase;
    private long _deadline;
    private ServerEventKind? _ending; // why the server ended the connection; null if it did not
    private bool _broken;
    private bool _over;

    private protected Connection(ConnectionTable table, ThinkTimes thinkTimes, int number, int clientPort, string worker)
    {
        (_table, _thinkTimes, Number, _clientPort, _worker) = (table, thinkTimes, number, clientPort, worker);
        Think = thinkTimes.Usual;
        Log(ServerEventKind.Accepted);
        Begin(Phase.Receiving);
    }

    /// <summary>The connection's number on this server, counted from 1.</summary>
    public int Number { get; }

    /// <summary>The think time of the question taken most recently.</summary>
    public Think Think { get; private set; }

    /// <summary>
    /// Whether to wait for another question: false once the server is stopping and no part of a question has arrived.
    /// </summary>
    public bool ShouldContinue => !_table.IsStopping || Unanswered > 0;

    /// <summary>The number of bytes received that do not belong to a question already taken.</summary>
    private protected abstract int Unanswered { get; }

    /// <summary>Whether bytes have arrived that have not been received yet.</summary>
    private protected abstract bool HasArrived { get; }

    /// <summary>Resets the connection and wakes any thread or task waiting on it.</summary>
    private protected abstract void Break();

    /// <summary>Ends the conversation gracefully: a pending wait for a question sees the end of the stream instead.</summary>
    private protected abstract void Dismiss();

    /// <summary>Closes the connection: with a FIN, unless it has been reset.</summary>
    private protected abstract void Release();

    /// <summary>Whether an exception means that the client has reset this kind of connection.</summary>
    private protected virtual bool IsReset(Exception exception) =>
        exception is SocketException
        {
            SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown
        };

    /// <summary>Hands the connection over from the worker that accepted it to another one.</summary>
    internal void PassTo(string worker) => _worker = worker;

    /// <summary>Ends the conversation: closes the connection and logs why it ended.</summary>
    /// <param name="exception">The exception that ended the conversation; null if the client closed the connection.</param>
    public void End(Exception? exception = null)
    {
        ServerEventKind? forced;
        lock (_gate)
        {
            _over = true;
            forced = _ending;
        }

        var (kind, detail) = forced is { } ending ? (ending, Waited()) : Explain(exception);
        if (kind == ServerEventKind.Failed)
        {
            Break(); // the client must not mistake a server failure for a normal close
        }

        Release();
        // Removed before the event is logged: once the log says "closed", the connection must be gone.
        _table.Remove(this);
        Log(kind, kind is ServerEventKind.TooLong ? Question.MaxBytes : Unanswered, detail);
        // Only after that may a stopping server log that all resources are released.
        _table.Finished();
    }

    /// <summary>Aborts the connection from another thread if its deadline has passed.</summary>
    internal void EndIfOverdue(long now)
    {
        if (now >= Volatile.Read(ref _deadline))
        {
            Abort(ServerEventKind.TimedOut, () => now >= _deadline);
        }
    }

    /// <summary>Ends the connection gracefully from another thread if it is idle, that is, between two questions.</summary>
    internal void EndIfIdle() =>
        Abort(ServerEventKind.Ended, () => _phase == Phase.Receiving && Unanswered == 0 && !HasArrived, politely: true);

    /// <summary>Aborts the connection from another thread, whatever its state.</summary>
    internal void Abort() => Abort(ServerEventKind.Ended, () => true);

    private void Abort(ServerEventKind ending, Func<bool> stillDue, bool politely = false)
    {
        lock (_gate)
        {
            // A graceful end may still be followed by an abort, but neither happens twice.
            if (_over || _broken || (politely && _ending is not null) || !stillDue())
            {
                return;
            }

            _ending ??= ending;
            if (politely)
            {
                Dismiss();
            }
            else
            {
                _broken = true;
                // A reset, because the client could mistake a normal close for the end of a complete answer.
                Break();
            }
        }
    }

    /// <summary>Records that a complete question has been taken and that the server starts thinking.</summary>
    private protected void QuestionTaken(ReadOnlySpan<byte> question)
    {
        Begin(Phase.Thinking);
        Log(ServerEventKind.Question, question.Length);
        Think = _thinkTimes.Of(question);
    }

    /// <summary>Records that the answer is about to be sent.</summary>
    internal void AnswerBegins() => Begin(Phase.Sending);

    /// <summary>Records that the answer has been handed to the system and that the server waits for the next question.</summary>
    internal void Answered(int bytes)
    {
        Log(ServerEventKind.Answered, bytes);
        Begin(Phase.Receiving);
    }

    private void Begin(Phase phase)
    {
        lock (_gate)
        {
            _phase = phase;
            // No deadline while the server thinks: that delay is not the client's fault.
            Volatile.Write(
                ref _deadline,
                phase == Phase.Thinking ? long.MaxValue : Stopwatch.GetTimestamp() + _table.DeadlineTicks);
        }
    }

    private (ServerEventKind Kind, string? Detail) Explain(Exception? exception) => exception switch
    {
        null when !ShouldContinue => (ServerEventKind.Ended, null),
        null => (Unanswered == 0 ? ServerEventKind.Closed : ServerEventKind.CutOff, null),
        QuestionTooLongException => (ServerEventKind.TooLong, exception.Message),
        OperationCanceledException when _table.IsAborting => (ServerEventKind.Ended, null),
        _ when IsReset(exception) => (ServerEventKind.Reset, null),
        _ => (ServerEventKind.Failed, $"{exception.GetType().Name}: {exception.Message}"),
    };

    private string Waited() => _phase == Phase.Sending
        ? InvariantText.Format(
            $"the client did not read its answer within {_table.Deadline.TotalSeconds:0.###} s")
        : InvariantText.Format($"no complete question within {_table.Deadline.TotalSeconds:0.###} s");

    private void Log(ServerEventKind kind, int bytes = 0, string? detail = null) => _table.Log.Write(
        new ServerEvent(
            Stopwatch.GetTimestamp(), kind, Number, _clientPort, _worker, Environment.CurrentManagedThreadId, bytes, detail));
}
