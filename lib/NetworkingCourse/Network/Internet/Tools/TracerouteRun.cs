using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>The routers on a path, as found by traceroute: those that have answered.</summary>
public sealed class TracerouteRun : Shown
{
    // By convention, the first of a range of ports on which no program listens.
    private const int FirstPort = 33_434;
    private const ushort SourcePort = 40_000;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(4);

    private readonly Internet _internet;
    private readonly IpNode _from;
    private readonly Address _to;
    private readonly List<TracerouteHop> _hops = [];
    private ushort _asked;
    private TimeSpan _sent;

    internal TracerouteRun(Internet internet, IpNode from, string to, Address address) =>
        (_internet, _from, To, _to) = (internet, from, to, address);

    /// <summary>The destination, as given.</summary>
    public string To { get; }

    /// <summary>The result of each datagram, in order.</summary>
    public IReadOnlyList<TracerouteHop> Hops => _hops;

    /// <summary>Whether the last datagram has reached the destination.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Draws the path, as far as it is known.</summary>
    public NetworkDiagram Draw()
    {
        var used = new Dictionary<(string, string), string>();
        foreach (var e in _hops.SelectMany(hop => hop.Trace.Events).Where(e => e.To is not null && !e.IsDrop))
        {
            used.TryAdd(LinkEnds.Of(e.Node, e.To!), e.To!);
        }

        return _internet.Draw($"From {_from.Name} to {To}", used, []);
    }

    internal TracerouteRun Run(int maxHops)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxHops, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxHops, 255);
        for (var hops = 1; hops <= maxHops && !IsComplete && _hops is not [.., { IsEnd: true }]; hops++)
        {
            Probe(hops);
        }

        return this;
    }

    /// <summary>Sends one datagram, and waits for the reply.</summary>
    internal TracerouteHop Probe(int timeToLive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeToLive, 255);
        var trace = new PacketTrace(
            _internet,
            InvariantText.Format($"A datagram from {_from.Name} to {To} that may pass {timeToLive - 1} routers"));
        var hop = new TracerouteHop(timeToLive, trace);
        _hops.Add(hop);
        (_asked, _sent) = ((ushort)(FirstPort + timeToLive - 1), _internet.Now);
        var datagram = new UdpDatagram(SourcePort, _asked, "Anybody there?"u8.ToArray());
        _from.IcmpReceived += Receive;
        _from.SendUdp(_to, datagram, trace, header => header with { TimeToLive = (byte)timeToLive });
        _internet.RunUntil(() => hop.Address is not null, _internet.Now + Wait);
        _from.IcmpReceived -= Receive;
        return hop;
    }

    private void Receive(Ipv4Header header, IcmpMessage message)
    {
        if (message.About() is not { Header: { Protocol: IpProtocol.Udp } } about
            || BinaryPrimitives.ReadUInt16BigEndian(about.Payload.Span[2..]) != _asked
            || _hops[^1].Address is not null)
        {
            return;
        }

        IsComplete = message.Code == IcmpMessage.PortUnreachable && message.Type == IcmpMessage.Unreachable;
        var hop = _hops[^1];
        (hop.Address, hop.Name, hop.RoundTrip, hop.Says, hop.IsEnd) = (
            header.Source,
            _internet.NameOf(header.Source),
            _internet.Now - _sent,
            message.ToString(),
            message.Type == IcmpMessage.Unreachable);
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["hop", "address", "node", "round trip", "answer"],
        _hops.Select(IReadOnlyList<object?> (hop) =>
        [
            hop.Number,
            hop.Address?.ToString() ?? "*",
            hop.Name,
            hop.RoundTrip is { } time ? InvariantText.Of(time) : "",
            hop.Says ?? "none within 4 s",
        ]),
        IsComplete
            ? $"{To} was reached: it answered that the port is unreachable, as intended."
            : $"{To} was not reached.");
}

/// <summary>The result of one traceroute datagram.</summary>
public sealed class TracerouteHop
{
    internal TracerouteHop(int number, PacketTrace trace) => (Number, Trace) = (number, trace);

    /// <summary>The time-to-live of the datagram.</summary>
    public int Number { get; }

    /// <summary>The address of the node that has answered; null if there was no answer.</summary>
    public Address? Address { get; internal set; }

    /// <summary>The name of the node with that address, which only the simulation knows.</summary>
    public string? Name { get; internal set; }

    /// <summary>The time until the answer arrived.</summary>
    public TimeSpan? RoundTrip { get; internal set; }

    /// <summary>The answer.</summary>
    public string? Says { get; internal set; }

    internal bool IsEnd { get; set; }

    internal PacketTrace Trace { get; }
}
