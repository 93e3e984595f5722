using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>
/// A connection through the small internet to a real server on this machine. A program writes at one host. A reliable protocol of
/// chapter 2 carries the bytes to another host, and from there they go to the server over a real TCP connection. What the server
/// sends comes back the same way.
/// </summary>
/// <remarks>
/// The time of the internet is simulated, but the server is real: the time it takes to answer passes in the simulation too. The
/// program has to write first, because the other host learns the program's address from the first datagram.
/// </remarks>
public sealed class InternetStream : NonSeekableStream
{
    private static readonly TimeSpan ServerTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    private readonly Internet _internet;
    private readonly Host _from;
    private readonly Host _to;
    private readonly Func<byte[], IReadOnlyList<byte[]>> _segments;
    private readonly Socket _server;
    private readonly JourneyRecord _record;
    private readonly ReliableFlow _there;
    private readonly ReliableFlow _back;
    private readonly TimeSpan _began;
    private readonly ushort _fromPort;
    private readonly ushort _toPort;
    private (Address Address, ushort Port)? _client;
    private int _handedOver;
    private int _read;
    private bool _disposed;

    internal InternetStream(
        Internet internet,
        Host from,
        Host to,
        (IPEndPoint Address, string Name) server,
        ReliableProtocol protocol,
        ProtocolOptions options,
        Func<byte[], IReadOnlyList<byte[]>> segments)
    {
        (_internet, _from, _to, _segments) = (internet, from, to, segments);
        _record = new JourneyRecord(internet, from.Name, to.Name, server.Name);
        _began = internet.Now;
        _fromPort = from.TakePort();
        _toPort = to.TakePort();
        _there = new ReliableFlow(
            internet, protocol, options, sent => FromClient(sent, "question"), sent => FromServer(sent, "question"));
        _back = new ReliableFlow(
            internet, protocol, options, sent => FromServer(sent, "answer"), sent => FromClient(sent, "answer"));
        from.Listen(_fromPort, (_, datagram, _) => Arrive(datagram, data: _back, acknowledgments: _there));
        to.Listen(_toPort, (header, datagram, _) =>
        {
            _client = (header.Source, datagram.SourcePort);
            Arrive(datagram, data: _there, acknowledgments: _back);
        });
        _server = new Socket(server.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            _server.ReceiveTimeout = (int)ServerTimeout.TotalMilliseconds;
            _server.Connect(server.Address);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => !_disposed;

    /// <inheritdoc/>
    public override bool CanWrite => !_disposed;

    /// <summary>The number of segments with data sent so far in both directions, including retransmissions.</summary>
    public int Transmissions => _there.Transmissions + _back.Transmissions;

    /// <summary>The number of retransmissions so far, in both directions.</summary>
    public int Retransmissions => _there.Retransmissions + _back.Retransmissions;

    /// <summary>The simulated time since the connection was made.</summary>
    public TimeSpan Elapsed => _internet.Now - _began;

    /// <summary>
    /// Everything on one ladder: each segment and acknowledgment on each link, and what passed between the host and the server.
    /// </summary>
    public LadderDiagram Ladder() => _record.Draw(InvariantText.Format(
        $"{Transmissions} segments with data, {Retransmissions} of them retransmissions. ")
        + "The times are those of the simulation.");

    /// <summary>Sends bytes, and waits until they have reached the server.</summary>
    /// <exception cref="IOException">The protocol gave up, or the server has closed or reset its connection.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty)
        {
            return;
        }

        Carry(_there, buffer.ToArray());
        var arrived = _there.DeliveredAfter(_handedOver);
        _handedOver += arrived.Length;
        _record.ToServer(arrived);
        try
        {
            for (var left = arrived; !left.IsEmpty; left = left[_server.Send(left)..])
            {
            }
        }
        catch (SocketException exception)
        {
            throw new IOException($"The server no longer takes anything: {exception.Message}", exception);
        }
    }

    /// <summary>Reads what has come back; if nothing has, waits for the next bytes that the server sends.</summary>
    /// <returns>The number of bytes; 0 if the server has ended the connection.</returns>
    /// <exception cref="IOException">The protocol gave up, or the server was silent for 5 s or reset the connection.</exception>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty || (_back.DeliveredCount == _read && !TryTakeFromServer()))
        {
            return 0;
        }

        var arrived = _back.DeliveredAfter(_read);
        var count = Math.Min(buffer.Length, arrived.Length);
        arrived[..count].CopyTo(buffer);
        _read += count;
        return count;
    }

    /// <summary>Waits until everything is acknowledged, and closes the connection to the server.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _internet.RunUntil(() => _there.IsDone && _back.IsDone, _internet.Now + Limit);
            Release();
        }

        base.Dispose(disposing);
    }

    private void Release()
    {
        _server.Dispose();
        _there.Stop();
        _back.Stop();
        _from.Unlisten(_fromPort);
        _to.Unlisten(_toPort);
    }

    private bool TryTakeFromServer()
    {
        var buffer = new byte[64 * 1024];
        var began = Stopwatch.GetTimestamp();
        int count;
        try
        {
            count = _server.Receive(buffer);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            throw new IOException(InvariantText.Format($"The server has sent nothing for {InvariantText.Of(ServerTimeout)}."));
        }
        catch (SocketException exception)
        {
            throw new IOException($"The connection to the server is broken: {exception.Message}", exception);
        }

        _internet.RunFor(Stopwatch.GetElapsedTime(began));
        _record.FromServer(buffer.AsSpan(0, count));
        if (count > 0)
        {
            Carry(_back, buffer[..count]);
        }

        return count > 0;
    }

    private void Carry(ReliableFlow flow, byte[] bytes)
    {
        var wanted = flow.DeliveredCount + bytes.Length;
        var pieces = _segments(bytes);
        if (!pieces.SelectMany(piece => piece).SequenceEqual(bytes))
        {
            throw new InvalidOperationException("The segments, one after the other, are not the bytes that were to be sent.");
        }

        flow.Send(pieces.Select(piece => (ReadOnlyMemory<byte>)piece));
        _internet.RunUntil(() => flow.Failure is not null || flow.DeliveredCount >= wanted, _internet.Now + Limit);
        if (flow.DeliveredCount < wanted)
        {
            throw new IOException(flow.Failure ?? "Not everything was delivered.");
        }
    }

    private static void Arrive(UdpDatagram datagram, ReliableFlow data, ReliableFlow acknowledgments)
    {
        switch (Segment.Read(datagram.Data))
        {
            case { Kind: SegmentKind.Data } segment:
                data.DataArrived(segment);
                break;
            case { Kind: SegmentKind.Acknowledgment } segment:
                acknowledgments.AcknowledgmentArrived(segment);
                break;
        }
    }

    private void FromClient(Transmit sent, string direction) => _from.SendUdp(
        _to.MainAddress,
        new UdpDatagram(_fromPort, _toPort, sent.Segment.ToBytes()),
        _record.Follow(sent, direction));

    private void FromServer(Transmit sent, string direction)
    {
        var client = _client ?? throw new InvalidOperationException(
            "The other host does not know yet where the program is: the program has to write first.");
        _to.SendUdp(
            client.Address,
            new UdpDatagram(_toPort, client.Port, sent.Segment.ToBytes()),
            _record.Follow(sent, direction));
    }
}
