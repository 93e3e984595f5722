using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// Distance-vector routing in rounds. In each round, every router tells its neighbours its distances to all destinations, and
/// updates its own table by the rules of RIP (RFC 2453, section 3.9.2): it takes shorter paths, and always accepts what the
/// current next hop says. No router knows more about the network than that.
/// </summary>
public sealed class DistanceVector : Shown
{
    private const int NoNode = -1;
    private const int MaxNodesRemembered = 40;

    private readonly DistanceVectorHistory _history;
    private readonly int _count;
    private readonly int[] _distance; // from router r to destination d: at r · count + d
    private readonly int[] _nextHop;
    private readonly int[] _toldDistance; // the same, as it was at the beginning of the round
    private readonly int[] _toldNextHop;
    private readonly byte[] _age; // rounds since the next hop last advertised the destination

    /// <summary>Creates the routing of a network that has just been switched on: each router knows only itself.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="options">The options; the defaults if null.</param>
    public DistanceVector(NetworkGraph graph, DistanceVectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        (Graph, Options, _count) = (graph, options ?? new DistanceVectorOptions(), graph.Count);
        Options.Validate();
        (_distance, _nextHop) = (new int[_count * _count], new int[_count * _count]);
        (_toldDistance, _toldNextHop, _age) = (new int[_count * _count], new int[_count * _count], new byte[_count * _count]);
        Array.Fill(_distance, Options.Infinity);
        Array.Fill(_nextHop, NoNode);
        for (var node = 0; node < _count; node++)
        {
            (_distance[At(node, node)], _nextHop[At(node, node)]) = (0, node);
        }

        _history = new DistanceVectorHistory(this);
        Remember("switched on");
    }

    /// <summary>The network as it is now.</summary>
    public NetworkGraph Graph { get; private set; }

    /// <summary>The options.</summary>
    public DistanceVectorOptions Options { get; }

    /// <summary>The number of rounds so far.</summary>
    public int Round { get; private set; }

    /// <summary>The number of messages sent so far: one per round over each link in each direction.</summary>
    public long Messages { get; private set; }

    /// <summary>Whether further rounds would change nothing.</summary>
    public bool IsConverged { get; private set; }

    /// <summary>Performs one round: all routers advertise, then all of them update their tables.</summary>
    /// <returns>Whether anything has changed.</returns>
    public bool Step()
    {
        _distance.CopyTo(_toldDistance, 0);
        _nextHop.CopyTo(_toldNextHop, 0);
        Grow();
        for (var router = 0; router < _count; router++)
        {
            foreach (var (neighbour, cost) in Graph.NeighboursOf(router))
            {
                Listen(router, neighbour, cost);
                Messages++;
            }
        }

        var isAging = GiveUpTheSilent();
        var hasChanged = !_distance.AsSpan().SequenceEqual(_toldDistance) || !_nextHop.AsSpan().SequenceEqual(_toldNextHop);
        Round++;
        IsConverged = !hasChanged && !isAging;
        Remember("");
        return hasChanged;
    }

    /// <summary>Performs rounds until nothing changes any more.</summary>
    /// <param name="maxRounds">The maximum number of rounds.</param>
    /// <returns>The number of rounds up to the last change.</returns>
    /// <exception cref="InvalidOperationException">The maximum number of rounds was not enough.</exception>
    public int Converge(int maxRounds = 10_000)
    {
        var (began, changed) = (Round, Round);
        do
        {
            if (Round - began == maxRounds)
            {
                throw new InvalidOperationException(InvariantText.Format($"Not converged after {maxRounds:N0} rounds."));
            }

            changed = Step() ? Round : changed;
        }
        while (!IsConverged);
        return changed - began;
    }

    /// <summary>
    /// Cuts a link. The two routers at its ends notice at once and drop their routes through each other; all others have to be
    /// told.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public void Cut(string a, string b)
    {
        Graph = Graph.Without(a, b);
        GiveUp(Graph.NumberOf(a), Graph.NumberOf(b));
        GiveUp(Graph.NumberOf(b), Graph.NumberOf(a));
        IsConverged = false;
        Remember($"{a}-{b} is cut");
    }

    /// <summary>Adds a link, or changes its cost.</summary>
    /// <exception cref="ArgumentException">There is no such node, or the cost is invalid.</exception>
    public void Set(string a, string b, int cost)
    {
        Graph = Graph.With(a, b, cost);
        IsConverged = false;
        Remember(InvariantText.Format($"{a}-{b} costs {cost}"));
    }

    /// <summary>The distance from one router to another, as the first one knows it; null if it knows no path.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public int? Distance(string from, string to) =>
        _distance[At(Graph.NumberOf(from), Graph.NumberOf(to))] is var distance && distance < Options.Infinity ? distance : null;

    /// <summary>The next hop from one router to another; null if the first one knows no path, or if both are the same.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public string? NextHop(string from, string to) =>
        from == to || Distance(from, to) is null ? null : Graph.Nodes[_nextHop[At(Graph.NumberOf(from), Graph.NumberOf(to))]];

    /// <summary>The current tables of all routers, one row per router: distances and next hops.</summary>
    public Table Table() => new(
        ["router", .. Graph.Nodes.Select(node => $"to {node}")],
        Graph.Nodes.Select(IReadOnlyList<object?> (router) =>
            [router, .. Graph.Nodes.Select(node => Told(_distance, _nextHop, router, node))]),
        InvariantText.Format($"After {Round} rounds and {Messages} messages."));

    /// <summary>The routes of all routers to one destination over time, one row per round.</summary>
    /// <param name="to">The destination.</param>
    /// <param name="last">The maximum number of rows; the earliest ones are left out.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    /// <exception cref="InvalidOperationException">The network is too large for its history to be kept.</exception>
    public Table History(string to, int last = 30) => _history.Of(to, last);

    /// <inheritdoc/>
    protected override IShown ShownAs => Table();

    internal string Told(int[] distance, int[] nextHop, string router, string destination)
    {
        var at = At(Graph.NumberOf(router), Graph.NumberOf(destination));
        return distance[at] >= Options.Infinity
            ? "∞"
            : distance[at] == 0 ? "0" : InvariantText.Format($"{distance[at]} via {Graph.Nodes[nextHop[at]]}");
    }

    private int At(int router, int destination) => (router * _count) + destination;

    // Processes a neighbour's message.
    private void Listen(int router, int neighbour, int cost)
    {
        var (own, told) = (At(router, 0), At(neighbour, 0));
        for (var destination = 0; destination < _count; destination++)
        {
            if (Options.Rules is { } rules)
            {
                ListenBy(rules, own + destination, told + destination, (router, neighbour, cost));
                continue;
            }

            var distance = _toldDistance[told + destination];
            if (_toldNextHop[told + destination] == router && Options.SplitHorizon != SplitHorizon.Off)
            {
                if (Options.SplitHorizon == SplitHorizon.Simple)
                {
                    continue; // the message does not mention this destination
                }

                distance = Options.Infinity;
            }

            var through = Math.Min(distance + cost, Options.Infinity);
            var at = own + destination;
            if (_nextHop[at] == neighbour)
            {
                (_distance[at], _age[at]) = (through, 0);
            }
            else if (through < _distance[at])
            {
                (_distance[at], _nextHop[at], _age[at]) = (through, neighbour, 0);
            }
        }
    }

    // Lets the rules decide what the neighbour says, and what the router makes of it.
    private void ListenBy(DistanceVectorRules rules, int own, int told, (int Router, int Neighbour, int Cost) link)
    {
        var (router, neighbour) = (Graph.Nodes[link.Router], Graph.Nodes[link.Neighbour]);
        var route = RouteAt(_distance, _nextHop, own);
        var advertised = rules.Advertise(RouteAt(_toldDistance, _toldNextHop, told), router);
        var heard = rules.Receive(route, neighbour, link.Cost, advertised);
        if (heard != route)
        {
            (_distance[own], _nextHop[own]) = (heard.Distance, heard.NextHop is null ? NoNode : Graph.NumberOf(heard.NextHop));
        }

        _age[own] = heard.NextHop == neighbour || heard.Distance >= Options.Infinity ? (byte)0 : _age[own];
    }

    private VectorRoute RouteAt(int[] distance, int[] nextHop, int at) => new(
        distance[at], nextHop[at] == NoNode || distance[at] == 0 ? null : Graph.Nodes[nextHop[at]]);

    private void Grow()
    {
        for (var at = 0; at < _age.Length; at++)
        {
            _age[at] += (byte)(_distance[at] > 0 && _distance[at] < Options.Infinity ? 1 : 0);
        }
    }

    private bool GiveUpTheSilent()
    {
        var isAging = false;
        for (var at = 0; at < _age.Length; at++)
        {
            if (_age[at] >= Options.Timeout || (_distance[at] >= Options.Infinity && _nextHop[at] != NoNode))
            {
                (_distance[at], _nextHop[at], _age[at]) = (Options.Infinity, NoNode, 0);
            }

            isAging |= _age[at] > 0;
        }

        return isAging;
    }

    private void GiveUp(int router, int neighbour)
    {
        for (var destination = 0; destination < _count; destination++)
        {
            var at = At(router, destination);
            if (_nextHop[at] == neighbour)
            {
                (_distance[at], _nextHop[at], _age[at]) = (Options.Infinity, NoNode, 0);
            }
        }
    }

    private void Remember(string what)
    {
        if (_count <= MaxNodesRemembered)
        {
            _history.Add(new DistanceVectorRound(Round, what, [.. _distance], [.. _nextHop]));
        }
    }
}
