using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A conversation written as a set of callbacks: connection made, data received, answer sent, connection lost. Other frameworks
/// call such a class a <em>protocol</em>. Between callbacks, the state of the conversation lives only in its fields.
/// </summary>
/// <remarks>
/// An operation may complete synchronously, in which case there is no callback. Continuing from inside the call would make the
/// stack grow with every question. Instead, each step returns the next one, and <see cref="Go"/> runs them in a loop.
/// </remarks>
internal sealed class CallbackConversation : SocketAsyncEventArgs
{
    private delegate Step? Step();

    private readonly SocketConnection _connection;
    private Memory<byte> _question;
    private int _sent;

    public CallbackConversation(SocketConnection connection)
        : base(true) => _connection = connection;

    public void ConnectionMade() => Go(NextQuestion);

    // Called by the system when the last operation has completed.
    protected override void OnCompleted(SocketAsyncEventArgs e) =>
        Go(LastOperation == SocketAsyncOperation.Send ? AnswerSent : DataReceived);

    private Step? NextQuestion()
    {
        if (_connection.TryTakeQuestion(out _question))
        {
            return ThinkAbout();
        }

        return _connection.ShouldContinue ? Receive : Lost(null);
    }

    private Step? Receive() => _connection.BeginReceive(this) ? null : DataReceived;

    private Step? DataReceived()
    {
        ThrowIfFailed();
        _connection.Buffer.Received(BytesTransferred);
        return BytesTransferred > 0 ? NextQuestion : Lost(null);
    }

    private Step? ThinkAbout()
    {
        var thought = _connection.Think.DelayAsync();
        if (thought.IsCompletedSuccessfully)
        {
            return Answer;
        }

        thought.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => Go(() =>
        {
            thought.GetAwaiter().GetResult(); // throws if the server is stopping
            return Answer;
        }));
        return null;
    }

    private Step? Answer()
    {
        Question.TurnIntoAnswer(_question.Span);
        _sent = 0;
        return _connection.BeginSend(this, _question) ? null : AnswerSent;
    }

    private Step? AnswerSent()
    {
        ThrowIfFailed();
        _sent += BytesTransferred;
        if (_sent < _question.Length)
        {
            return _connection.BeginSend(this, _question[_sent..]) ? null : AnswerSent;
        }

        _connection.SendEnded(_question.Length);
        return NextQuestion;
    }

    private Step? Lost(Exception? exception)
    {
        _connection.End(exception);
        Dispose();
        return null;
    }

    private void Go(Step first)
    {
        try
        {
            for (Step? step = first; step is not null;)
            {
                step = step();
            }
        }
        catch (Exception exception)
        {
            Lost(exception);
        }
    }

    private void ThrowIfFailed()
    {
        if (SocketError != SocketError.Success)
        {
            throw new SocketException((int)SocketError);
        }
    }
}
