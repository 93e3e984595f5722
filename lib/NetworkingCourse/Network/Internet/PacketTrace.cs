using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>One event in the life of a packet.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Node">The node at which it happened.</param>
/// <param name="Text">What happened.</param>
/// <param name="To">The neighbour that the packet was sent towards; null if that does not apply.</param>
/// <param name="IsDrop">Whether the packet was dropped.</param>
public sealed record TraceEvent(TimeSpan At, string Node, string Text, string? To = null, bool IsDrop = false)
{
    /// <summary>The event as one line of text.</summary>
    public override string ToString() => $"{InvariantText.Of(At)}  {Node}: {Text}";
}

/// <summary>A packet on one link.</summary>
/// <param name="From">The node that sent it.</param>
/// <param name="To">The neighbour at the other end of the link.</param>
/// <param name="Sent">When it was sent.</param>
/// <param name="Arrives">When it arrives; null if the link loses it.</param>
internal sealed record TraceHop(string From, string To, TimeSpan Sent, TimeSpan? Arrives);

/// <summary>
/// The path of a packet through the network, hop by hop, and of the packets that it triggers: ARP requests, replies and errors.
/// The network is not aware of the trace; none of it is transmitted.
/// </summary>
public sealed class PacketTrace : Shown
{
    private const int MaxEvents = 400;

    private readonly Internet _internet;
    private readonly List<TraceEvent> _events;
    private readonly TimeSpan _began;

    internal PacketTrace(Internet internet, string title)
        : this(internet, title, [])
    {
    }

    private PacketTrace(Internet internet, string title, List<TraceEvent> events) =>
        (_internet, Title, _events, _began) = (internet, title, events, internet.Now);

    /// <summary>The title of the trace: which packet it follows.</summary>
    public string Title { get; }

    /// <summary>The events, in order.</summary>
    public IReadOnlyList<TraceEvent> Events => _events;

    /// <summary>The first drop, with its place and reason; null if nothing was dropped.</summary>
    public TraceEvent? Drop => _events.FirstOrDefault(e => e.IsDrop);

    /// <summary>Whether the packet itself has reached its destination.</summary>
    public bool IsDelivered { get; private set; }

    /// <summary>Draws the path: the links that were used, and where packets were dropped.</summary>
    public NetworkDiagram Draw()
    {
        var used = new Dictionary<(string, string), string>();
        foreach (var e in _events.Where(e => e.To is not null && !e.IsDrop))
        {
            used.TryAdd(LinkEnds.Of(e.Node, e.To!), e.To!);
        }

        var drops = _events.Where(e => e.IsDrop)
            .DistinctBy(e => (e.Node, e.Text))
            .Select(e => new DiagramDrop(e.Node, e.Text, e.To));
        return _internet.Draw(Title, used, [.. drops]);
    }

    /// <summary>The events as a table.</summary>
    public Table Table() => new(
        ["time", "node", "what happened"],
        _events.Select(IReadOnlyList<object?> (e) =>
            [InvariantText.Of(e.At - _began), e.Node, e.IsDrop ? $"✕ dropped: {e.Text}" : e.Text]),
        _events.Count == MaxEvents ? InvariantText.Format($"Only the first {MaxEvents} events are kept.") : null);

    /// <inheritdoc/>
    public override string ToHtml() => Table().ToHtml() + Draw().ToHtml();

    /// <summary>The events as text, one line each.</summary>
    public override string ToString() => $"{Title}\n{Table()}";

    /// <summary>The links that the packet itself has crossed, or was lost on; not those of packets that it triggered.</summary>
    internal List<TraceHop> Hops { get; } = [];

    internal void Add(Node node, string text, Port? through = null) =>
        Add(new TraceEvent(_internet.Now, node.Name, text, through?.Peer.Node.Name));

    internal void Dropped(Node node, string reason, Port? on) =>
        Add(new TraceEvent(_internet.Now, node.Name, reason, on?.Peer.Node.Name, IsDrop: true));

    internal void Delivered(Node node, string what)
    {
        IsDelivered |= !_isAnswer;
        Add(node, $"delivered: {what}");
    }

    /// <summary>
    /// Continues the same record for a packet that this one has triggered, whose arrival does not count as delivery of the
    /// original packet.
    /// </summary>
    internal PacketTrace Answered(Node node, string what)
    {
        Add(node, $"answers: {what}");
        return _isAnswer ? this : new PacketTrace(_internet, Title, _events) { _isAnswer = true };
    }

    private bool _isAnswer;

    private void Add(TraceEvent e)
    {
        if (_events.Count < MaxEvents)
        {
            _events.Add(e);
        }
    }
}
