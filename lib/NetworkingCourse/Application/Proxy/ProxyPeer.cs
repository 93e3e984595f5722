using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Links;

namespace NetworkingCourse.Application;

/// <summary>One side of the proxy, the client's or a server's: a socket, and what has come out of it and is not used yet.</summary>
/// <param name="socket">The socket, connected.</param>
/// <param name="tap">Who listens in, if anybody does.</param>
internal sealed class ProxyPeer(Socket socket, Tap? tap = null) : IDisposable
{
    private readonly Stream _stream = tap?.On(new NetworkStream(socket, ownsSocket: true)) ?? new NetworkStream(socket, ownsSocket: true);
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The peer's port.</summary>
    public int Port { get; } = (socket.RemoteEndPoint as IPEndPoint)?.Port ?? 0;

    /// <summary>The next byte, if one has come.</summary>
    public byte? Next => _start < _end ? _buffer[_start] : null;

    private ReadOnlySpan<byte> Unused => _buffer.AsSpan(_start.._end);

    /// <summary>Waits for the first byte of whatever comes next.</summary>
    /// <returns>False: the peer has closed its side instead.</returns>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellation) => _start < _end || await ReceiveAsync(cancellation).ConfigureAwait(false);

    /// <summary>Reads the head of a message, up to and including the empty line that ends it.</summary>
    /// <param name="most">How many bytes it may have.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ProxyFault">It is too long, or is no head.</exception>
    /// <exception cref="EndOfStreamException">The peer closed in the middle of it.</exception>
    public async ValueTask<MessageHead> ReadHeadAsync(int most, CancellationToken cancellation)
    {
        while (true)
        {
            // An empty line before a message is a leftover of old clients (RFC 9112, section 2.2).
            if (Unused.StartsWith("\r\n"u8))
            {
                _start += 2;
            }

            var end = Unused.IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var head = Unused[..(end + 4)];
                _start += head.Length;
                return MessageHead.Parse(head);
            }

            if (Unused.Length >= most)
            {
                throw new ProxyFault(431, $"The head of the message is longer than {most} bytes.");
            }

            await ReceiveOrThrowAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Reads a line, up to CR LF; without them.</summary>
    /// <param name="most">How many bytes it may have.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ProxyFault">It is longer.</exception>
    /// <exception cref="EndOfStreamException">The peer closed in the middle of it.</exception>
    public async ValueTask<string> ReadLineAsync(int most, CancellationToken cancellation)
    {
        while (true)
        {
            var end = Unused.IndexOf("\r\n"u8);
            if (end > most || (end < 0 && Unused.Length > most + 1))
            {
                throw new ProxyFault(400, $"A line of more than {most} bytes in the framing of a body.");
            }

            if (end >= 0)
            {
                var line = Encoding.Latin1.GetString(Unused[..end]);
                _start += end + 2;
                return line;
            }

            await ReceiveOrThrowAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Takes up to this many bytes of what comes.</summary>
    /// <returns>The bytes, valid until the next call; none: the peer has closed its side.</returns>
    public async ValueTask<ReadOnlyMemory<byte>> TakeAsync(long most, CancellationToken cancellation)
    {
        if (_start == _end && !await ReceiveAsync(cancellation).ConfigureAwait(false))
        {
            return default;
        }

        var taken = _buffer.AsMemory(_start, (int)Math.Min(most, _end - _start));
        _start += taken.Length;
        return taken;
    }

    /// <summary>Sends all of it.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => _stream.WriteAsync(bytes, cancellation);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask SendAsync(string head, CancellationToken cancellation) => SendAsync(Encoding.Latin1.GetBytes(head), cancellation);

    /// <summary>Says that nothing more will be sent. The peer may still send.</summary>
    public void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }
    }

    /// <summary>Breaks the connection off, so that the peer sees a reset: what it has got so far is not all there was to get.</summary>
    public void Break()
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is broken already.
        }

        // The socket itself and before its stream, which would say goodbye first.
        socket.Dispose();
        Dispose();
    }

    public void Dispose() => _stream.Dispose();

    private async ValueTask ReceiveOrThrowAsync(CancellationToken cancellation)
    {
        if (!await ReceiveAsync(cancellation).ConfigureAwait(false))
        {
            throw new EndOfStreamException("closed in the middle of a message");
        }
    }

    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            Unused.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        var count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
        _end += count;
        return count > 0;
    }
}
