using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What a conversation of callbacks waits for: bytes, the end of a think time, room for an answer. Each operation is begun, and
/// either calls back later or has completed at once; then its result is taken with the method that ends it.
/// </summary>
internal abstract class Callbacks(SocketConnection connection)
    : SocketAsyncEventArgs(true) // true: do not capture the caller's execution context
{
    private Task _thinking = Task.CompletedTask;
    private Memory<byte> _answer;
    private int _sent;

    /// <summary>The connection.</summary>
    protected SocketConnection Connection => connection;

    /// <summary>Starts to receive.</summary>
    /// <returns>False if the receive completed synchronously and there will be no callback.</returns>
    protected bool BeginReceive()
    {
        SetBuffer(connection.Buffer.Free);
        return connection.Socket.ReceiveAsync(this);
    }

    /// <summary>Ends receiving.</summary>
    /// <returns>False if the client has closed its side.</returns>
    /// <exception cref="SocketException">The connection failed.</exception>
    protected bool EndReceive()
    {
        ThrowIfFailed();
        connection.Buffer.Received(BytesTransferred);
        return BytesTransferred > 0;
    }

    /// <summary>Starts the think time.</summary>
    /// <param name="ended">The callback.</param>
    /// <returns>False if the think time is over already and there will be no callback.</returns>
    protected bool BeginThinking(Action ended)
    {
        _thinking = connection.Think.DelayAsync();
        if (_thinking.IsCompletedSuccessfully)
        {
            return false;
        }

        _thinking.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(ended);
        return true;
    }

    /// <summary>Ends the think time.</summary>
    /// <exception cref="OperationCanceledException">The server is stopping.</exception>
    protected void EndThinking() => _thinking.GetAwaiter().GetResult();

    /// <summary>Sets the answer to send.</summary>
    protected void SetAnswer(Memory<byte> answer) => (_answer, _sent) = (answer, 0);

    /// <summary>Starts to send as much of the rest of the answer as the system accepts at once.</summary>
    /// <returns>False if the send completed synchronously and there will be no callback.</returns>
    protected bool BeginSend()
    {
        connection.AnswerBegins();
        SetBuffer(_answer[_sent..]);
        return connection.Socket.SendAsync(this);
    }

    /// <summary>Ends sending.</summary>
    /// <returns>True if the whole answer has been sent.</returns>
    /// <exception cref="SocketException">The connection failed.</exception>
    protected bool EndSend()
    {
        ThrowIfFailed();
        _sent += BytesTransferred;
        if (_sent < _answer.Length)
        {
            return false;
        }

        connection.Answered(_answer.Length);
        return true;
    }

    private void ThrowIfFailed()
    {
        if (SocketError != SocketError.Success)
        {
            throw new SocketException((int)SocketError);
        }
    }
}
