using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A conversation written as a set of callbacks: connection made, data received, answer sent, connection lost. Between
/// callbacks, its state lives only in its fields.
/// </summary>
internal sealed class CallbackConversation(SocketConnection connection) : Callbacks(connection)
{
    private delegate Step? Step();
    private Memory<byte> _question;

    public void ConnectionMade() => Go(NextQuestion);

    // Called by the system when the last operation has completed.
    protected override void OnCompleted(SocketAsyncEventArgs e) =>
        Go(LastOperation == SocketAsyncOperation.Send ? AnswerSent : DataReceived);

    private Step? NextQuestion() =>
        Connection.TryTakeQuestion(out _question) ? Think
        : Connection.ShouldContinue ? Receive
        : Lost(null);

    private Step? Receive() => BeginReceive() ? null : DataReceived;

    private Step? DataReceived() => EndReceive() ? NextQuestion : Lost(null);

    private Step? Think() => BeginThinking(() => Go(Answer)) ? null : Answer;

    private Step? Answer()
    {
        EndThinking();
        Question.TurnIntoAnswer(_question.Span);
        SetAnswer(_question);
        return Send;
    }

    private Step? Send() => BeginSend() ? null : AnswerSent;

    private Step? AnswerSent() => EndSend() ? NextQuestion : Send;

    private Step? Lost(Exception? exception)
    {
        Connection.End(exception);
        Dispose();
        return null;
    }

    // An operation may complete at once, without a callback. If each step called the next one, the
    // stack would grow with every question. Instead, each returns it, and this loop calls it.
    private void Go(Step? step)
    {
        try
        {
            while (step is not null)
            {
                step = step();
            }
        }
        catch (Exception exception)
        {
            Lost(exception);
        }
    }
}
