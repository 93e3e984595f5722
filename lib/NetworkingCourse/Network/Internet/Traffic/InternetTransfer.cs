using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>
/// A transfer of bytes between two hosts with a reliable protocol of chapter 2, its segments in UDP datagrams. The state machines
/// are the same; they communicate over a network instead of a single link.
/// </summary>
public sealed class InternetTransfer : Shown
{
    private readonly Internet _internet;
    private readonly Host _from;
    private readonly Host _to;
    private readonly ReliableProtocol _protocol;
    private readonly ReliableFlow _flow;
    private readonly ReadOnlyMemory<byte> _data;
    private readonly TimeSpan _began;
    private readonly int _segmentBytes;
    private readonly ushort _fromPort;
    private readonly ushort _toPort;
    private (Address Address, ushort Port) _sender;

    internal InternetTransfer(
        Internet internet,
        Host from,
        Host to,
        ReadOnlyMemory<byte> data,
        ReliableProtocol protocol,
        ProtocolOptions options,
        int segmentBytes)
    {
        (_internet, _from, _to, _data, _protocol, _segmentBytes) = (internet, from, to, data, protocol, segmentBytes);
        _began = internet.Now;
        _fromPort = from.TakePort();
        _toPort = to.TakePort();
        _flow = new ReliableFlow(
            internet,
            protocol,
            options,
            sent => from.SendUdp(to.MainAddress, new UdpDatagram(_fromPort, _toPort, sent.Segment.ToBytes())),
            sent => to.SendUdp(_sender.Address, new UdpDatagram(_toPort, _sender.Port, sent.Segment.ToBytes())));
        from.Listen(_fromPort, (_, datagram, _) => Acknowledged(datagram));
        to.Listen(_toPort, (header, datagram, _) => Arrive(header, datagram));
    }

    /// <summary>The bytes delivered to the receiver, in order.</summary>
    public ReadOnlyMemory<byte> Delivered => _flow.Delivered;

    /// <summary>Whether the bytes delivered are exactly those that were sent.</summary>
    public bool IsIntact => _flow.DeliveredCount == _data.Length && Delivered.Span.SequenceEqual(_data.Span);

    /// <summary>The time until everything was acknowledged, or the sender gave up.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>The number of segments sent, including retransmissions.</summary>
    public int Transmissions => _flow.Transmissions;

    /// <summary>The number of retransmissions.</summary>
    public int Retransmissions => _flow.Retransmissions;

    /// <summary>The reason why the sender gave up; null if it did not.</summary>
    public string? Failure => _flow.Failure;

    /// <summary>The outcome in one sentence.</summary>
    public override string ToString()
    {
        var outcome = Failure?.TrimEnd('.') ?? (IsIntact ? "complete and in order" : "not complete");
        var bytes = InvariantText.Format($"{_flow.DeliveredCount:N0} of ")
            + $"{InvariantText.Count(_data.Length, "byte")} in {InvariantText.Of(Duration)}";
        var segments = InvariantText.Format($"{Transmissions:N0} segments, {Retransmissions:N0} of them retransmissions");
        return InvariantText.Format($"{_from.Name} to {_to.Name} with {_protocol}: {bytes}, {segments}; {outcome}.");
    }

    internal InternetTransfer Run(TimeSpan limit)
    {
        _flow.Send(Pieces());
        _internet.RunUntil(() => _flow.IsDone, _internet.Now + limit);
        Duration = _internet.Now - _began;
        _flow.Stop();
        _to.Unlisten(_toPort);
        _from.Unlisten(_fromPort);
        return this;
    }

    private IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        for (var at = 0; at < _data.Length; at += _segmentBytes)
        {
            yield return _data.Slice(at, Math.Min(_segmentBytes, _data.Length - at));
        }
    }

    private void Arrive(Ipv4Header header, UdpDatagram datagram)
    {
        if (Segment.Read(datagram.Data) is { Kind: SegmentKind.Data } segment)
        {
            // Behind a translator, the sender has another address and port than it knows.
            _sender = (header.Source, datagram.SourcePort);
            _flow.DataArrived(segment);
        }
    }

    private void Acknowledged(UdpDatagram datagram)
    {
        if (Segment.Read(datagram.Data) is { Kind: SegmentKind.Acknowledgment } segment)
        {
            _flow.AcknowledgmentArrived(segment);
        }
    }
}
