using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>
/// RIP version 2 on a router (RFC 2453): every 30 s it tells its neighbours all routes, with poisoned reverse; what changes is told within 1 to 5 s. A route of which nothing is heard for 180 s
/// is given up, and 120 s later forgotten.
/// </summary>
internal sealed class RipProcess
{
    public const int Infinity = 16;

    private const ushort UdpPort = 520;
    private static readonly Address Group = Address.Parse("224.0.0.9");
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan Garbage = TimeSpan.FromSeconds(120);

    // Never of a prefix that a whole cable of the router itself is in, or that a written route is for.
    private readonly Dictionary<Prefix, RipRoute> _learned = [];
    private readonly HashSet<Prefix> _changed = [];
    private readonly Router _router;
    private readonly SeededRandom _random;
    private SimulatedTimer _triggered;

    public RipProcess(Router router)
    {
        (_router, _random) = (router, router.Internet.Simulator.NewRandom());
        router.Listen(UdpPort, (header, datagram, _) => Receive(header.Source, datagram));
        Simulator.After(_random.Upto(TimeSpan.FromSeconds(1)), Tell);
    }

    /// <summary>How many entries it has told, all messages together.</summary>
    public long EntriesSent { get; private set; }

    /// <summary>Whether it knows of changes that it has not told yet.</summary>
    public bool HasNews => Simulator.IsPending(_triggered);

    private Simulator Simulator => _router.Internet.Simulator;

    private IEnumerable<Port> Ports => _router.Ports.Where(port => port.Cable.IsUp && port.Network is not null);

    /// <summary>How far a prefix is: 1 if the router has a port in it, 16 if it cannot be reached.</summary>
    public int MetricOf(Prefix prefix) => Ports.Any(port => port.Network == prefix) ? 1 : _learned.GetValueOrDefault(prefix)?.Metric ?? Infinity;

    /// <summary>A cable was cut or mended: what goes through it goes, or comes back.</summary>
    public void CableChanged(Port port)
    {
        var network = port.Network!.Value;
        if (port.Cable.IsUp)
        {
            _learned.Remove(network);
            _router.Routes.Enter(network, new NextHop(port, null, RouteOrigin.Connected));
        }
        else
        {
            _router.Routes.Remove(network);
            foreach (var (prefix, route) in _learned.Where(entry => entry.Value.Port == port && entry.Value.Metric < Infinity).ToList())
            {
                Unreachable(prefix, route);
                Changed(prefix);
            }
        }

        Changed(network);
    }

    // Everything to everybody, and once more half a minute later; a little earlier or later, so that routers do not fall into step (RFC 2453, section 3.8).
    private void Tell()
    {
        foreach (var (prefix, route) in _learned.ToList())
        {
            if (route.Metric < Infinity && _router.Internet.Now - route.Heard >= Timeout)
            {
                Unreachable(prefix, route);
                Changed(prefix);
            }
            else if (route.Metric >= Infinity && _router.Internet.Now - route.GivenUp >= Garbage)
            {
                _learned.Remove(prefix);
            }
        }

        Send([.. _router.Ports.Select(port => port.Network).OfType<Prefix>().Concat(_learned.Keys).Distinct()]);
        Simulator.After(Period * (0.9 + 0.2 * _random.NextDouble()), Tell);
    }

    private void Receive(Address from, UdpDatagram datagram)
    {
        if (datagram.SourcePort != UdpPort || _router.Owns(from.ToUInt32()) || Ports.FirstOrDefault(port => port.Network!.Value.Contains(from)) is not { } through)
        {
            return; // only neighbours are believed (RFC 2453, section 3.9.2)
        }

        foreach (var entry in RipMessage.Read(datagram.Data.Span))
        {
            Believe(entry.Prefix, Math.Min(entry.Metric + through.Cable.Cost, Infinity), from, through);
        }
    }

    private void Believe(Prefix prefix, int metric, Address from, Port through)
    {
        if (!_learned.TryGetValue(prefix, out var route))
        {
            if (metric < Infinity && !_router.Routes.TryGet(prefix, out _))
            {
                Learn(prefix, metric, from, through);
            }
        }
        else if (route.Via == from && route.Port == through)
        {
            // Whoever is the next hop is believed whatever it says, and that it is still there.
            route.Heard = _router.Internet.Now;
            if (metric >= Infinity && route.Metric < Infinity)
            {
                Unreachable(prefix, route);
                Changed(prefix);
            }
            else if (metric != route.Metric)
            {
                Learn(prefix, metric, from, through);
            }
        }
        else if (metric < route.Metric)
        {
            Learn(prefix, metric, from, through);
        }
    }

    private void Learn(Prefix prefix, int metric, Address from, Port through)
    {
        _learned[prefix] = new RipRoute(from, through, metric) { Heard = _router.Internet.Now };
        _router.Routes.Enter(prefix, new NextHop(through, from, RouteOrigin.Rip, metric));
        Changed(prefix);
    }

    private void Unreachable(Prefix prefix, RipRoute route)
    {
        (route.Metric, route.GivenUp) = (Infinity, _router.Internet.Now);
        _router.Routes.Remove(prefix);
    }

    private void Changed(Prefix prefix)
    {
        _changed.Add(prefix);
        if (!Simulator.IsPending(_triggered))
        {
            _triggered = Simulator.After(TimeSpan.FromSeconds(1) + _random.Upto(TimeSpan.FromSeconds(4)), () =>
            {
                Send([.. _changed]);
                _changed.Clear();
            });
        }
    }

    private void Send(Prefix[] prefixes)
    {
        var entries = new RipEntry[prefixes.Length];
        foreach (var port in Ports)
        {
            for (var i = 0; i < entries.Length; i++)
            {
                var isPoisoned = _learned.TryGetValue(prefixes[i], out var route) && route.Port == port;
                entries[i] = new RipEntry(prefixes[i], isPoisoned ? Infinity : route?.Metric ?? MetricOf(prefixes[i]));
            }

            EntriesSent += entries.Length;
            foreach (var message in entries.Chunk(RipMessage.MostEntries))
            {
                _router.SendThrough(port, Group, new UdpDatagram(UdpPort, UdpPort, RipMessage.ToBytes(message)));
            }
        }
    }

    private sealed class RipRoute(Address via, Port port, int metric)
    {
        public Address Via { get; } = via;

        public Port Port { get; } = port;

        public int Metric { get; set; } = metric;

        public TimeSpan Heard { get; set; }

        public TimeSpan GivenUp { get; set; }
    }
}
