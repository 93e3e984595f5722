using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// One accepted connection: its socket, what it has sent, and where its conversation stands. The server that serves it uses it from
/// one thread at a time; the deadline and a stopping server may end it from another.
/// </summary>
public sealed class Connection
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
    private readonly Socket _socket;
    private readonly string _worker;
    private readonly int _clientPort;
    private readonly Lock _gate = new();
    private Phase _phase;
    private long _deadline;
    private ServerEventKind? _ending; // why the server ended it, if it was the server
    private bool _over;

    internal Connection(Server server, Socket socket, int number, string worker)
    {
        (_server, _socket, Number, _worker) = (server, socket, number, worker);
        _clientPort = (socket.RemoteEndPoint as IPEndPoint)?.Port ?? 0;
        SendAtOnce(socket);
        Log(ServerEventKind.Accepted);
        Begin(Phase.Receiving);
    }

    /// <summary>The connection's number at this server, counted from 1.</summary>
    public int Number { get; }

    /// <summary>What the client has sent and the server has not answered yet.</summary>
    public QuestionBuffer Buffer { get; } = new();

    /// <summary>Whether another question is to be waited for: false once the server is stopping and nothing of one has arrived.</summary>
    public bool GoesOn => !_server.IsStopping || !Buffer.IsEmpty;

    /// <summary>Takes the next question out of the buffer, if it is complete; from then on the server thinks.</summary>
    /// <exception cref="QuestionTooLongException">64 KiB without a <c>?</c>.</exception>
    public bool TryTakeQuestion(out Memory<byte> question)
    {
        if (!Buffer.TryTake(out question))
        {
            return false;
        }

        Begin(Phase.Thinking);
        Log(ServerEventKind.Question, question.Length);
        return true;
    }

    /// <summary>Receives what has arrived into the buffer; blocks while nothing has.</summary>
    /// <returns>False: the client has closed its side.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    public bool Receive()
    {
        var count = _socket.Receive(Buffer.Free.Span);
        Buffer.Received(count);
        return count > 0;
    }

    /// <summary>Receives what has arrived into the buffer; holds no thread while nothing has.</summary>
    /// <inheritdoc cref="Receive"/>
    public async ValueTask<bool> ReceiveAsync()
    {
        var count = await _socket.ReceiveAsync(Buffer.Free, SocketFlags.None).ConfigureAwait(false);
        Buffer.Received(count);
        return count > 0;
    }

    /// <summary>Sends an answer; blocks until the system has taken all of it.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    public void Send(ReadOnlyMemory<byte> answer)
    {
        Begin(Phase.Sending);
        for (var rest = answer.Span; rest.Length > 0;)
        {
            rest = rest[_socket.Send(rest)..];
        }

        Answered(answer.Length);
    }

    /// <summary>Sends an answer; holds no thread while the system has no room for it.</summary>
    /// <inheritdoc cref="Send"/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> answer)
    {
        Begin(Phase.Sending);
        for (var rest = answer; rest.Length > 0;)
        {
            rest = rest[await _socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false)..];
        }

        Answered(answer.Length);
    }

    /// <summary>The conversation is over, for this reason or because the client closed; the socket is given back, and the log names the kind of ending.</summary>
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
        _socket.Dispose();
        // Removed before the log says so: who reads "closed" may count on the connection being gone.
        _server.Connections.Remove(this);
        Log(kind, kind is ServerEventKind.TooLong ? Question.MaxBytes : Buffer.Count, detail);
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
    internal void EndIfIdle() => Abort(ServerEventKind.Ended, () => _phase == Phase.Receiving && Buffer.IsEmpty && _socket.Available == 0, politely: true);

    /// <summary>Ends the connection from outside, wherever it stands.</summary>
    internal void Abort() => Abort(ServerEventKind.Ended, () => true);

    private void Abort(ServerEventKind ending, Func<bool> stillDue, bool politely = false)
    {
        lock (_gate)
        {
            if (_over || _ending is not null || !stillDue())
            {
                return;
            }

            _ending = ending;
            if (politely)
            {
                Farewell();
                return;
            }

            // Closing wakes whoever is blocked in a call on the socket. With lingering for 0 s the client sees a reset, and
            // not an ending that it could take for a complete answer.
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
            _socket.Dispose();
        }
    }

    // On Unix a shutdown sends the FIN and lets a blocked receive return 0 bytes; closing a socket that somebody is blocked on would
    // reset the connection instead. On Windows only closing wakes the receiver, and sends a FIN too.
    private void Farewell()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The client was faster.
        }

        if (OperatingSystem.IsWindows())
        {
            _socket.Dispose();
        }
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

    private void Answered(int bytes)
    {
        Log(ServerEventKind.Answered, bytes);
        Begin(Phase.Receiving);
    }

    private (ServerEventKind Kind, string? Detail) Explain(Exception? exception) => exception switch
    {
        null when !GoesOn => (ServerEventKind.Ended, null),
        null => (Buffer.IsEmpty ? ServerEventKind.Closed : ServerEventKind.CutOff, null),
        QuestionTooLongException => (ServerEventKind.TooLong, exception.Message),
        SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown } => (ServerEventKind.Reset, null),
        OperationCanceledException when _server.IsAborting => (ServerEventKind.Ended, null),
        _ => (ServerEventKind.Failed, $"{exception.GetType().Name}: {exception.Message}"),
    };

    private static void SendAtOnce(Socket socket)
    {
        try
        {
            socket.NoDelay = true; // an answer is one write; Nagle's algorithm could only hold it back
        }
        catch (SocketException)
        {
            // Some systems refuse options on a connection that the client has reset already; the first receive will say so.
        }
    }

    private string Waited() => _phase == Phase.Sending
        ? Display.Words.Invariant($"the client did not take its answer within {_server.Options.QuestionDeadline.TotalSeconds:0.###} s")
        : Display.Words.Invariant($"no whole question within {_server.Options.QuestionDeadline.TotalSeconds:0.###} s");

    private void Log(ServerEventKind kind, int bytes = 0, string? detail = null) => _server.Log.Write(
        new ServerEvent(Stopwatch.GetTimestamp(), kind, Number, _clientPort, _worker, Environment.CurrentManagedThreadId, bytes, detail));
}
