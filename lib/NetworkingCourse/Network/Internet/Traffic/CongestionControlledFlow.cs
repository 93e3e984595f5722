using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>
/// A download through a simulated internet with the congestion control of chapter 2 (slow start, additive increase, fast
/// retransmit). Its segments and acknowledgments travel in UDP datagrams, and it always has data to send.
/// </summary>
public sealed class CongestionControlledFlow : Shown
{
    private const int SegmentBytes = 1472; // with the headers of UDP and IPv4 it fills 1,500 bytes
    private const int NumberBytes = 8;

    private readonly Internet _internet;
    private readonly Host _from;
    private readonly Host _to;
    private readonly ushort _fromPort;
    private readonly ushort _toPort;
    private readonly FlowSender _sender;
    private readonly FlowReceiver _receiver = new();
    private readonly CongestionWindow _window = new();
    private readonly TimeSpan _began;
    private readonly TimeSpan _until;

    internal CongestionControlledFlow(Internet internet, Host from, Host to, TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        (_internet, _from, _to, _began, _until) = (internet, from, to, internet.Now, internet.Now + duration);
        // Each flow has its own ports at both ends, so that several flows between the same hosts can be told apart.
        _fromPort = from.TakePort();
        from.Listen(_fromPort, (_, datagram, _) => Acknowledged(datagram));
        _toPort = to.TakePort();
        to.Listen(_toPort, (header, datagram, _) => Acknowledge(header, datagram));
        _sender = new FlowSender(internet.Simulator, FlowWindow.Of(_window), Transmit);
        _sender.Send();
    }

    /// <summary>The number of bytes acknowledged so far.</summary>
    public long Bytes => _sender.Acknowledged * (SegmentBytes - NumberBytes);

    /// <summary>The rate of acknowledged data, in bits per second.</summary>
    public double BitsPerSecond =>
        Bytes * 8 / Math.Max(1e-9, ((_internet.Now < _until ? _internet.Now : _until) - _began).TotalSeconds);

    /// <summary>The number of segments retransmitted.</summary>
    public int Retransmissions => _sender.Retransmissions;

    /// <summary>The amount of data transferred, and how fast.</summary>
    public override string ToString() =>
        InvariantText.Format($"{_from.Name} to {_to.Name}: {Bytes:N0} bytes acknowledged, {BitsPerSecond / 1e6:0.00} Mbit/s; ")
        + InvariantText.Format($"{Retransmissions} segments retransmitted; the window is {_window.Size:0.0} segments.");

    private void Transmit(long number)
    {
        if (_internet.Now < _until)
        {
            var data = new byte[SegmentBytes];
            BinaryPrimitives.WriteInt64BigEndian(data, number);
            _from.SendUdp(_to.MainAddress, new UdpDatagram(_fromPort, _toPort, data));
        }
    }

    private void Acknowledge(Ipv4Header header, UdpDatagram datagram)
    {
        var answer = new byte[NumberBytes];
        BinaryPrimitives.WriteInt64BigEndian(answer, _receiver.Receive(BinaryPrimitives.ReadInt64BigEndian(datagram.Data.Span)));
        _to.SendUdp(header.Source, new UdpDatagram(_toPort, datagram.SourcePort, answer));
    }

    private void Acknowledged(UdpDatagram datagram)
    {
        if (_internet.Now < _until)
        {
            _sender.Receive(BinaryPrimitives.ReadInt64BigEndian(datagram.Data.Span));
        }
    }
}
