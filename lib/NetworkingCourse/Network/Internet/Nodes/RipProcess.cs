using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>
/// RIP version 2 on a router (RFC 2453): every 30 s it tells its neighbours all routes, with poisoned reverse; what changes is told within 1 to 5 s. A route of which nothing is heard for 180 s
/// is given up, and 120 s later forgotten.
/// </summary>
internal sealed class RipProcess
{
    private const int Infinity = 16;
    private const ushort UdpPort = 520;
    private static readonly Address Group = Address.Parse("224.0.0.9");
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan Garbage = TimeSpan.FromSeconds(120);

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

    private Simulator Simulator => _router.Internet.Simulator;

    private IEnumerable<Port> Ports => _router.Ports.Where(port => port.Cable.IsUp && port.Network is not null);

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
            foreach (var (prefix, route) in _learned.Where(entry => entry.Value.Port == port).ToList())
            {
                Unreachable(prefix, route);
            }
        }

        Changed(network);
    }

    // Everything to everybody, and once more half a minute later; a little earlier or later, so that routers do not fall into step (RFC 2453, section 3.8).
    private void Tell()
    {
        foreach (var (prefix, route) in _learned.ToList())
        {
            var silence = _router.Internet.Now - route.Heard;
            if (route.Metric < Infinity && silence >= Timeout)
            {
                Unreachable(prefix, route);
                Changed(prefix);
            }
            else if (route.Metric >= Infinity && _router.Internet.Now - route.GivenUp >= Garbage)
            {
                _learned.Remove(prefix);
            }
        }

        Send(_ => true);
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
        if (Ports.Any(port => port.Network == prefix) || IsWritten(prefix))
        {
            return;
        }

        var isKnown = _learned.TryGetValue(prefix, out var route);
        var isPresent = isKnown && route!.Via == from && route.Port == through;
        if (isPresent)
        {
            route!.Heard = _router.Internet.Now;
        }

        if (isKnown ? (isPresent && metric != route!.Metric) || metric < route!.Metric : metric < Infinity)
        {
            if (metric >= Infinity)
            {
                Unreachable(prefix, route!);
            }
            else
            {
                _learned[prefix] = new RipRoute(from, through, metric) { Heard = _router.Internet.Now };
                _router.Routes.Enter(prefix, new NextHop(through, from, RouteOrigin.Rip, metric));
            }

            Changed(prefix);
        }
    }

    private bool IsWritten(Prefix prefix) =>
        _router.Routes.Find(prefix.Network.ToUInt32(), out var match) > 0 && match.Prefix == prefix && match.Value.Origin != RouteOrigin.Rip;

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
                Send(_changed.Contains);
                _changed.Clear();
            });
        }
    }

    private void Send(Func<Prefix, bool> isWanted)
    {
        foreach (var port in Ports)
        {
            var entries = _router.Ports.Where(other => other.Network is not null && isWanted(other.Network.Value))
                .Select(other => new RipEntry(other.Network!.Value, other.Cable.IsUp ? 1 : Infinity))
                .Concat(_learned.Where(entry => isWanted(entry.Key)).Select(entry => new RipEntry(entry.Key, entry.Value.Port == port ? Infinity : entry.Value.Metric)))
                .DistinctBy(entry => entry.Prefix);
            foreach (var message in entries.Chunk(RipMessage.MostEntries))
            {
                var datagram = new UdpDatagram(UdpPort, UdpPort, RipMessage.ToBytes(message));
                _router.SendThrough(port, Group, datagram);
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
