using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A client of the course's protocol: it connects, asks, receives up to the answer's final <c>.</c>, and closes.
/// </summary>
public sealed class Client : IAsyncDisposable
{
    /// <summary>The default time that a client waits for an answer.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private byte[] _received = new byte[512];
    private int _count;

    private Client(Socket socket) => _socket = socket;

    /// <summary>The local end of the connection: an address of this machine and an ephemeral port.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>The server's end of the connection.</summary>
    public IPEndPoint RemoteEndPoint => (IPEndPoint)_socket.RemoteEndPoint!;

    /// <summary>Connects to a server on loopback.</summary>
    /// <param name="server">The endpoint that the server listens on.</param>
    /// <param name="cancellation">Cancels the attempt.</param>
    /// <exception cref="ArgumentException">
    /// The address is not a loopback address; the course never talks to other machines.
    /// </exception>
    /// <exception cref="SocketException">
    /// There is no listener at that endpoint (ConnectionRefused), or the server has already reset the connection
    /// (ConnectionReset).
    /// </exception>
    public static Task<Client> ConnectAsync(IPEndPoint server, CancellationToken cancellation = default) =>
        ConnectAsync(server, _ => { }, cancellation);

    /// <summary>Connects, after a last change of the socket.</summary>
    internal static async Task<Client> ConnectAsync(IPEndPoint server, Action<Socket> prepare, CancellationToken cancellation)
    {
        Loopback.Require(server);

        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            prepare(socket);
            await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
            return new Client(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects, asks one question, and closes.</summary>
    /// <param name="server">The server to ask.</param>
    /// <param name="question">The question, in ASCII, ending with <c>?</c>.</param>
    /// <param name="deadline">How long to wait; 30 seconds by default.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="TimeoutException">No answer arrived within the deadline.</exception>
    public static async Task<string> AskAsync(Server server, string question, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        using var timer = new CancellationTokenSource(deadline ?? DefaultDeadline);
        try
        {
            await using var client = await ConnectAsync(server.EndPoint, timer.Token).ConfigureAwait(false);
            return await client.AskAsync(question, timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(Display.InvariantText.Format(
                $"No answer to \"{question}\" within {(deadline ?? DefaultDeadline).TotalSeconds:0.###} s."));
        }
    }

    /// <summary>Asks a question on this connection and waits for its answer.</summary>
    /// <param name="question">The question, in ASCII, ending with <c>?</c>.</param>
    /// <param name="cancellation">Cancels the wait. Without a token, the deadline is 30 seconds.</param>
    /// <exception cref="IOException">
    /// The server closed before the answer was complete; the message says how many bytes had arrived.
    /// </exception>
    /// <exception cref="SocketException">The connection was lost.</exception>
    public async Task<string> AskAsync(string question, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (!Ascii.IsValid(question))
        {
            // The encoder would turn each non-ASCII letter into a question mark, which splits the question in two.
            throw new ArgumentException(
                $"\"{question}\" is not ASCII; this protocol allows no other characters.", nameof(question));
        }

        using var timer = cancellation.CanBeCanceled ? null : new CancellationTokenSource(DefaultDeadline);
        var token = timer?.Token ?? cancellation;
        await SendAsync(Encoding.ASCII.GetBytes(question), token).ConfigureAwait(false);
        return Encoding.ASCII.GetString(await ReceiveAnswerAsync(token).ConfigureAwait(false));
    }

    /// <summary>Sends raw bytes: part of a question, one question, or many.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellation).ConfigureAwait(false)..];
        }
    }

    /// <summary>Receives until the next answer is complete.</summary>
    /// <returns>A copy of the answer, including its <c>.</c>.</returns>
    /// <exception cref="IOException">The server closed before the answer was complete.</exception>
    public async ValueTask<byte[]> ReceiveAnswerAsync(CancellationToken cancellation = default)
    {
        var searched = 0;
        int end;
        while ((end = _received.AsSpan(searched, _count - searched).IndexOf(Question.AnswerEnd)) < 0)
        {
            searched = _count;
            if (_count == _received.Length)
            {
                Array.Resize(ref _received, _count * 2);
            }

            var count = await _socket
                .ReceiveAsync(_received.AsMemory(_count), SocketFlags.None, cancellation)
                .ConfigureAwait(false);
            if (count == 0)
            {
                throw new IOException($"The server closed after {_count} bytes of an answer.");
            }

            _count += count;
        }

        var length = searched + end + 1;
        var answer = _received[..length];
        _received.AsSpan(length, _count - length).CopyTo(_received);
        _count -= length;
        return answer;
    }

    /// <summary>Receives until the server closes the connection.</summary>
    /// <returns>Everything received, including bytes that were already buffered but not yet returned.</returns>
    /// <exception cref="SocketException">The connection was lost.</exception>
    public async ValueTask<byte[]> ReceiveToEndAsync(CancellationToken cancellation = default)
    {
        while (true)
        {
            if (_count == _received.Length)
            {
                Array.Resize(ref _received, _count * 2);
            }

            var count = await _socket
                .ReceiveAsync(_received.AsMemory(_count), SocketFlags.None, cancellation)
                .ConfigureAwait(false);
            if (count == 0)
            {
                return _received[.._count];
            }

            _count += count;
        }
    }

    /// <summary>What has arrived and was not returned yet.</summary>
    internal byte[] Received => _received[.._count];

    /// <summary>Closes the sending half (a FIN): the client asks nothing more, but can still receive answers.</summary>
    public void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Aborts the connection with a RST instead of closing it in an orderly way.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    /// <summary>Closes the connection.</summary>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
