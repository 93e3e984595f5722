using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>
/// The link-layer addresses of IPv4 neighbours on the same link: resolved by ARP (RFC 826) and cached for a while. Packets wait
/// for the reply; if none comes, they are dropped.
/// </summary>
internal sealed class ArpCache(IpNode node)
{
    private const int MaxWaiting = 16;
    private const int MaxTries = 3;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(20);

    private readonly Dictionary<uint, Entry> _entries = [];
    private readonly Dictionary<uint, Question> _questions = [];

    /// <summary>Raised for every ARP message that arrives, whomever it is for.</summary>
    public event Action<ArpMessage>? Heard;

    /// <summary>
    /// Sends a frame to the owner of an address on a port's link, at once if its link-layer address is known, otherwise when it
    /// is resolved.
    /// </summary>
    public void Send(Port port, uint to, Frame frame)
    {
        if (_entries.TryGetValue(to, out var entry) && entry.Until > node.Internet.Now)
        {
            (frame.Destination, frame.Source) = (entry.Mac, port.Mac);
            port.Transmit(frame);
            return;
        }

        if (!_questions.TryGetValue(to, out var question))
        {
            _questions[to] = question = new Question(port, to);
            Ask(question, frame.Trace);
        }

        if (question.Waiting.Count < MaxWaiting)
        {
            question.Waiting.Add(frame);
        }
        else
        {
            node.Drop(frame.Trace, "too many packets are already waiting for an ARP reply");
        }
    }

    public void Receive(Port port, Frame frame)
    {
        if (ArpMessage.Read(frame.Payload.Span) is not { } message)
        {
            node.Drop(frame.Trace, "a malformed ARP message");
            return;
        }

        Heard?.Invoke(message);

        // This node will soon have to reply to a node that asks for it, so that node's address is cached as well.
        var isForMe = message.Target == port.Address;
        var isProbe = message.Sender.ToUInt32() == 0; // the sender has no address yet (RFC 5227, section 2.1.1)
        if (!isProbe && (isForMe || _entries.ContainsKey(message.Sender.ToUInt32())))
        {
            Learn(port, message.Sender.ToUInt32(), message.SenderMac);
        }

        if (isForMe && !message.IsReply)
        {
            frame.Trace?.Add(node, $"ARP: {message.Target} is at {port.Mac}");
            port.Transmit(Frame.Of(
                new ArpMessage(true, port.Mac, port.Address!.Value, message.SenderMac, message.Sender),
                message.SenderMac,
                frame.Trace));
        }
    }

    /// <summary>Removes the cached addresses that were reached through a port.</summary>
    public void Forget(Port port)
    {
        foreach (var (address, _) in _entries.Where(entry => entry.Value.Port == port).ToList())
        {
            _entries.Remove(address);
        }
    }

    public Table Table() => new(
        ["address", "link-layer address", "port to"],
        _entries.OrderBy(entry => entry.Key).Select(IReadOnlyList<object?> (entry) =>
            [Address.V4(entry.Key), entry.Value.Mac, entry.Value.Port.Peer.Node.Name]),
        _entries.Count == 0 ? $"{node.Name} has not resolved any address yet." : null);

    private void Learn(Port port, uint address, MacAddress mac)
    {
        _entries[address] = new Entry(port, mac, node.Internet.Now + MaxAge);
        if (_questions.Remove(address, out var question))
        {
            node.Internet.Simulator.Cancel(question.Timer);
            foreach (var frame in question.Waiting)
            {
                Send(port, address, frame);
            }
        }
    }

    private void Ask(Question question, PacketTrace? trace)
    {
        var (port, to) = (question.Port, Address.V4(question.Address));
        question.Tries++;
        trace?.Add(node, $"ARP: who has {to}?");
        question.Timer = node.Internet.Simulator.After(Timeout, () => AskAgain(question));
        var request = new ArpMessage(false, port.Mac, port.Address!.Value, default, to);
        port.Transmit(Frame.Of(request, MacAddress.Broadcast, trace));
    }

    private void AskAgain(Question question)
    {
        if (question.Tries < MaxTries)
        {
            Ask(question, question.Waiting[0].Trace);
            return;
        }

        _questions.Remove(question.Address);
        foreach (var frame in question.Waiting)
        {
            node.Drop(frame.Trace, $"no ARP reply for {Address.V4(question.Address)}");
            node.SendError(IcmpMessage.Unreachable, IcmpMessage.HostUnreachable, frame.Payload, frame.Trace);
        }
    }

    private sealed record Entry(Port Port, MacAddress Mac, TimeSpan Until);

    private sealed class Question(Port port, uint address)
    {
        public Port Port { get; } = port;

        public uint Address { get; } = address;

        public List<Frame> Waiting { get; } = [];

        public int Tries { get; set; }

        public SimulatedTimer Timer { get; set; }
    }
}
