using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// Distance-vector routing in rounds: in each round every router tells its neighbours how far it is to everywhere, and believes what it is told, by the rules of
/// RIP (RFC 2453, section 3.9.2): a shorter way is taken; and what the present next hop says is taken whatever it is. No router knows more of the network than that.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class DistanceVector : IShown
{
    private const int Nobody = -1;
    private const int MaxNodesRemembered = 40;

    private readonly DistanceVectorHistory _history;
    private readonly int _count;
    private readonly int[] _distance; // of router r to destination d: at r · count + d
    private readonly int[] _nextHop;
    private readonly int[] _toldDistance; // the same at the beginning of the round
    private readonly int[] _toldNextHop;
    private readonly byte[] _age; // rounds since the next hop has last spoken of it

    /// <summary>A network that has just been switched on: each router knows itself and nothing else.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="options">What can be set.</param>
    public DistanceVector(NetworkGraph graph, DistanceVectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        (Graph, Options, _count) = (graph, options ?? new DistanceVectorOptions(), graph.Count);
        Options.Validate();
        (_distance, _nextHop) = (new int[_count * _count], new int[_count * _count]);
        (_toldDistance, _toldNextHop, _age) = (new int[_count * _count], new int[_count * _count], new byte[_count * _count]);
        Array.Fill(_distance, Options.Infinity);
        Array.Fill(_nextHop, Nobody);
        for (var node = 0; node < _count; node++)
        {
            (_distance[At(node, node)], _nextHop[At(node, node)]) = (0, node);
        }

        _history = new DistanceVectorHistory(this);
        Remember("switched on");
    }

    /// <summary>The network as it is now.</summary>
    public NetworkGraph Graph { get; private set; }

    /// <summary>What was set.</summary>
    public DistanceVectorOptions Options { get; }

    /// <summary>How many rounds there have been.</summary>
    public int Round { get; private set; }

    /// <summary>How many messages have been sent: one a round over each link in each direction.</summary>
    public long Messages { get; private set; }

    /// <summary>Whether nothing would change any more.</summary>
    public bool IsConverged { get; private set; }

    /// <summary>One round: everybody tells, then everybody believes.</summary>
    /// <returns>Whether anything has changed by it.</returns>
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

    /// <summary>Rounds, until nothing changes any more.</summary>
    /// <param name="mostRounds">How many that may take.</param>
    /// <returns>How many rounds have changed something.</returns>
    /// <exception cref="InvalidOperationException">They were not enough.</exception>
    public int Converge(int mostRounds = 10_000)
    {
        var (began, changed) = (Round, Round);
        do
        {
            if (Round - began == mostRounds)
            {
                throw new InvalidOperationException(InvariantText.Format($"After {mostRounds:N0} rounds routes are still changing."));
            }

            changed = Step() ? Round : changed;
        }
        while (!IsConverged);
        return changed - began;
    }

    /// <summary>Cuts a link. The two routers at its ends notice at once, and give up what they had through each other; all others have to be told.</summary>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public void Cut(string a, string b)
    {
        Graph = Graph.Without(a, b);
        GiveUp(Graph.NumberOf(a), Graph.NumberOf(b));
        GiveUp(Graph.NumberOf(b), Graph.NumberOf(a));
        IsConverged = false;
        Remember($"{a}-{b} is cut");
    }

    /// <summary>Adds a link, or gives it another cost.</summary>
    /// <exception cref="ArgumentException">There is no such node, or the cost is none.</exception>
    public void Set(string a, string b, int cost)
    {
        Graph = Graph.With(a, b, cost);
        IsConverged = false;
        Remember(InvariantText.Format($"{a}-{b} costs {cost}"));
    }

    /// <summary>How far a router believes it is to another; null if it knows no way.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public int? Distance(string from, string to) => _distance[At(Graph.NumberOf(from), Graph.NumberOf(to))] is var distance && distance < Options.Infinity ? distance : null;

    /// <summary>To whom a router hands what is for another; null if it knows no way, and for itself.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public string? NextHop(string from, string to) =>
        from == to || Distance(from, to) is null ? null : Graph.Nodes[_nextHop[At(Graph.NumberOf(from), Graph.NumberOf(to))]];

    /// <summary>What every router believes now, a row a router: distance and next hop.</summary>
    public Table Table() => new(
        ["router", .. Graph.Nodes.Select(node => $"to {node}")],
        Graph.Nodes.Select(IReadOnlyList<object?> (router) => [router, .. Graph.Nodes.Select(node => Told(_distance, _nextHop, router, node))]),
        InvariantText.Format($"After {Round} rounds and {Messages} messages."));

    /// <summary>What every router has believed of one destination, a row a round.</summary>
    /// <param name="to">The destination.</param>
    /// <param name="last">How many rows at the most; the first ones are left out.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    /// <exception cref="InvalidOperationException">The network is too large for everything to be remembered.</exception>
    public Table History(string to, int last = 30) => _history.Of(to, last);

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <summary>What every router believes now, as a table.</summary>
    public override string ToString() => Table().ToString();

    internal string Told(int[] distance, int[] nextHop, string router, string destination)
    {
        var at = At(Graph.NumberOf(router), Graph.NumberOf(destination));
        return distance[at] >= Options.Infinity ? "∞" : distance[at] == 0 ? "0" : InvariantText.Format($"{distance[at]} via {Graph.Nodes[nextHop[at]]}");
    }

    private int At(int router, int destination) => (router * _count) + destination;

    // What a router does with the message of a neighbour.
    private void Listen(int router, int neighbour, int cost)
    {
        var (own, told) = (At(router, 0), At(neighbour, 0));
        for (var destination = 0; destination < _count; destination++)
        {
            var distance = _toldDistance[told + destination];
            if (_toldNextHop[told + destination] == router && Options.SplitHorizon != SplitHorizon.Off)
            {
                if (Options.SplitHorizon == SplitHorizon.Simple)
                {
                    continue; // the message says nothing of it
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
            if (_age[at] >= Options.Timeout || (_distance[at] >= Options.Infinity && _nextHop[at] != Nobody))
            {
                (_distance[at], _nextHop[at], _age[at]) = (Options.Infinity, Nobody, 0);
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
                (_distance[at], _nextHop[at], _age[at]) = (Options.Infinity, Nobody, 0);
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
