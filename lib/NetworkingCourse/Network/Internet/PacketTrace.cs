using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>One thing that happened to a packet on its way.</summary>
/// <param name="At">When.</param>
/// <param name="Node">At which node.</param>
/// <param name="Text">What.</param>
/// <param name="To">Towards which neighbour; null if that says nothing.</param>
/// <param name="IsDrop">Whether it ended there before its time.</param>
public sealed record TraceEvent(TimeSpan At, string Node, string Text, string? To = null, bool IsDrop = false)
{
    /// <summary>The event in one line.</summary>
    public override string ToString() => $"{InvariantText.Of(At)}  {Node}: {Text}";
}

/// <summary>
/// A packet's way through the network, hop by hop, and that of what it has brought about: questions by ARP, the answer, errors. The network does not know that it is watched: nothing of this is in what is sent.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class PacketTrace : IShown
{
    private const int MaxEvents = 400;

    private readonly Internet _internet;
    private readonly List<TraceEvent> _events;
    private readonly TimeSpan _began;

    internal PacketTrace(Internet internet, string title)
        : this(internet, title, [])
    {
    }

    private PacketTrace(Internet internet, string title, List<TraceEvent> events) => (_internet, Title, _events, _began) = (internet, title, events, internet.Now);

    /// <summary>Whose way it is.</summary>
    public string Title { get; }

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<TraceEvent> Events => _events;

    /// <summary>Where and why something was dropped first; null if nothing was.</summary>
    public TraceEvent? Drop => _events.FirstOrDefault(e => e.IsDrop);

    /// <summary>Whether the packet itself has come to whom it was for.</summary>
    public bool IsDelivered { get; private set; }

    /// <summary>The way as a drawing: the links that were used, and where something was dropped.</summary>
    public NetworkDiagram Draw()
    {
        var used = new Dictionary<(string, string), string>();
        foreach (var e in _events.Where(e => e.To is not null && !e.IsDrop))
        {
            used.TryAdd(LinkEnds.Of(e.Node, e.To!), e.To!);
        }

        var drops = _events.Where(e => e.IsDrop).DistinctBy(e => (e.Node, e.Text)).Select(e => new DiagramDrop(e.Node, e.Text, e.To));
        return _internet.Draw(Title, used, [.. drops]);
    }

    /// <summary>The way as a table.</summary>
    public Table Table() => new(
        ["time", "node", "what happened"],
        _events.Select(IReadOnlyList<object?> (e) => [InvariantText.Of(e.At - _began), e.Node, e.IsDrop ? $"✕ dropped: {e.Text}" : e.Text]),
        _events.Count == MaxEvents ? InvariantText.Format($"Only the first {MaxEvents} events are kept.") : null);

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml() + Draw().ToHtml();

    /// <summary>The way, a line an event.</summary>
    public override string ToString() => $"{Title}\n{Table()}";

    internal void Add(Node node, string text, Port? through = null) => Add(new TraceEvent(_internet.Now, node.Name, text, through?.Peer.Node.Name));

    internal void Dropped(Node node, string reason, Port? on) => Add(new TraceEvent(_internet.Now, node.Name, reason, on?.Peer.Node.Name, IsDrop: true));

    internal void Delivered(Node node, string what)
    {
        IsDelivered |= !_isAnswer;
        Add(node, $"delivered: {what}");
    }

    /// <summary>The same record, for what a packet has brought about: that it arrives does not mean that the packet did.</summary>
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
