using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A connection over a socket, with a receive buffer. Each architecture uses the calls that suit it.</summary>
public class SocketConnection : Connection
{
    private readonly Socket _socket;

    internal SocketConnection(Server server, Socket socket, int number, string worker)
        : base(server, number, (socket.RemoteEndPoint as IPEndPoint)?.Port ?? 0, worker)
    {
        _socket = socket;
        NagleAlgorithm.TurnOff(socket); // an answer is a single write, which Nagle's algorithm could only delay
    }

    /// <summary>The bytes that the client has sent and the server has not answered yet.</summary>
    public QuestionBuffer Buffer { get; } = new();

    private protected Socket Socket => _socket;

    private protected override int Unanswered => Buffer.Count;

    private protected override bool HasArrived => _socket.Available > 0;

    /// <summary>Takes the next question out of the buffer if it is complete; the server then starts thinking.</summary>
    /// <exception cref="QuestionTooLongException">The client has sent 64 KiB without a <c>?</c>.</exception>
    public bool TryTakeQuestion(out Memory<byte> question)
    {
        if (!Buffer.TryTake(out question))
        {
            return false;
        }

        QuestionTaken(question.Span);
        return true;
    }

    /// <summary>Receives the bytes that have arrived into the buffer; blocks until there are some.</summary>
    /// <returns>False if the client has closed its side.</returns>
    /// <exception cref="SocketException">The connection failed.</exception>
    public bool Receive()
    {
        var count = _socket.Receive(Buffer.Free.Span);
        Buffer.Received(count);
        return count > 0;
    }

    /// <summary>Receives the bytes that have arrived into the buffer; waits for them without blocking a thread.</summary>
    /// <inheritdoc cref="Receive"/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // runs once per question, so its state object is reused
    public async ValueTask<bool> ReceiveAsync()
    {
        var count = await _socket.ReceiveAsync(Buffer.Free, SocketFlags.None).ConfigureAwait(false);
        Buffer.Received(count);
        return count > 0;
    }

    /// <summary>Starts to receive into the buffer; the socket calls back through <paramref name="reception"/>.</summary>
    /// <returns>False if the receive completed synchronously and there will be no callback.</returns>
    internal bool BeginReceive(SocketAsyncEventArgs reception)
    {
        reception.SetBuffer(Buffer.Free);
        return _socket.ReceiveAsync(reception);
    }

    /// <summary>Starts to send as much of an answer as the system accepts at once, with a callback on completion.</summary>
    /// <returns>False if the send completed synchronously and there will be no callback.</returns>
    internal bool BeginSend(SocketAsyncEventArgs sending, Memory<byte> answer)
    {
        AnswerBegins();
        sending.SetBuffer(answer);
        return _socket.SendAsync(sending);
    }

    /// <summary>Records that an answer begun with <see cref="BeginSend"/> has been sent completely.</summary>
    internal void SendEnded(int bytes) => Answered(bytes);

    /// <summary>Receives the bytes that have arrived into the buffer, on a non-blocking socket.</summary>
    /// <returns>The number of bytes received; 0 if the client has closed its side; null if nothing has arrived yet.</returns>
    /// <exception cref="SocketException">The connection failed.</exception>
    internal int? TryReceive()
    {
        var count = _socket.Receive(Buffer.Free.Span, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return null;
        }

        ThrowIf(error);
        Buffer.Received(count);
        return count;
    }

    /// <summary>Sends as much of an answer as fits into the send buffer, on a non-blocking socket.</summary>
    /// <returns>The unsent rest of the answer.</returns>
    /// <exception cref="SocketException">The connection failed.</exception>
    internal ReadOnlyMemory<byte> TrySend(ReadOnlyMemory<byte> answer)
    {
        while (answer.Length > 0)
        {
            var count = _socket.Send(answer.Span, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                break;
            }

            ThrowIf(error);
            answer = answer[count..];
        }

        return answer;
    }

    /// <summary>Records that an answer is about to be sent with <see cref="TrySend"/>.</summary>
    internal void SendBegins() => AnswerBegins();

    /// <summary>Sends an answer; blocks until the system has accepted all of it.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    public void Send(ReadOnlyMemory<byte> answer)
    {
        AnswerBegins();
        for (var rest = answer.Span; rest.Length > 0;)
        {
            rest = rest[_socket.Send(rest)..];
        }

        Answered(answer.Length);
    }

    /// <summary>Sends an answer; waits for room in the send buffer without blocking a thread.</summary>
    /// <inheritdoc cref="Send"/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> answer)
    {
        AnswerBegins();
        for (var rest = answer; rest.Length > 0;)
        {
            rest = rest[await _socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false)..];
        }

        Answered(answer.Length);
    }

    // Closing the socket wakes any thread blocked in a call on it; with a linger time of 0 s it sends a reset.
    private protected override void Break()
    {
        ResetWhenClosed();
        _socket.Dispose();
    }

    // On Unix, a shutdown sends the FIN and makes a blocked receive return 0 bytes; closing a socket on which a thread is blocked
    // would reset the connection instead. On Windows, only closing wakes the receiver, and it also sends a FIN.
    private protected override void Dismiss()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The client closed or reset the connection first.
        }

        if (OperatingSystem.IsWindows())
        {
            _socket.Dispose();
        }
    }

    private protected override void Release() => _socket.Dispose();

    private protected void ResetWhenClosed()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The connection has already failed or been closed.
        }
    }

    private static void ThrowIf(SocketError error)
    {
        if (error != SocketError.Success)
        {
            throw new SocketException((int)error);
        }
    }
}
