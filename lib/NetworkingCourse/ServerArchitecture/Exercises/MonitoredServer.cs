using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NetworkingCourse;

/// <summary>A server, as a monitor sees it, with a clock. In a check it follows a script; it can also be a real one.</summary>
public abstract class MonitoredServer
{
    private protected MonitoredServer()
    {
    }

    /// <summary>The time on the clock.</summary>
    public abstract TimeSpan Now { get; }

    /// <summary>Connects to the server.</summary>
    /// <param name="timeout">How long to wait at most; zero or less: as long as the system tries.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="SocketException">
    /// The server refuses (<see cref="SocketError.ConnectionRefused"/>), or there is no connection after the timeout
    /// (<see cref="SocketError.TimedOut"/>).
    /// </exception>
    public abstract MonitoredConnection Connect(TimeSpan timeout);
}

/// <summary>A monitor's connection to a server.</summary>
public abstract class MonitoredConnection : IDisposable
{
    private protected MonitoredConnection()
    {
    }

    /// <summary>Sends a question.</summary>
    /// <param name="question">The question in ASCII, with its <c>?</c>.</param>
    /// <exception cref="SocketException">The connection is broken.</exception>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public abstract void Send(string question);

    /// <summary>Waits until something arrives, or the server closes, or the time is over.</summary>
    /// <param name="timeout">How long to wait at most; zero or less: without a limit.</param>
    /// <returns>
    /// What has arrived, which may be a part of an answer; null if nothing arrived in time; empty if the server has closed.
    /// </returns>
    /// <exception cref="SocketException">The connection is broken.</exception>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public abstract string? Receive(TimeSpan timeout);

    /// <summary>Closes the connection. Closing it twice does no harm.</summary>
    public abstract void Close();

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A server that exists, at an endpoint.</summary>
internal sealed class RealMonitoredServer(IPEndPoint endPoint) : MonitoredServer, IDisposable
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<Connection> _connections = [];

    public override TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    public override MonitoredConnection Connect(TimeSpan timeout)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var limit = new CancellationTokenSource(timeout > TimeSpan.Zero ? timeout : Timeout.InfiniteTimeSpan);
            socket.ConnectAsync(endPoint, limit.Token).AsTask().GetAwaiter().GetResult();
            var connection = new Connection(socket);
            _connections.Add(connection);
            return connection;
        }
        catch (Exception exception)
        {
            socket.Dispose();
            throw exception is OperationCanceledException ? new SocketException((int)SocketError.TimedOut) : exception;
        }
    }

    // Whatever the learner's code has left open.
    public void Dispose() => _connections.ForEach(connection => connection.Close());

    private sealed class Connection(Socket socket) : MonitoredConnection
    {
        private readonly byte[] _buffer = new byte[512];

        public override void Send(string question) => socket.Send(Encoding.ASCII.GetBytes(question));

        public override string? Receive(TimeSpan timeout)
        {
            var limit = timeout > TimeSpan.Zero ? Math.Ceiling(timeout.TotalMilliseconds) : 0;
            socket.ReceiveTimeout = limit < int.MaxValue ? (int)limit : 0;
            try
            {
                return Encoding.ASCII.GetString(_buffer, 0, socket.Receive(_buffer));
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TimedOut)
            {
                return null;
            }
        }

        public override void Close() => socket.Dispose();
    }
}
