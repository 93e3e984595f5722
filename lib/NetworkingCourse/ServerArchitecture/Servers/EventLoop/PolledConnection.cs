using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A conversation on an event loop: a non-blocking socket with a state machine that advances as far as it can without waiting.
/// <c>new → readable → thinking → writable → readable → … → closed</c>
/// </summary>
internal sealed class PolledConnection(EventLoopServer server, Loop loop, Socket socket, int number)
    : SocketConnection(server.Connections, server.ThinkTimes, socket, number, loop.Name)
{
    private Memory<byte> _question;
    private ReadOnlyMemory<byte> _unsent;

    /// <summary>What the conversation is waiting for.</summary>
    public ConversationState State { get; private set; }

    /// <summary>The event that the loop is currently watching the socket for; null if it is not watched.</summary>
    public Interest? WatchedFor { get; set; }

    /// <summary>
    /// Advances the conversation until it would have to wait. It receives at most once, so that a client that sends without pause
    /// cannot keep the loop from its other clients.
    /// </summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    /// <exception cref="QuestionTooLongException">The client has sent 64 KiB without a <c>?</c>.</exception>
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

                    Answered(_question.Length);
                    State = ConversationState.Readable;
                    break;

                default:
                    return;
            }
        }
    }

    /// <summary>Prepares the answer for sending once the think time has elapsed.</summary>
    public void Answer()
    {
        Question.TurnIntoAnswer(_question.Span);
        AnswerBegins();
        _unsent = _question;
        State = ConversationState.Writable;
    }

    /// <summary>Marks the conversation as ended.</summary>
    public void Close() => State = ConversationState.Closed;

    // Null if nothing has arrived yet, 0 if the client has closed its side.
    private int? TryReceive()
    {
        var count = Socket.Receive(Buffer.Free.Span, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return null;
        }

        ThrowIf(error);
        Buffer.Received(count);
        return count;
    }

    // Sends as much as fits into the send buffer, and returns the rest.
    private ReadOnlyMemory<byte> TrySend(ReadOnlyMemory<byte> answer)
    {
        while (answer.Length > 0)
        {
            var count = Socket.Send(answer.Span, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                break;
            }

            ThrowIf(error);
            answer = answer[count..];
        }

        return answer;
    }

    private static void ThrowIf(SocketError error)
    {
        if (error != SocketError.Success)
        {
            throw new SocketException((int)error);
        }
    }

    // Called by other threads when a deadline has passed or the server stops. Only the loop, which owns the socket, closes it.
    private protected override void Break()
    {
        Socket.ResetWhenClosed();
        loop.Interrupt(this);
    }

    private protected override void Dismiss() => loop.Interrupt(this);
}
