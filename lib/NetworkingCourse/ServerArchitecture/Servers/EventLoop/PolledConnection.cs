using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A conversation on an event loop: a socket that never blocks, and a state machine that goes as far as it can without waiting.
/// <c>new → readable → thinking → writable → readable → … → closed</c>
/// </summary>
internal sealed class PolledConnection(EventLoopServer server, Socket socket, int number, string worker)
    : SocketConnection(server, socket, number, worker)
{
    private Memory<byte> _question;
    private ReadOnlyMemory<byte> _unsent;

    /// <summary>What it waits for.</summary>
    public ConversationState State { get; private set; }

    /// <summary>The socket, for the loop to watch.</summary>
    public Socket Watched => Socket;

    /// <summary>What the loop watches the socket for at the moment; null for nothing.</summary>
    public Interest? WatchedFor { get; set; }

    /// <summary>
    /// Goes on, until it would have to wait. It receives once at the most: a client that sends without end must not keep the loop from
    /// its other clients.
    /// </summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="QuestionTooLongException">64 KiB without a <c>?</c>.</exception>
    public void Advance()
    {
        var mayReceive = true;
        while (true)
        {
            switch (State)
            {
                case ConversationState.New:
                    State = ConversationState.Readable;
                    break;

                case ConversationState.Readable when TryTakeQuestion(out _question):
                    State = ConversationState.Thinking;
                    return;

                case ConversationState.Readable when !ShouldContinue:
                    State = ConversationState.Closed;
                    return;

                case ConversationState.Readable when mayReceive:
                    mayReceive = false;
                    switch (TryReceive())
                    {
                        case null:
                            return;
                        case 0:
                            State = ConversationState.Closed;
                            return;
                    }

                    break;

                case ConversationState.Writable:
                    _unsent = TrySend(_unsent);
                    if (_unsent.Length > 0)
                    {
                        return;
                    }

                    SendEnded(_question.Length);
                    State = ConversationState.Readable;
                    break;

                default:
                    return;
            }
        }
    }

    /// <summary>The think time is over: the answer can be sent.</summary>
    public void Answer()
    {
        Question.TurnIntoAnswer(_question.Span);
        SendBegins();
        _unsent = _question;
        State = ConversationState.Writable;
    }

    /// <summary>Nothing more will be done for it.</summary>
    public void Close() => State = ConversationState.Closed;

    // Called by other threads, when a deadline is over or the server stops. The socket is the loop's: only the loop closes it.
    private protected override void Break()
    {
        ResetWhenClosed();
        server.Interrupt(this);
    }

    private protected override void Dismiss() => server.Interrupt(this);
}
