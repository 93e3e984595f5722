using System.Runtime.InteropServices;
using NetworkingCourse.Simulation;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>
/// One direction between two hosts: the sender and the receiver of a reliable protocol of chapter 2. The state machines are the
/// same as there. Its owner carries their segments over a network instead of a single link.
/// </summary>
/// <param name="internet">The network, whose clock runs the timers.</param>
/// <param name="protocol">The protocol.</param>
/// <param name="options">The options of the protocol.</param>
/// <param name="sendData">Sends a segment with data to the receiver.</param>
/// <param name="sendAcknowledgment">Sends an acknowledgment to the sender.</param>
internal sealed class ReliableFlow(
    Internet internet,
    ReliableProtocol protocol,
    ProtocolOptions options,
    Action<Transmit> sendData,
    Action<Transmit> sendAcknowledgment)
{
    private readonly ReliableSender _sender = protocol.NewSender(options);
    private readonly ReliableReceiver _receiver = protocol.NewReceiver(options);
    private readonly Queue<ReadOnlyMemory<byte>> _waiting = new();
    private readonly Dictionary<int, SimulatedTimer> _timers = [];
    private readonly List<byte> _delivered = [];

    /// <summary>The bytes delivered so far, in order.</summary>
    public ReadOnlyMemory<byte> Delivered => _delivered.ToArray();

    /// <summary>The bytes delivered after the first ones. More data may move them, so they are to be used at once.</summary>
    public ReadOnlySpan<byte> DeliveredAfter(int position) => CollectionsMarshal.AsSpan(_delivered)[position..];

    /// <summary>The number of bytes delivered so far.</summary>
    public int DeliveredCount => _delivered.Count;

    /// <summary>Whether everything was acknowledged, or the sender has given up.</summary>
    public bool IsDone => Failure is not null || (_waiting.Count == 0 && _sender.Unacknowledged == 0);

    /// <summary>The reason why the sender gave up; null if it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>The number of segments with data that were sent, including retransmissions.</summary>
    public int Transmissions { get; private set; }

    /// <summary>The number of retransmissions.</summary>
    public int Retransmissions { get; private set; }

    /// <summary>Sends data, one segment for each piece, as soon as the window allows.</summary>
    public void Send(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        foreach (var piece in pieces)
        {
            _waiting.Enqueue(piece);
        }

        Offer();
    }

    /// <summary>Takes a segment with data that has reached the receiver.</summary>
    public void DataArrived(Segment segment) => Do(_receiver.Received(segment), sendAcknowledgment);

    /// <summary>Takes an acknowledgment that has reached the sender.</summary>
    public void AcknowledgmentArrived(Segment segment)
    {
        if (Failure is null)
        {
            Do(_sender.Acknowledged(internet.Now, segment.Number), sendData);
            Offer();
        }
    }

    /// <summary>Stops all timers.</summary>
    public void Stop()
    {
        foreach (var timer in _timers.Values)
        {
            internet.Simulator.Cancel(timer);
        }
    }

    private void Offer()
    {
        while (Failure is null && _sender.IsReady && _waiting.TryDequeue(out var piece))
        {
            Do(_sender.Send(internet.Now, piece), sendData);
        }
    }

    private void Do(IReadOnlyList<ProtocolAction> actions, Action<Transmit> transmit)
    {
        foreach (var action in actions)
        {
            switch (action)
            {
                case Transmit sent:
                    Transmissions += sent.Segment.Kind == SegmentKind.Data ? 1 : 0;
                    Retransmissions += sent.Try > 1 ? 1 : 0;
                    transmit(sent);
                    break;
                case StartTimer start:
                    internet.Simulator.Cancel(_timers.GetValueOrDefault(start.Timer));
                    _timers[start.Timer] = internet.Simulator.After(
                        start.Length,
                        () => Do(_sender.TimedOut(internet.Now, start.Timer), sendData));
                    break;
                case StopTimer stop:
                    internet.Simulator.Cancel(_timers.GetValueOrDefault(stop.Timer));
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
