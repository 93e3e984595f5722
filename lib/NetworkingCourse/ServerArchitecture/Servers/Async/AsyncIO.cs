using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Asynchronous input and output on a connection: a call that has to wait holds no thread meanwhile.</summary>
public static class AsyncIO
{
    /// <summary>Receives the bytes that have arrived into the buffer; waits until there are some.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>False if the client has closed its side.</returns>
    /// <exception cref="SocketException">The connection failed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // runs once per question, so its state object is reused
    public static async ValueTask<bool> ReceiveAsync(this SocketConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var count = await connection.Socket.ReceiveAsync(connection.Buffer.Free, SocketFlags.None).ConfigureAwait(false);
        connection.Buffer.Received(count);
        return count > 0;
    }

    /// <summary>Sends an answer; waits until the system has accepted all of it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="answer">The answer.</param>
    /// <exception cref="SocketException">The connection failed.</exception>
    public static async ValueTask SendAsync(this SocketConnection connection, ReadOnlyMemory<byte> answer)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.AnswerBegins();
        for (var rest = answer; rest.Length > 0;)
        {
            rest = rest[await connection.Socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false)..];
        }

        connection.Answered(answer.Length);
    }
}
