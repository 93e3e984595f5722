using System.Diagnostics;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>
/// Measures, step by step, how long it takes to set up and run a large network: routing by distance vector and by link state, and
/// forwarding a great many packets.
/// </summary>
public sealed class NetworkScale : Shown
{
    private const ushort DiscardPort = 9;
    private static readonly TimeSpan BetweenPackets = TimeSpan.FromMicroseconds(20);

    private readonly List<ScaleStep> _steps = [];

    private NetworkScale()
    {
    }

    /// <summary>The measured steps, in order.</summary>
    public IReadOnlyList<ScaleStep> Steps => _steps;

    /// <summary>The total time of all steps.</summary>
    public TimeSpan Total => new(_steps.Sum(step => step.Time.Ticks));

    /// <summary>Whether all routes, however they were found, are shortest paths, and every packet has arrived.</summary>
    public bool IsRight { get; private set; }

    /// <summary>Measures the routing table of a large router.</summary>
    /// <param name="prefixes">The number of prefixes.</param>
    /// <param name="lookups">The number of lookups.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    public static NetworkScale MeasureTrie(int prefixes = 200_000, int lookups = 1_000_000, int seed = 1)
    {
        var scale = new NetworkScale();
        var sample = PrefixSample.Of(prefixes, seed);
        var addresses = PrefixSample.Numbers(sample, lookups, seed);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var trie = new PrefixTrie<int>();
        scale.Step(InvariantText.Format($"a trie of {prefixes:N0} prefixes"), () =>
        {
            foreach (var (i, prefix) in sample.Index())
            {
                trie.Enter(prefix, i);
            }

            return InvariantText.Format($"{trie.Nodes:N0} nodes");
        });
        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        scale.Step(InvariantText.Format($"{lookups:N0} lookups"), () =>
        {
            var (looked, found) = (0L, 0);
            foreach (var address in addresses)
            {
                var looks = trie.Find(address, out _);
                (looked, found) = (looked + Math.Abs(looks), found + (looks > 0 ? 1 : 0));
            }

            var (each, share) = ((double)looked / lookups, 100.0 * found / lookups);
            return InvariantText.Format($"{each:0.0} nodes each, {share:0} % in a prefix; the trie takes {taken / 1e6:0.0} MB");
        });
        scale.IsRight = true;
        return scale;
    }

    /// <summary>Measures a random network.</summary>
    /// <param name="routers">The number of routers, each with a host behind it.</param>
    /// <param name="links">The number of links between them.</param>
    /// <param name="hops">The least number of frames to put on links.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    public static NetworkScale Measure(int routers = 1000, int links = 3000, long hops = 1_000_000, int seed = 1)
    {
        var scale = new NetworkScale();
        var graph = NetworkGraph.Random(routers, links, seed);
        var (vector, state) = (new DistanceVector(graph, new DistanceVectorOptions { Infinity = 1 << 20 }), new LinkState(graph));
        scale.Step(
            "distance vector converges",
            () => InvariantText.Format($"{vector.Converge()} rounds, {vector.Messages:N0} messages of {routers:N0} entries"));
        scale.Step(
            "link state: every router has the map",
            () => InvariantText.Format($"{state.Converge()} rounds, {state.Messages:N0} messages"));
        scale.Step("link state: every router has computed its paths", () =>
        {
            var nextHops = Enumerable.Range(0, routers)
                .Sum(router => state.FirstHopsOf(router).Count(hop => hop != Dijkstra.NoNode));
            return InvariantText.Format($"{nextHops:N0} next hops");
        });
        Internet internet = null!;
        scale.Step("the internet is built from its text", () =>
        {
            internet = Internet.Of(InternetSample.Text(graph, "written"), seed);
            return InvariantText.Format($"{routers:N0} routers, {routers:N0} hosts, {internet.Cables.Count:N0} links");
        });
        scale.Step("its routers get their routes", () => InvariantText.Format($"{Install(internet, state):N0} routes"));
        var (sent, arrived) = (0, 0);
        scale.Step("packets are forwarded", () =>
        {
            (sent, arrived) = Carry(internet, hops, seed);
            return InvariantText.Format(
                $"{internet.Hops:N0} hops of {sent:N0} packets, {arrived:N0} arrived; {internet.Simulator.EventsRun:N0} events");
        });
        var agree = graph.Nodes.All(from => graph.Nodes.All(to => vector.Distance(from, to) == state.Distance(from, to)));
        scale.IsRight = agree && sent == arrived;
        return scale;
    }

    /// <summary>
    /// Measures distance-vector routing on the wire: every router runs RIP, and its messages cross the links as packets.
    /// </summary>
    /// <param name="routers">The number of routers, each with a host behind it.</param>
    /// <param name="links">
    /// The number of links between them; each is a network of its own, and is advertised to all routers.
    /// </param>
    /// <param name="seed">The seed of the random numbers.</param>
    public static NetworkScale MeasureRip(int routers = 1000, int links = 1500, int seed = 1)
    {
        // RIP counts to 15 and no further, so every link costs 1.
        var (scale, graph) = (new NetworkScale(), NetworkGraph.Random(routers, links, seed, maxCost: 1));
        Internet internet = null!;
        scale.Step("an internet that runs RIP is built", () =>
        {
            internet = Internet.Of(InternetSample.Text(graph, "rip"), seed);
            return InvariantText.Format($"{routers:N0} routers, {routers:N0} hosts, {internet.Cables.Count:N0} links");
        });
        scale.Step("RIP converges, packet by packet", () =>
        {
            // Two quiet seconds: during the first, earlier messages may still have been in flight.
            for (var quiet = 0; quiet < 2;)
            {
                internet.RunFor(TimeSpan.FromSeconds(1));
                quiet = internet.Routers.Any(router => router.Rip!.HasNews) ? 0 : quiet + 1;
            }

            var entries = internet.Routers.Sum(router => router.Rip!.EntriesSent);
            return InvariantText.Format(
                $"{internet.Hops:N0} packets with {entries:N0} entries, in {internet.Now.TotalSeconds:0} s of simulated time");
        });
        scale.IsRight = AgreesWithDijkstra(internet, graph);
        return scale;
    }

    private static int Install(Internet internet, LinkState state)
    {
        var (routers, count) = (internet.Routers.ToArray(), 0);
        var networks = routers.Select(router => router.Ports[0].Network!.Value).ToArray();
        for (var router = 0; router < routers.Length; router++)
        {
            var first = state.FirstHopsOf(router);
            var hops = routers[router].Ports.Skip(1).ToDictionary(
                port => port.Peer.Node.Name,
                port => new NextHop(port, port.Peer.Address, RouteOrigin.Shortest));
            for (var destination = 0; destination < routers.Length; destination++)
            {
                if (destination != router && first[destination] != Dijkstra.NoNode)
                {
                    routers[router].Routes.Enter(networks[destination], hops[state.Graph.Nodes[first[destination]]]);
                    count++;
                }
            }
        }

        return count;
    }

    // Every router's route to each host's network has the length of the shortest path, and leads through a neighbour that is
    // closer.
    private static bool AgreesWithDijkstra(Internet internet, NetworkGraph graph)
    {
        var routers = internet.Routers.ToArray();
        var (distance, before) = (new int[routers.Length], new int[routers.Length]);
        for (var destination = 0; destination < routers.Length; destination++)
        {
            Dijkstra.Run(graph, destination, distance, before);
            var network = routers[destination].Ports[0].Network!.Value;
            for (var router = 0; router < routers.Length; router++)
            {
                var isKnown = routers[router].Routes.TryGet(network, out var hop);
                var isRight = distance[router] + 1 >= RipProcess.Infinity
                    ? !isKnown
                    : isKnown
                        && routers[router].Rip!.MetricOf(network) == distance[router] + 1
                        && (router == destination
                            || distance[graph.NumberOf(hop!.Out.Peer.Node.Name)] == distance[router] - 1);
                if (!isRight)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static (int Sent, int Arrived) Carry(Internet internet, long hops, int seed)
    {
        var (hosts, random, data) = (internet.Hosts.ToArray(), new SeededRandom(seed, stream: 9), new byte[64]);
        var (sent, arrived) = (0, 0);
        foreach (var host in hosts)
        {
            host.Listen(DiscardPort, (_, _, _) => arrived++);
        }

        Send();
        internet.Simulator.Run();
        return (sent, arrived);

        void Send()
        {
            var (from, to) = (hosts[random.Below(hosts.Length)], hosts[random.Below(hosts.Length)]);
            from.SendUdp(to.MainAddress, new UdpDatagram(DiscardPort, DiscardPort, data));
            sent++;
            if (internet.Hops < hops)
            {
                internet.Simulator.After(BetweenPackets, Send);
            }
        }
    }

    private void Step(string name, Func<string> work)
    {
        var began = Stopwatch.GetTimestamp();
        var detail = work();
        _steps.Add(new ScaleStep(name, detail, Stopwatch.GetElapsedTime(began)));
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["step", "", "time"],
        _steps.Select(IReadOnlyList<object?> (step) => [step.Name, step.Detail, InvariantText.Of(step.Time)]),
        InvariantText.Format(
            $"Total: {InvariantText.Of(Total)}.{(IsRight ? "" : " WRONG: some routes are incorrect, or packets were lost.")}"));
}

/// <summary>One step of a measurement.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Detail">The amount of work done.</param>
/// <param name="Time">How long it took.</param>
public sealed record ScaleStep(string Name, string Detail, TimeSpan Time);
