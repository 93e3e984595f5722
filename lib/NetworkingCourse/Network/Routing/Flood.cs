using NetworkingCourse.Display;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>
/// Advertisements on their way through a network. Each crossing of a link is a message, and takes 1 ms for each unit of cost.
/// </summary>
public sealed class Flood : Shown
{
    private const int MaxMessages = 500;

    private readonly Simulator _simulator = new();
    private readonly NetworkGraph _graph;
    private readonly Dictionary<string, Flooder> _routers;
    private readonly List<LadderMessage> _messages = [];

    /// <summary>Creates a network in which nothing is known yet.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="make">Makes a router from the names of its neighbours; by default one that follows the rule.</param>
    public Flood(NetworkGraph graph, Func<IReadOnlyList<string>, Flooder>? make = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _graph = graph;
        make ??= neighbours => new NewestOnly(neighbours);
        _routers = graph.Nodes.ToDictionary(
            node => node,
            node => make([.. graph.Nodes.Where(other => graph.Links.Any(link => link.Joins(node, other)))]));
    }

    /// <summary>The number of messages so far: crossings of a link.</summary>
    public int Messages => _messages.Count;

    /// <summary>Whether the flood was stopped because it would not end.</summary>
    public bool IsEndless { get; private set; }

    /// <summary>Lets a router issue an advertisement, and waits until it has come to rest.</summary>
    /// <param name="origin">The router.</param>
    /// <param name="number">The sequence number.</param>
    /// <exception cref="ArgumentException">There is no such router, or one sends to a router that is no neighbour.</exception>
    public Flood Issue(string origin, int number)
    {
        _ = _graph.NumberOf(origin);
        Arrive(origin, new LinkStateAdvertisement(origin, number), null);
        while (!IsEndless && _simulator.Step())
        {
        }

        return this;
    }

    /// <summary>Draws the messages as a ladder.</summary>
    public LadderDiagram Ladder() => new("Advertisements, flooded", _graph.Nodes)
    {
        Caption = $"{InvariantText.Count(Messages, "message")} over {InvariantText.Count(_graph.Links.Count, "link")}."
            + (IsEndless ? " Stopped: there would be no end." : ""),
        Messages = _messages,
    };

    /// <inheritdoc/>
    protected override IShown ShownAs => Ladder();

    private void Arrive(string router, LinkStateAdvertisement advertisement, string? from)
    {
        foreach (var neighbour in _routers[router].Receive(advertisement, from))
        {
            if (_messages.Count == MaxMessages)
            {
                IsEndless = true;
                return;
            }

            var (now, took) = (_simulator.Now, TimeSpan.FromMilliseconds(_graph.Link(router, neighbour).Cost));
            _messages.Add(new LadderMessage(router, neighbour, now, now + took, advertisement.ToString()));
            _simulator.After(took, () => Arrive(neighbour, advertisement, router));
        }
    }
}
