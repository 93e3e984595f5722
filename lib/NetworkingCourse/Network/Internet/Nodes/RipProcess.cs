using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetworkingCourse.Packets;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>
/// RIP version 2 on a router (RFC 2453). Every 30 s it advertises all its routes to its neighbours, with poisoned reverse;
/// changes are advertised within 1 to 5 s. A route that has not been heard of for 180 s times out, and is deleted another 120 s
/// later.
/// </summary>
internal sealed class RipProcess
{
    public const int Infinity = 16;

    private const ushort UdpPort = 520;
    private static readonly Address Group = Address.Parse("224.0.0.9");
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan Garbage = TimeSpan.FromSeconds(120);

    // Never contains a prefix that is on one of the router's own cables that is up, or that has a static route.
    private readonly Dictionary<PrefixBits, RipRoute> _learned = [];
    private readonly HashSet<PrefixBits> _changed = [];
    private readonly Dictionary<(Port Out, uint Via, int Metric), NextHop> _hops = []; // shared: few, however many prefixes
    private readonly Router _router;
    private readonly SeededRandom _random;
    private SimulatedTimer _triggered;

    public RipProcess(Router router)
    {
        (_router, _random) = (router, router.Internet.Simulator.NewRandom());
        router.Listen(UdpPort, (header, datagram, _) => Receive(header.Source, datagram));
        Simulator.After(_random.NextUpTo(TimeSpan.FromSeconds(1)), Advertise);
    }

    /// <summary>The number of entries sent so far, in all messages together.</summary>
    public long EntriesSent { get; private set; }

    /// <summary>Rules that decide in place of RIP's own; null for those.</summary>
    public DistanceVectorRules? Rules { get; set; }

    /// <summary>Whether there are changes that have not been advertised yet.</summary>
    public bool HasNews => Simulator.IsPending(_triggered);

    private Simulator Simulator => _router.Internet.Simulator;

    private IEnumerable<Port> Ports => _router.Ports.Where(port => port.Cable.IsUp && port.Network is not null);

    /// <summary>The distance to a prefix: 1 if the router has a port in it, 16 if it is unreachable.</summary>
    public int MetricOf(Prefix prefix) => MetricOf(PrefixBits.Of(prefix));

    /// <summary>
    /// Withdraws the routes through a cable that was cut, or restores the connected route of one that was repaired.
    /// </summary>
    public void CableChanged(Port port)
    {
        var network = PrefixBits.Of(port.Network!.Value);
        if (port.Cable.IsUp)
        {
            _learned.Remove(network);
            _router.Routes.Enter(port.Network.Value, new NextHop(port, null, RouteOrigin.Connected));
        }
        else
        {
            _router.Routes.Remove(port.Network.Value);
            foreach (var (prefix, _) in _learned
                .Where(entry => entry.Value.Port == port && entry.Value.Metric < Infinity).ToList())
            {
                GiveUp(prefix, ref CollectionsMarshal.GetValueRefOrNullRef(_learned, prefix));
            }
        }

        Changed(network);
    }

    // Sends the full table to all neighbours, and again about half a minute later. The interval varies a little, so that routers
    // do not become synchronised (RFC 2453, section 3.8).
    private void Advertise()
    {
        var now = _router.Internet.Now;
        foreach (var (prefix, route) in _learned
            .Where(entry => now - entry.Value.Since >= (entry.Value.Metric < Infinity ? Timeout : Garbage)).ToList())
        {
            if (route.Metric < Infinity)
            {
                GiveUp(prefix, ref CollectionsMarshal.GetValueRefOrNullRef(_learned, prefix));
            }
            else
            {
                _learned.Remove(prefix);
            }
        }

        Send(
        [
            .. _router.Ports.Select(port => port.Network).OfType<Prefix>().Select(PrefixBits.Of)
                .Concat(_learned.Keys)
                .Distinct(),
        ]);
        Simulator.After(Period * (0.9 + 0.2 * _random.NextDouble()), Advertise);
    }

    private void Receive(Address from, UdpDatagram datagram)
    {
        if (datagram.SourcePort != UdpPort
            || _router.Owns(from.ToUInt32())
            || Ports.FirstOrDefault(port => port.Network!.Value.Contains(from)) is not { } through)
        {
            return; // only direct neighbours are trusted (RFC 2453, section 3.9.2)
        }

        foreach (var entry in RipMessage.Read(datagram.Data.Span))
        {
            if (Rules is { } rules)
            {
                BelieveBy(rules, entry, from, through);
                continue;
            }

            Believe(entry.Prefix, Math.Min(entry.Metric + through.Cable.Cost, Infinity), from.ToUInt32(), through);
        }
    }

    private void Believe(PrefixBits prefix, int metric, uint from, Port through)
    {
        ref var route = ref CollectionsMarshal.GetValueRefOrNullRef(_learned, prefix);
        if (Unsafe.IsNullRef(ref route))
        {
            if (metric < Infinity && !_router.Routes.TryGet(prefix.ToPrefix(), out _))
            {
                Learn(prefix, metric, from, through);
            }
        }
        else if (route.Via == from && route.Port == through)
        {
            // News from the current next hop is always accepted, and shows that the route is still alive.
            if (metric >= Infinity && route.Metric < Infinity)
            {
                GiveUp(prefix, ref route);
            }
            else if (metric != route.Metric)
            {
                Learn(prefix, metric, from, through);
            }
            else if (metric < Infinity)
            {
                route.Since = _router.Internet.Now;
            }
        }
        else if (metric < route.Metric)
        {
            Learn(prefix, metric, from, through);
        }
    }

    // Lets the rules decide. A route that is not learned by RIP is not theirs to change.
    private void BelieveBy(DistanceVectorRules rules, RipEntry entry, Address from, Port through)
    {
        ref var route = ref CollectionsMarshal.GetValueRefOrNullRef(_learned, entry.Prefix);
        var isKnown = !Unsafe.IsNullRef(ref route);
        if (!isKnown && _router.Routes.TryGet(entry.Prefix.ToPrefix(), out _))
        {
            return;
        }

        var own = !isKnown ? VectorRoute.Unreachable
            : new VectorRoute(route.Metric, route.Metric < Infinity ? Address.V4(route.Via).ToString() : null);
        var neighbour = from.ToString();
        var heard = rules.Receive(own, neighbour, through.Cable.Cost, entry.Metric);
        if (heard.Distance >= Infinity)
        {
            if (own.Distance < Infinity)
            {
                GiveUp(entry.Prefix, ref route);
            }
        }
        else if (heard != own)
        {
            Learn(entry.Prefix, heard.Distance, from.ToUInt32(), through);
        }
        else if (heard.NextHop == neighbour)
        {
            route.Since = _router.Internet.Now;
        }
    }

    private static int MetricFor(DistanceVectorRules rules, RipEntry own, uint via, Port? through, Port neighbour) =>
        rules.Advertise(
            new VectorRoute(own.Metric, through is null || own.Metric >= Infinity ? null : Address.V4(via).ToString()),
            through == neighbour ? Address.V4(via).ToString()
                : neighbour.Peer.Address?.ToString() ?? neighbour.Network!.Value.ToString());

    private void Learn(PrefixBits prefix, int metric, uint from, Port through)
    {
        _learned[prefix] = new RipRoute { Via = from, Port = through, Metric = metric, Since = _router.Internet.Now };
        if (!_hops.TryGetValue((through, from, metric), out var hop))
        {
            _hops[(through, from, metric)] = hop = new NextHop(through, Address.V4(from), RouteOrigin.Rip, metric);
        }

        _router.Routes.Enter(prefix.ToPrefix(), hop);
        Changed(prefix);
    }

    private void GiveUp(PrefixBits prefix, ref RipRoute route)
    {
        (route.Metric, route.Since) = (Infinity, _router.Internet.Now);
        _router.Routes.Remove(prefix.ToPrefix());
        Changed(prefix);
    }

    private void Changed(PrefixBits prefix)
    {
        _changed.Add(prefix);
        if (!Simulator.IsPending(_triggered))
        {
            _triggered = Simulator.After(TimeSpan.FromSeconds(1) + _random.NextUpTo(TimeSpan.FromSeconds(4)), () =>
            {
                Send([.. _changed]);
                _changed.Clear();
            });
        }
    }

    private int MetricOf(PrefixBits prefix) =>
        Ports.Any(port => PrefixBits.Of(port.Network!.Value) == prefix) ? 1
        : _learned.TryGetValue(prefix, out var route) ? route.Metric
        : Infinity;

    private void Send(PrefixBits[] prefixes)
    {
        var told = Array.ConvertAll(prefixes, prefix => _learned.TryGetValue(prefix, out var route)
            ? (Entry: new RipEntry(prefix, route.Metric), route.Via, route.Port)
            : (new RipEntry(prefix, MetricOf(prefix)), 0, null));
        var entries = new RipEntry[told.Length];
        foreach (var port in Ports)
        {
            for (var i = 0; i < entries.Length; i++)
            {
                entries[i] = Rules is { } rules
                    ? told[i].Entry with { Metric = MetricFor(rules, told[i].Entry, told[i].Via, told[i].Port, port) }
                    : told[i].Port == port ? told[i].Entry with { Metric = Infinity } : told[i].Entry; // poisoned reverse
            }

            EntriesSent += entries.Length;
            for (var i = 0; i < entries.Length; i += RipMessage.MaxEntries)
            {
                var message = RipMessage.ToBytes(entries.AsSpan(i, Math.Min(RipMessage.MaxEntries, entries.Length - i)));
                _router.SendThrough(port, Group, new UdpDatagram(UdpPort, UdpPort, message));
            }
        }
    }

    // A struct rather than a class: a large network has millions of these.
    private struct RipRoute
    {
        public uint Via;
        public Port Port;
        public int Metric;
        public TimeSpan Since; // when the route was last heard of or, if unreachable, when it was withdrawn
    }
}
