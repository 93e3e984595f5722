using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A connection over a socket, with a receive buffer. How to receive and send, each architecture decides: see
/// <see cref="BlockingIO"/>, <see cref="AsyncIO"/>, <see cref="Callbacks"/> and <see cref="PolledConnection"/>.
/// </summary>
public class SocketConnection : Connection
{
    internal SocketConnection(ConnectionTable table, ThinkTimes thinkTimes, Socket socket, int number, string worker)
        : base(table, thinkTimes, number, (socket.RemoteEndPoint as IPEndPoint)?.Port ?? 0, worker)
    {
        Socket = socket;
        NagleAlgorithm.TurnOff(socket); // an answer is a single write, which Nagle's algorithm could only delay
    }

    /// <summary>The bytes that the client has sent and the server has not answered yet.</summary>
    public QuestionBuffer Buffer { get; } = new();

    internal Socket Socket { get; }

    private protected override int Unanswered => Buffer.Count;

    private protected override bool HasArrived => Socket.Available > 0;

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

    // Closing the socket wakes any thread blocked in a call on it; with a linger time of 0 s it sends a reset.
    private protected override void Break() => Socket.Reset();

    // On Unix, a shutdown sends the FIN and makes a blocked receive return 0 bytes; closing a socket on which a thread is blocked
    // would reset the connection instead. On Windows, only closing wakes the receiver, and it also sends a FIN.
    private protected override void Dismiss()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The client closed or reset the connection first.
        }

        if (OperatingSystem.IsWindows())
        {
            Socket.Dispose();
        }
    }

    private protected override void Release() => Socket.Dispose();
}
