using System.Diagnostics;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// One accepted connection: where its conversation stands, what the log says of it, and how it ends. The server that serves it uses it
/// from one thread at a time; the deadline and a stopping server may end it from another. How bytes come and go is a matter of the
/// kind of connection.
/// </summary>
public abstract class Connection
{
    private enum Phase
    {
        /// <summary>The server waits for a question, or for the rest of one.</summary>
        Receiving,

        /// <summary>A question is complete; its answer has not been sent.</summary>
        Thinking,

        /// <summary>The answer is on its way out.</summary>
        Sending,
    }

    private readonly Server _server;
    private readonly int _clientPort;
    private readonly Lock _gate = new();
    private string _worker;
    private Phase _phase;
    private long _deadline;
    private ServerEventKind? _ending; // why the server ended it, if it was the server
    private bool _broken;
    private bool _over;

    private protected Connection(Server server, int number, int clientPort, string worker)
    {
        (_server, Number, _clientPort, _worker) = (server, number, clientPort, worker);
        Think = server.Think;
        Log(ServerEventKind.Accepted);
        Begin(Phase.Receiving);
    }

    /// <summary>The connection's number at this server, counted from 1.</summary>
    public int Number { get; }

    /// <summary>The think time of the question that was taken last.</summary>
    internal Think Think { get; private set; }

    /// <summary>Whether another question is to be waited for: false once the server is stopping and nothing of one has arrived.</summary>
    public bool ShouldContinue => !_server.IsStopping || Unanswered > 0;

    /// <summary>How many bytes have been received and belong to no question that was taken.</summary>
    private protected abstract int Unanswered { get; }

    /// <summary>Whether bytes have arrived that nobody has received yet.</summary>
    private protected abstract bool HasArrived { get; }

    /// <summary>Ends the connection with a reset, and wakes whoever waits for it.</summary>
    private protected abstract void Break();

    /// <summary>Lets whoever waits for a question see the end of the conversation instead.</summary>
    private protected abstract void Dismiss();

    /// <summary>Gives the connection back to the system: with a FIN, if it has not been reset.</summary>
    private protected abstract void Release();

    /// <summary>Whether an exception is this kind of connection's way to say that the client has reset it.</summary>
    private protected virtual bool IsReset(Exception exception) =>
        exception is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown };

    /// <summary>From now on this worker serves the connection, and no longer the one that accepted it.</summary>
    internal void PassTo(string worker) => _worker = worker;

    /// <summary>The conversation is over, for this reason or because the client closed; the connection is given back, and the log names the kind of ending.</summary>
    /// <param name="exception">What broke it off, if something did.</param>
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
            Break(); // a client must not take the server's failure for an ordinary end
        }

        Release();
        // Removed before the log says so: who reads "closed" may count on the connection being gone.
        _server.Connections.Remove(this);
        Log(kind, kind is ServerEventKind.TooLong ? Question.MaxBytes : Unanswered, detail);
        // And only then may a stopping server write that everything is given back.
        _server.Connections.Finished();
    }

    /// <summary>Ends the connection from outside if its client has had its time.</summary>
    internal void EndIfOverdue(long now)
    {
        if (now >= Volatile.Read(ref _deadline))
        {
            Abort(ServerEventKind.TimedOut, () => now >= _deadline);
        }
    }

    /// <summary>Ends the connection from outside if nobody would miss anything: it is between two questions.</summary>
    internal void EndIfIdle() => Abort(ServerEventKind.Ended, () => _phase == Phase.Receiving && Unanswered == 0 && !HasArrived, politely: true);

    /// <summary>Ends the connection from outside, wherever it stands.</summary>
    internal void Abort() => Abort(ServerEventKind.Ended, () => true);

    private void Abort(ServerEventKind ending, Func<bool> stillDue, bool politely = false)
    {
        lock (_gate)
        {
            // Who has been asked politely may still have to be made to go, but nobody has to be told twice.
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
                // The client sees a reset, and not an ending that it could take for a complete answer.
                Break();
            }
        }
    }

    /// <summary>A whole question has been taken: from now on the server thinks.</summary>
    private protected void QuestionTaken(ReadOnlySpan<byte> question)
    {
        Begin(Phase.Thinking);
        Log(ServerEventKind.Question, question.Length);
        Think = _server.ThinkAbout(question);
        _server.CrashIfThisIsTheOne(question);
    }

    /// <summary>The answer is about to be sent.</summary>
    private protected void AnswerBegins() => Begin(Phase.Sending);

    /// <summary>The answer has been handed to the system; from now on the server waits for the next question.</summary>
    private protected void Answered(int bytes)
    {
        Log(ServerEventKind.Answered, bytes);
        Begin(Phase.Receiving);
    }

    private void Begin(Phase phase)
    {
        lock (_gate)
        {
            _phase = phase;
            // While the server thinks it is not the client that is slow.
            Volatile.Write(ref _deadline, phase == Phase.Thinking ? long.MaxValue : Stopwatch.GetTimestamp() + _server.QuestionDeadlineTicks);
        }
    }

    private (ServerEventKind Kind, string? Detail) Explain(Exception? exception) => exception switch
    {
        null when !ShouldContinue => (ServerEventKind.Ended, null),
        null => (Unanswered == 0 ? ServerEventKind.Closed : ServerEventKind.CutOff, null),
        QuestionTooLongException => (ServerEventKind.TooLong, exception.Message),
        OperationCanceledException when _server.IsAborting => (ServerEventKind.Ended, null),
        _ when IsReset(exception) => (ServerEventKind.Reset, null),
        _ => (ServerEventKind.Failed, $"{exception.GetType().Name}: {exception.Message}"),
    };

    private string Waited() => _phase == Phase.Sending
        ? InvariantText.Format($"the client did not take its answer within {_server.Options.QuestionDeadline.TotalSeconds:0.###} s")
        : InvariantText.Format($"no whole question within {_server.Options.QuestionDeadline.TotalSeconds:0.###} s");

    private void Log(ServerEventKind kind, int bytes = 0, string? detail = null) => _server.Log.Write(
        new ServerEvent(Stopwatch.GetTimestamp(), kind, Number, _clientPort, _worker, Environment.CurrentManagedThreadId, bytes, detail));
}
