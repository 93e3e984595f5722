using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A connection that is a socket, and a buffer for what has come out of it. Each way to serve uses the calls that suit it.</summary>
public class SocketConnection : Connection
{
    private readonly Socket _socket;

    internal SocketConnection(Server server, Socket socket, int number, string worker)
        : base(server, number, (socket.RemoteEndPoint as IPEndPoint)?.Port ?? 0, worker)
    {
        _socket = socket;
        NagleAlgorithm.TurnOff(socket); // an answer is one write, and could only be held back
    }

    /// <summary>What the client has sent and the server has not answered yet.</summary>
    public QuestionBuffer Buffer { get; } = new();

    private protected Socket Socket => _socket;

    private protected override int Unanswered => Buffer.Count;

    private protected override bool HasArrived => _socket.Available > 0;

    /// <summary>Takes the next question out of the buffer, if it is complete; from then on the server thinks.</summary>
    /// <exception cref="QuestionTooLongException">64 KiB without a <c>?</c>.</exception>
    public bool TryTakeQuestion(out Memory<byte> question)
    {
        if (!Buffer.TryTake(out question))
        {
            return false;
        }

        QuestionTaken(question.Span);
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
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // its object is used again: there is one for every question
    public async ValueTask<bool> ReceiveAsync()
    {
        var count = await _socket.ReceiveAsync(Buffer.Free, SocketFlags.None).ConfigureAwait(false);
        Buffer.Received(count);
        return count > 0;
    }

    /// <summary>Receives what has arrived into the buffer, by a callback: the socket calls back as <paramref name="reception"/> says.</summary>
    /// <returns>False: bytes were there already and nobody will call back.</returns>
    internal bool BeginReceive(SocketAsyncEventArgs reception)
    {
        reception.SetBuffer(Buffer.Free);
        return _socket.ReceiveAsync(reception);
    }

    /// <summary>Sends an answer by a callback: as much of it as the system takes at once.</summary>
    /// <returns>False: it was taken already and nobody will call back.</returns>
    internal bool BeginSend(SocketAsyncEventArgs sending, Memory<byte> answer)
    {
        AnswerBegins();
        sending.SetBuffer(answer);
        return _socket.SendAsync(sending);
    }

    /// <summary>Says that the whole of an answer, begun with <see cref="BeginSend"/>, has been sent.</summary>
    internal void SendEnded(int bytes) => Answered(bytes);

    /// <summary>Receives what has arrived into the buffer, on a socket that does not block.</summary>
    /// <returns>How many bytes; 0 if the client has closed its side; null if nothing has arrived yet.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
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

    /// <summary>Sends as much of an answer as the system has room for, on a socket that does not block.</summary>
    /// <returns>What is left of it.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
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

    /// <summary>Says that an answer will be sent with <see cref="TrySend"/>.</summary>
    internal void SendBegins() => AnswerBegins();

    /// <summary>Sends an answer; blocks until the system has taken all of it.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    public void Send(ReadOnlyMemory<byte> answer)
    {
        AnswerBegins();
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
        AnswerBegins();
        for (var rest = answer; rest.Length > 0;)
        {
            rest = rest[await _socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false)..];
        }

        Answered(answer.Length);
    }

    // Closing wakes whoever is blocked in a call on the socket; with lingering for 0 s it sends a reset.
    private protected override void Break()
    {
        ResetWhenClosed();
        _socket.Dispose();
    }

    // On Unix a shutdown sends the FIN and lets a blocked receive return 0 bytes; closing a socket that somebody is blocked on would
    // reset the connection instead. On Windows only closing wakes the receiver, and sends a FIN too.
    private protected override void Dismiss()
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

    private protected override void Release() => _socket.Dispose();

    private protected void ResetWhenClosed()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is broken already, or given back.
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
