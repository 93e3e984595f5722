using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Links;

namespace NetworkingCourse.Application;

/// <summary>
/// One side of the proxy, the client's or a server's: a socket, and the bytes received from it but not yet used.
/// </summary>
/// <param name="socket">The connected socket.</param>
/// <param name="tap">The tap that records the traffic, if there is one.</param>
internal sealed class ProxyPeer(Socket socket, Tap? tap = null) : IDisposable
{
    private const int MaxLingering = 32 * 1024; // bytes

    private static readonly TimeSpan LingerDeadline = TimeSpan.FromSeconds(1);

    private readonly Stream _stream = tap?.On(StreamOn(socket)) ?? StreamOn(socket);
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The peer's port.</summary>
    public int Port { get; } = (socket.RemoteEndPoint as IPEndPoint)?.Port ?? 0;

    /// <summary>The next byte, if one has been received.</summary>
    public byte? Next => _start < _end ? _buffer[_start] : null;

    /// <summary>Whether there is nothing to read, neither unused bytes nor the end of the connection.</summary>
    public bool IsQuiet => _start == _end && !socket.Poll(0, SelectMode.SelectRead);

    private ReadOnlySpan<byte> Unused => _buffer.AsSpan(_start.._end);

    /// <summary>Waits for the first byte of the next message.</summary>
    /// <returns>False if the peer has closed its side instead.</returns>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellation) =>
        _start < _end || await ReceiveAsync(cancellation).ConfigureAwait(false);

    /// <summary>Reads the head of a message, and not a byte of what follows, which may be the beginning of a tunnel.</summary>
    /// <param name="reader">The reader that parses it.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="HttpFormatException">It is not a valid head, or was cut off.</exception>
    public async ValueTask<HttpMessage> ReadHeadAsync(HttpMessageReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            while (_start < _end && reader.Head is null)
            {
                _start += reader.Read(Unused[..1]);
            }

            if (reader.Head is { } head)
            {
                return head;
            }

            if (!await ReceiveAsync(cancellation).ConfigureAwait(false))
            {
                reader.End();
                throw new EndOfStreamException("closed without a message");
            }
        }
    }

    /// <summary>Reads a whole message, and keeps the bytes that follow for the next one.</summary>
    /// <param name="reader">The reader that parses it.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="HttpFormatException">It is not a valid message, or was cut off.</exception>
    /// <exception cref="EndOfStreamException">The peer closed without a message.</exception>
    public async ValueTask<HttpMessage> ReadMessageAsync(HttpMessageReader reader, CancellationToken cancellation)
    {
        while (reader.Message is null)
        {
            if (_start == _end && !await ReceiveAsync(cancellation).ConfigureAwait(false))
            {
                return reader.End() ?? throw new EndOfStreamException("closed without a message");
            }

            _start += reader.Read(Unused);
        }

        return reader.Message;
    }

    /// <summary>
    /// Forwards the body of a message as it arrives, up to its end and not a byte further, and then its trailers without those of
    /// this hop.
    /// </summary>
    /// <param name="reader">The reader that has read the head, and knows where the body ends.</param>
    /// <param name="to">The peer that receives the body with its framing; null only reads the body.</param>
    /// <param name="clock">The idle timeout, which every received byte restarts.</param>
    /// <exception cref="HttpFormatException">The body does not match the framing, or was cut off.</exception>
    public async Task<HttpMessage> ForwardBodyAsync(HttpMessageReader reader, ProxyPeer? to, IdleClock clock)
    {
        var at = reader.Head!.Bytes.Length; // how much of the message has been forwarded
        while (reader.Message is null)
        {
            if (_start == _end && !await ReceiveAsync(clock.Token).ConfigureAwait(false))
            {
                reader.End();
                break;
            }

            var taken = _buffer.AsMemory(_start, reader.Read(Unused));
            _start += taken.Length;
            clock.Restart();
            var body = taken[..Math.Clamp((reader.TrailersAt ?? int.MaxValue) - at, 0, taken.Length)];
            at += body.Length;
            if (to is not null && body.Length > 0)
            {
                await to.SendAsync(body, clock.Token).ConfigureAwait(false);
            }
        }

        var message = reader.Message!;
        if (to is not null && message.Framing == HttpFraming.Chunked)
        {
            await to.SendAsync(ForwardedFields.OfTrailers(message), clock.Token).ConfigureAwait(false);
        }

        return message;
    }

    /// <summary>Takes the bytes that have been received, or waits for some.</summary>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The bytes, valid until the next call; empty if the peer has closed its side.</returns>
    public async ValueTask<ReadOnlyMemory<byte>> TakeAsync(CancellationToken cancellation)
    {
        if (_start == _end && !await ReceiveAsync(cancellation).ConfigureAwait(false))
        {
            return default;
        }

        var taken = _buffer.AsMemory(_start.._end);
        _start = _end;
        return taken;
    }

    /// <summary>Sends all of the bytes.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        _stream.WriteAsync(bytes, cancellation);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask SendAsync(string head, CancellationToken cancellation) =>
        SendAsync(Encoding.Latin1.GetBytes(head), cancellation);

    /// <summary>Ends the sending direction. The peer may still send.</summary>
    public void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer has already closed the connection.
        }
    }

    /// <summary>
    /// Ends the sending direction, and reads for a moment what the peer still sends. Closing a socket with unread bytes resets
    /// the connection, and the response may be lost (RFC 9112, section 9.6).
    /// </summary>
    /// <param name="stopping">Ends the wait early.</param>
    public async Task LingerAsync(CancellationToken stopping)
    {
        EndSending();
        using var limit = new IdleClock(LingerDeadline, stopping);
        try
        {
            for (var left = MaxLingering;
                left > 0 && await TakeAsync(limit.Token).ConfigureAwait(false) is { Length: > 0 } bytes;
                left -= bytes.Length)
            {
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The time is up, or the peer has disconnected.
        }
    }

    /// <summary>Resets the connection, to tell the peer that what it has received is incomplete.</summary>
    public void Break()
    {
        // Before its stream is disposed of, which would shut the connection down in an orderly way.
        socket.Reset();
        Dispose();
    }

    public void Dispose() => _stream.Dispose();

    // A message is forwarded in pieces, the head before the body. Nagle's algorithm would delay every second piece.
    private static NetworkStream StreamOn(Socket socket)
    {
        NagleAlgorithm.TurnOff(socket);
        return new NetworkStream(socket, ownsSocket: true);
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
