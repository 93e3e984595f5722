using NetworkingCourse.Simulation;

namespace NetworkingCourse.Transport;

/// <summary>
/// The environment of the state machines: two links, a clock, and timers. It passes events to sender and receiver, and executes
/// the actions that they return.
/// </summary>
internal sealed class TransferRun
{
    // A sender of the learner's own may never come to an end.
    private const int MaxOwnEvents = 1_000_000;

    private readonly Simulator _simulator;
    private readonly SimulatedLink<Datagram> _forward;
    private readonly SimulatedLink<Datagram> _reverse;
    private readonly Dictionary<int, SimulatedTimer> _timers = [];
    private readonly List<TransferMessage> _messages = [];
    private readonly List<TransferNote> _notes = [];
    private readonly List<TimeSpan> _deliveries = [];
    private readonly List<byte> _delivered = [];
    private readonly ReliableProtocol _protocol;
    private readonly TransferOptions _options;
    private readonly ReliableSender _sender;
    private readonly ReliableReceiver _receiver;
    private readonly ReadOnlyMemory<byte> _data;
    private int _taken;
    private int _maxUnacknowledged;
    private bool _willOffer;
    private string? _failure;
    private TimeSpan _ended;

    public TransferRun(
        ReliableProtocol protocol,
        TransferOptions options,
        ReliableSender sender,
        ReliableReceiver receiver,
        ReadOnlyMemory<byte> data)
    {
        (_protocol, _options, _sender, _receiver, _data) = (protocol, options, sender, receiver, data);
        _simulator = new Simulator(options.Seed);
        _forward = new SimulatedLink<Datagram>(_simulator, options.Forward, ArriveAtReceiver);
        _reverse = new SimulatedLink<Datagram>(_simulator, options.Reverse, ArriveAtSender);
    }

    public Transfer Run()
    {
        if (_options.Change is { } change)
        {
            _simulator.After(change.At, () => _forward.Options = change.Forward);
        }

        Offer();
        _simulator.Run(_protocol.IsOwn ? MaxOwnEvents : Simulator.DefaultMaxEvents);
        return new Transfer(_protocol, _options, _data, [.. _delivered])
        {
            Duration = _ended,
            Failure = _failure,
            Messages = _messages,
            Notes = _notes,
            Deliveries = _deliveries,
            MaxUnacknowledged = _maxUnacknowledged,
            Timeout = _sender.Timeout,
        };
    }

    // The application always has data, and offers it as soon as the protocol accepts it and the link is free, so that nothing
    // waits in a queue unknown to the protocol.
    private void Offer()
    {
        while (_failure is null && _taken < _data.Length && _sender.IsReady)
        {
            if (_forward.FreeAt > _simulator.Now)
            {
                OfferLater();
                return;
            }

            var length = Math.Min(_options.SegmentBytes, _data.Length - _taken);
            var actions = _sender.Send(_simulator.Now, _data.Slice(_taken, length));
            _taken += length;
            _maxUnacknowledged = Math.Max(_maxUnacknowledged, _sender.Unacknowledged);
            Do(actions, isSender: true);
        }
    }

    private void OfferLater()
    {
        if (!_willOffer)
        {
            _willOffer = true;
            _simulator.After(_forward.FreeAt - _simulator.Now, () =>
            {
                _willOffer = false;
                Offer();
            });
        }
    }

    private void ArriveAtReceiver(Datagram datagram)
    {
        if (Segment.Read(datagram.Content) is { Kind: SegmentKind.Data } segment)
        {
            Do(_receiver.Received(segment), isSender: false);
        }
        else
        {
            Note(atSender: false, "corrupted");
        }
    }

    private void ArriveAtSender(Datagram datagram)
    {
        if (_failure is not null)
        {
            return;
        }

        if (Segment.Read(datagram.Content) is { Kind: SegmentKind.Acknowledgment } segment)
        {
            var before = _sender.Unacknowledged;
            Do(_sender.Acknowledged(_simulator.Now, segment.Number), isSender: true);
            if (before > 0 && _sender.Unacknowledged == 0)
            {
                _ended = _simulator.Now;
            }

            Offer();
        }
        else
        {
            Note(atSender: true, "corrupted");
        }
    }

    private void Do(IReadOnlyList<ProtocolAction> actions, bool isSender)
    {
        if (actions is null)
        {
            throw new InvalidOperationException(
                $"The {(isSender ? "sender" : "receiver")} returned null. With nothing to do, it returns an empty list: [].");
        }

        foreach (var action in actions)
        {
            switch (action)
            {
                case Transmit transmit:
                    var crossing = (isSender ? _forward : _reverse).Send(new Datagram(transmit.Segment.ToBytes()));
                    _messages.Add(new TransferMessage(isSender, transmit.Segment, transmit.Try, crossing));
                    break;
                case StartTimer start:
                    Stop(start.Timer);
                    _timers[start.Timer] = _simulator.After(start.Length, () => TimeOut(start.Timer));
                    break;
                case StopTimer stop:
                    Stop(stop.Timer);
                    break;
                case Deliver deliver:
                    _delivered.AddRange(deliver.Data.Span);
                    _deliveries.Add(_simulator.Now);
                    break;
                // The next segment in order is delivered at once and need not be kept.
                case Keep keep when !actions.Any(other => other is Deliver):
                    Note(atSender: false, $"{keep.Segment} is kept");
                    break;
                case Discard discard:
                    Note(atSender: false, $"{discard.Segment} is discarded");
                    break;
                case GiveUp giveUp:
                    (_failure, _ended) = (giveUp.Reason, _simulator.Now);
                    Note(atSender: true, giveUp.Note);
                    foreach (var timer in _timers.Values)
                    {
                        _simulator.Cancel(timer);
                    }

                    break;
            }
        }
    }

    private void TimeOut(int timer)
    {
        Note(atSender: true, "timeout");
        Do(_sender.TimedOut(_simulator.Now, timer), isSender: true);
    }

    private void Stop(int timer) => _simulator.Cancel(_timers.GetValueOrDefault(timer));

    private void Note(bool atSender, string text) => _notes.Add(new TransferNote(_simulator.Now, atSender, text));
}
