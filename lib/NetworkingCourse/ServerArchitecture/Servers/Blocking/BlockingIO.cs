using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Blocking input and output on a connection: a call returns when it is done, and holds its thread until then.</summary>
public static class BlockingIO
{
    /// <summary>Receives the bytes that have arrived into the buffer; blocks until there are some.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>False if the client has closed its side.</returns>
    /// <exception cref="SocketException">The connection failed.</exception>
    public static bool Receive(this SocketConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var count = connection.Socket.Receive(connection.Buffer.Free.Span);
        connection.Buffer.Received(count);
        return count > 0;
    }

    /// <summary>Sends an answer; blocks until the system has accepted all of it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="answer">The answer.</param>
    /// <exception cref="SocketException">The connection failed.</exception>
    public static void Send(this SocketConnection connection, ReadOnlyMemory<byte> answer)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.AnswerBegins();
        for (var rest = answer.Span; rest.Length > 0;)
        {
            rest = rest[connection.Socket.Send(rest)..];
        }

        connection.Answered(answer.Length);
    }
}
