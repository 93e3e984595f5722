using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// One conversation as a set of callbacks: the connection is made, data have arrived, the answer has been sent, the connection is lost.
/// Other languages call such a class a <em>protocol</em>. Where the conversation stands between two of them is nowhere but in its fields.
/// </summary>
/// <remarks>
/// An operation may be over before its call returns; nobody calls back then. To go on from inside it would make the stack grow with
/// every question, so each step returns the next one instead, and <see cref="Go"/> takes them one after the other.
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

    // The system calls back: the last operation is over.
    protected override void OnCompleted(SocketAsyncEventArgs e) => Go(LastOperation == SocketAsyncOperation.Send ? AnswerSent : DataReceived);

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
            thought.GetAwaiter().GetResult(); // throws if the server stops
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
