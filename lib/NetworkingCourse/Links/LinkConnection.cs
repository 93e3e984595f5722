using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace NetworkingCourse.Links;

/// <summary>A connection across a link: two sockets, and the data in transit between them in both directions.</summary>
internal sealed class LinkConnection(DelayLink link, Socket client, int number) : IDisposable
{
    // The limit on data in transit in one direction. When it is reached, the link stops reading, and flow control stops the
    // sender.
    private const int MaxPieces = 256;
    private const int PieceSize = 16_384;

    private readonly Socket _server = new(link.Target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IPEndPoint> _ownEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private TaskCompletionSource? _delivered;
    private int _inFlight;
    private volatile bool _broken;
    private volatile bool _isClientTaken;
    private volatile bool _isServerTaken;

    /// <summary>A piece in transit: bytes or an end of stream, and the time at which it arrives.</summary>
    private readonly record struct Piece(StreamEventKind Kind, byte[] Bytes, long Sent, Task Arrival, string Detail = "");

    public int Number => number;

    /// <summary>The client's end.</summary>
    public IPEndPoint Client { get; } = (IPEndPoint)client.RemoteEndPoint!;

    /// <summary>The end that the server sees in place of the client's. Cancelled if the server cannot be reached.</summary>
    public Task<IPEndPoint> OwnEnd => _ownEnd.Task;

    /// <summary>The number of pieces in transit, in both directions.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Whether something is in transit, or waits to be taken.</summary>
    public bool HasPending
    {
        get
        {
            try
            {
                // A socket whose end was taken stays readable for ever.
                return InFlight > 0
                    || !OwnEnd.IsCompleted
                    || (!_isClientTaken && client.Poll(0, SelectMode.SelectRead))
                    || (!_isServerTaken && _server.Poll(0, SelectMode.SelectRead));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return false; // the connection has just ended
            }
        }
    }

    /// <summary>Ends when both sockets have been closed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Relays data until the connection ends. Never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            client.NoDelay = true;
            await OpenAsync().ConfigureAwait(false);
            await Task.WhenAll(ForthAsync(), BackAsync()).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One end is gone, or the link has stopped: the other end sees a reset.
            Dispose();
        }
        finally
        {
            client.Dispose();
            _server.Dispose();
            _ownEnd.TrySetCanceled();
            _ended.TrySetResult();
        }
    }

    /// <summary>Resets the connections to both sides.</summary>
    public void Dispose()
    {
        _broken = true;
        client.Reset();
        _server.Reset();
    }

    /// <summary>Waits until nothing is in transit, or until the time is up.</summary>
    public async Task DeliveredAsync(TimeSpan limit)
    {
        Task delivered;
        lock (_gate)
        {
            if (_inFlight == 0)
            {
                return;
            }

            _delivered ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            delivered = _delivered.Task;
        }

        await ((Task)Task.WhenAny(delivered, _ended.Task))
            .WaitAsync(limit)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Adds the time of a handshake: half a round trip until the server hears from the client, and another half until the client
    // hears back.
    private async Task OpenAsync()
    {
        var asked = Stopwatch.GetTimestamp();
        await link.OneWayAsync().ConfigureAwait(false);
        link.Recording.Write(number, fromLeft: true, StreamEventKind.Opened, sent: asked);
        var granted = Stopwatch.GetTimestamp();
        try
        {
            await _server.ConnectAsync(link.Target).ConfigureAwait(false);
            _ownEnd.TrySetResult((IPEndPoint)_server.LocalEndPoint!);
        }
        catch (SocketException exception)
        {
            await link.OneWayAsync().ConfigureAwait(false);
            link.Recording.Write(
                number, fromLeft: false, StreamEventKind.Broken, detail: Failures.Name(exception), sent: granted);
            throw;
        }

        await link.OneWayAsync().ConfigureAwait(false);
        link.Recording.Write(number, fromLeft: false, StreamEventKind.Granted, sent: granted);
    }

    private Task ForthAsync() => CarryAsync(client, _server, fromClient: true);

    // The server cannot send before the client's third segment has arrived and established the connection.
    private async Task BackAsync()
    {
        await link.OneWayAsync().ConfigureAwait(false);
        await CarryAsync(_server, client, fromClient: false).ConfigureAwait(false);
    }

    private Task CarryAsync(Socket from, Socket to, bool fromClient)
    {
        var pieces = Channel.CreateBounded<Piece>(
            new BoundedChannelOptions(MaxPieces) { SingleReader = true, SingleWriter = true });
        return Task.WhenAll(TakeAsync(from, pieces.Writer), DeliverAsync(to, pieces, fromClient));
    }

    private async Task TakeAsync(Socket from, ChannelWriter<Piece> pieces)
    {
        try
        {
            var buffer = new byte[PieceSize];
            while (true)
            {
                var piece = await TakeOneAsync(from, buffer).ConfigureAwait(false);
                lock (_gate)
                {
                    _inFlight++;
                }

                await pieces.WriteAsync(piece).ConfigureAwait(false);
                if (piece.Kind != StreamEventKind.Bytes)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or ChannelClosedException)
        {
            // The connection has already been reset, by the other direction or by the link as it stopped.
        }
        finally
        {
            pieces.TryComplete();
            _isClientTaken |= from == client;
            _isServerTaken |= from == _server;
        }
    }

    private async Task<Piece> TakeOneAsync(Socket from, byte[] buffer)
    {
        try
        {
            var count = await from.ReceiveAsync(buffer).ConfigureAwait(false);
            // The error of a broken connection is reported only to the first call. Later calls see what looks like an end of
            // stream.
            ObjectDisposedException.ThrowIf(_broken, this);
            return new Piece(
                count > 0 ? StreamEventKind.Bytes : StreamEventKind.Ended,
                buffer[..count],
                Stopwatch.GetTimestamp(),
                link.OneWayAsync());
        }
        catch (SocketException exception) when (!_broken)
        {
            return new Piece(StreamEventKind.Broken, [], Stopwatch.GetTimestamp(), link.OneWayAsync(), Failures.Name(exception));
        }
    }

    private async Task DeliverAsync(Socket to, Channel<Piece> pieces, bool fromClient)
    {
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                await piece.Arrival.ConfigureAwait(false);
                await DeliverAsync(to, piece, fromClient).ConfigureAwait(false);
                link.Recording.Write(number, fromClient, piece.Kind, piece.Bytes, piece.Detail, piece.Sent);
                Arrived();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Dispose();
        }
        finally
        {
            pieces.Writer.TryComplete(); // so that TakeAsync does not wait for room in the channel
        }
    }

    private async Task DeliverAsync(Socket to, Piece piece, bool fromClient)
    {
        if (piece.Kind == StreamEventKind.Broken)
        {
            Dispose();
            return;
        }

        try
        {
            await SendAsync(to, piece).ConfigureAwait(false);
        }
        catch (SocketException exception) when (!_broken)
        {
            // The receiver is gone. The sender learns of it half a round trip later.
            _broken = true;
            var broke = Stopwatch.GetTimestamp();
            await link.OneWayAsync().ConfigureAwait(false);
            link.Recording.Write(number, !fromClient, StreamEventKind.Broken, detail: Failures.Name(exception), sent: broke);
            throw;
        }
    }

    private static async Task SendAsync(Socket to, Piece piece)
    {
        if (piece.Kind == StreamEventKind.Ended)
        {
            to.Shutdown(SocketShutdown.Send);
            return;
        }

        for (var rest = piece.Bytes.AsMemory(); rest.Length > 0;)
        {
            rest = rest[await to.SendAsync(rest).ConfigureAwait(false)..];
        }
    }

    private void Arrived()
    {
        lock (_gate)
        {
            if (--_inFlight == 0)
            {
                _delivered?.TrySetResult();
            }
        }
    }
}
