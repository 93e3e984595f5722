using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Simulation;
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
    private readonly ReliableSender _sender;
    private readonly ReliableReceiver _receiver;
    private readonly ReadOnlyMemory<byte> _data;
    private readonly Dictionary<int, SimulatedTimer> _timers = [];
    private readonly List<byte> _delivered = [];
    private readonly TimeSpan _began;
    private readonly int _segmentBytes;
    private readonly ushort _fromPort;
    private readonly ushort _toPort;
    private int _taken;

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
        (_sender, _receiver) = (protocol.NewSender(options), protocol.NewReceiver(options));
        _began = internet.Now;
        _fromPort = from.TakePort();
        from.Listen(_fromPort, (_, datagram, _) => Acknowledged(datagram));
        _toPort = to.TakePort();
        to.Listen(_toPort, (header, datagram, _) => Arrive(header, datagram));
    }

    /// <summary>The bytes delivered to the receiver, in order.</summary>
    public ReadOnlyMemory<byte> Delivered => _delivered.ToArray();

    /// <summary>Whether the bytes delivered are exactly those that were sent.</summary>
    public bool IsIntact => _delivered.Count == _data.Length && Delivered.Span.SequenceEqual(_data.Span);

    /// <summary>The time until everything was acknowledged, or the sender gave up.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>The number of segments sent, including retransmissions.</summary>
    public int Transmissions { get; private set; }

    /// <summary>The number of retransmissions.</summary>
    public int Repetitions { get; private set; }

    /// <summary>The reason why the sender gave up; null if it did not.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc/>
    public override string ToHtml() => $"<p>{System.Net.WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The outcome in one sentence.</summary>
    public override string ToString()
    {
        var outcome = Failure?.TrimEnd('.') ?? (IsIntact ? "complete and in order" : "not complete");
        var bytes = InvariantText.Format($"{_delivered.Count:N0} of {_data.Length:N0} bytes in {InvariantText.Of(Duration)}");
        var segments = InvariantText.Format($"{Transmissions:N0} segments, {Repetitions:N0} of them retransmissions");
        return InvariantText.Format($"{_from.Name} to {_to.Name} with {_protocol}: {bytes}, {segments}; {outcome}.");
    }

    internal InternetTransfer Run(TimeSpan limit)
    {
        Offer();
        _internet.RunUntil(
            () => Failure is not null || (_taken == _data.Length && _sender.Unacknowledged == 0),
            _internet.Now + limit);
        Duration = _internet.Now - _began;
        foreach (var timer in _timers.Values)
        {
            _internet.Simulator.Cancel(timer);
        }

        _to.Unlisten(_toPort);
        _from.Unlisten(_fromPort);
        return this;
    }

    private void Offer()
    {
        while (Failure is null && _taken < _data.Length && _sender.IsReady)
        {
            var length = Math.Min(_segmentBytes, _data.Length - _taken);
            var actions = _sender.Send(_internet.Now, _data.Slice(_taken, length));
            _taken += length;
            Do(actions, Transmit);
        }
    }

    private void Arrive(Ipv4Header header, UdpDatagram datagram)
    {
        if (Segment.Read(datagram.Data) is { Kind: SegmentKind.Data } segment)
        {
            Do(
                _receiver.Received(segment),
                answer => _to.SendUdp(header.Source, new UdpDatagram(_toPort, datagram.SourcePort, answer)));
        }
    }

    private void Acknowledged(UdpDatagram datagram)
    {
        if (Failure is null && Segment.Read(datagram.Data) is { Kind: SegmentKind.Acknowledgement } segment)
        {
            Do(_sender.Acknowledged(_internet.Now, segment.Number), Transmit);
            Offer();
        }
    }

    private void Transmit(byte[] segment) => _from.SendUdp(_to.MainAddress, new UdpDatagram(_fromPort, _toPort, segment));

    private void Do(IReadOnlyList<ProtocolAction> actions, Action<byte[]> transmit)
    {
        foreach (var action in actions)
        {
            switch (action)
            {
                case Transmit sent:
                    Transmissions += sent.Segment.Kind == SegmentKind.Data ? 1 : 0;
                    Repetitions += sent.Try > 1 ? 1 : 0;
                    transmit(sent.Segment.ToBytes());
                    break;
                case StartTimer start:
                    _internet.Simulator.Cancel(_timers.GetValueOrDefault(start.Timer));
                    _timers[start.Timer] = _internet.Simulator.After(
                        start.Length,
                        () => Do(_sender.TimedOut(_internet.Now, start.Timer), Transmit));
                    break;
                case StopTimer stop:
                    _internet.Simulator.Cancel(_timers.GetValueOrDefault(stop.Timer));
                    break;
                case Deliver deliver:
                    _delivered.AddRange(deliver.Data.Span);
                    break;
                case GiveUp giveUp:
                    Failure = giveUp.Reason;
                    break;
            }
        }
    }
}
