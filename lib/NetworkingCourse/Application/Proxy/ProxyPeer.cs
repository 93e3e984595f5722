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
    private readonly Stream _stream = tap?.On(StreamOn(socket)) ?? StreamOn(socket);
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The peer's port.</summary>
    public int Port { get; } = (socket.RemoteEndPoint as IPEndPoint)?.Port ?? 0;

    /// <summary>The next byte, if one has come.</summary>
    public byte? Next => _start < _end ? _buffer[_start] : null;

    /// <summary>Whether nothing has come that is not used yet, not even the end.</summary>
    public bool IsQuiet => _start == _end && !socket.Poll(0, SelectMode.SelectRead);

    private ReadOnlySpan<byte> Unused => _buffer.AsSpan(_start.._end);

    /// <summary>Waits for the first byte of whatever comes next.</summary>
    /// <returns>False: the peer has closed its side instead.</returns>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellation) => _start < _end || await ReceiveAsync(cancellation).ConfigureAwait(false);

    /// <summary>Reads the head of a message. Not a byte of what follows is taken: it may be the beginning of a tunnel.</summary>
    /// <param name="reader">What understands it.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="HttpFormatException">It is no head, or is cut off.</exception>
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
                throw new EndOfStreamException("closed, and nothing was said");
            }
        }
    }

    /// <summary>
    /// Hands on the body of a message as it comes, to its end and not a byte further; and then its trailers, without those of
    /// this hop.
    /// </summary>
    /// <param name="reader">What has read the head, and knows where the body ends.</param>
    /// <param name="to">Whoever is to have the body with its framing; null: nobody, it is only read.</param>
    /// <param name="clock">Is set anew by every byte that comes.</param>
    /// <exception cref="HttpFormatException">It is no body of that framing, or is cut off.</exception>
    public async Task<HttpMessage> HandOnBodyAsync(HttpMessageReader reader, ProxyPeer? to, IdleClock clock)
    {
        var at = reader.Head!.Bytes.Length; // how far the message has been handed on
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

    /// <summary>Takes whatever comes.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The bytes, valid until the next call; none: the peer has closed its side.</returns>
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

    // A message is handed on in pieces, its head before its body: each second piece would be held back.
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
