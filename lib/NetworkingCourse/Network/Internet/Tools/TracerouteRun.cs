using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>The routers on a way, as those found them out that they have told.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class TracerouteRun : IShown
{
    // Where nobody listens, by custom.
    private const int FirstPort = 33_434;
    private const ushort SourcePort = 40_000;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(4);

    private readonly Internet _internet;
    private readonly IpNode _from;
    private readonly Address _to;
    private readonly List<TracerouteHop> _hops = [];
    private ushort _asked;
    private TimeSpan _sent;

    internal TracerouteRun(Internet internet, IpNode from, string to, Address address) => (_internet, _from, To, _to) = (internet, from, to, address);

    /// <summary>Who was looked for.</summary>
    public string To { get; }

    /// <summary>What each datagram has found, in order.</summary>
    public IReadOnlyList<TracerouteHop> Hops => _hops;

    /// <summary>Whether the last one has come to whom it was for.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The way as a drawing, as far as it is known.</summary>
    public NetworkDiagram Draw()
    {
        var used = new Dictionary<(string, string), string>();
        foreach (var e in _hops.SelectMany(hop => hop.Trace.Events).Where(e => e.To is not null && !e.IsDrop))
        {
            used.TryAdd(LinkEnds.Of(e.Node, e.To!), e.To!);
        }

        return _internet.Draw($"From {_from.Name} to {To}", used, []);
    }

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <summary>The way, a line a router.</summary>
    public override string ToString() => AsTable().ToString();

    internal TracerouteRun Run(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, 255);
        _from.IcmpReceived += Receive;
        for (var hops = 1; hops <= most && !IsComplete && _hops is not [.., { IsEnd: true }]; hops++)
        {
            var trace = new PacketTrace(_internet, InvariantText.Format($"A datagram from {_from.Name} to {To} that may pass {hops - 1} routers"));
            (_asked, _sent) = ((ushort)(FirstPort + hops - 1), _internet.Now);
            _hops.Add(new TracerouteHop(hops, trace));
            var datagram = new UdpDatagram(SourcePort, _asked, "Anybody there?"u8.ToArray());
            _from.SendUdp(_to, datagram, trace, header => header with { TimeToLive = (byte)hops });
            _internet.RunUntil(() => _hops[^1].Address is not null, _internet.Now + Wait);
        }

        _from.IcmpReceived -= Receive;
        return this;
    }

    private void Receive(Ipv4Header header, IcmpMessage message)
    {
        if (message.About() is not { Header: { Protocol: IpProtocol.Udp } } about || BinaryPrimitives.ReadUInt16BigEndian(about.Payload.Span[2..]) != _asked || _hops[^1].Address is not null)
        {
            return;
        }

        IsComplete = message.Code == IcmpMessage.PortUnreachable && message.Type == IcmpMessage.Unreachable;
        var hop = _hops[^1];
        (hop.Address, hop.Name, hop.RoundTrip, hop.Says, hop.IsEnd) = (header.Source, _internet.NameOf(header.Source), _internet.Now - _sent, message.ToString(), message.Type == IcmpMessage.Unreachable);
    }

    private Table AsTable() => new(
        ["hop", "address", "who that is", "round trip", "says"],
        _hops.Select(IReadOnlyList<object?> (hop) => [hop.Number, hop.Address?.ToString() ?? "*", hop.Name, hop.RoundTrip is { } time ? InvariantText.Of(time) : "", hop.Says ?? "nothing, for 4 s"]),
        IsComplete ? $"{To} is reached: it says that nobody has the port, as was meant." : $"{To} was not reached.");
}

/// <summary>What one datagram of a traceroute has found.</summary>
public sealed class TracerouteHop
{
    internal TracerouteHop(int number, PacketTrace trace) => (Number, Trace) = (number, trace);

    /// <summary>Its time to live.</summary>
    public int Number { get; }

    /// <summary>Who has answered; null if nobody has.</summary>
    public Address? Address { get; internal set; }

    /// <summary>Whose address that is, which only the simulation knows.</summary>
    public string? Name { get; internal set; }

    /// <summary>How long that took.</summary>
    public TimeSpan? RoundTrip { get; internal set; }

    /// <summary>What was answered.</summary>
    public string? Says { get; internal set; }

    internal bool IsEnd { get; set; }

    internal PacketTrace Trace { get; }
}
