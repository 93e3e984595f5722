using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>
/// The first seconds of a host with IPv6: it forms an address for the link, asks for routers, forms an address from the prefix
/// that a router advertises (RFC 4862), and looks for a neighbour.
/// </summary>
public sealed class Ipv6Minute : Shown
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Internet _internet;
    private readonly Host _host;
    private readonly Ipv6Neighbour _neighbour;
    private readonly SeededRandom _random;
    private readonly List<NeighbourMessage> _messages = [];
    private Address? _tentative;
    private SimulatedTimer _timer;
    private bool _isDone;

    internal Ipv6Minute(Internet internet, Host host, Address wanted)
    {
        (_internet, _host, _random) = (internet, host, internet.Simulator.NewRandom());
        internet.Record(host.Name, host.Ports[0].Peer.Node.Name);
        _neighbour = internet.Ipv6Of(host.Ports[0], host);
        _neighbour.Received += message => Received(message, wanted);
        internet.Simulator.After(_random.NextUpTo(Second), () => Probe(_neighbour.LinkLocal, Solicit));
        internet.RunUntil(() => _isDone, internet.Now + TimeSpan.FromMinutes(1));
        Frames = [.. host.Ports[0].Recorder!.Frames];
        _messages.AddRange(Frames.Select(frame => new Frame(frame.Bytes, null))
            .Where(frame => frame.Type == EtherType.Ipv6)
            .Select(frame => NeighbourMessage.Parse(Ipv6Packet.Parse(frame.Payload))));
    }

    /// <summary>The addresses of the host, in the order in which it got them.</summary>
    public IReadOnlyList<Address> Addresses => [.. _neighbour.Own];

    /// <summary>The messages of Neighbour Discovery, in order.</summary>
    public IReadOnlyList<NeighbourMessage> Messages => _messages;

    internal IReadOnlyList<(TimeSpan At, byte[] Bytes)> Frames { get; }

    /// <summary>Draws every frame that passed the host's card.</summary>
    public LadderDiagram Ladder() => StartLadder.Of($"The first seconds of {_host.Name}, with IPv6", _internet, _host, Frames);

    /// <inheritdoc/>
    protected override IShown ShownAs => Ladder();

    // Duplicate address detection (RFC 4862, section 5.4): one question, and a second of silence.
    private void Probe(Address address, Action then)
    {
        _tentative = address;
        _neighbour.Send(Ask(Address.V6(0), address));
        _timer = _internet.Simulator.After(Second, () =>
        {
            _tentative = null;
            _neighbour.Own.Add(address);
            then();
        });
    }

    private static NeighbourMessage Ask(Address source, Address target)
    {
        var group = Ipv6Addressing.SolicitedNode(target);
        return new NeighbourMessage(NeighbourType.NeighbourSolicitation, source, group) { Target = target };
    }

    private void Solicit()
    {
        var (own, type) = (_neighbour.LinkLocal, NeighbourType.RouterSolicitation);
        _neighbour.Send(new NeighbourMessage(type, own, Ipv6Addressing.AllRouters) { LinkLayerAddress = _host.Ports[0].Mac });
    }

    private void Received(NeighbourMessage message, Address wanted)
    {
        switch (message.Type)
        {
            case NeighbourType.NeighbourAdvertisement when message.Target == _tentative:
                _internet.Simulator.Cancel(_timer);
                _isDone = true; // someone has it: the host may not use it, and an administrator has to help
                break;
            case NeighbourType.NeighbourAdvertisement when message.Target == wanted:
                _isDone = true;
                break;
            case NeighbourType.RouterAdvertisement when message.Prefix is { } prefix && _neighbour.Own.Count == 1:
                var own = Ipv6Addressing.AddressOf(prefix, _host.Ports[0].Mac);
                Probe(own, () => _neighbour.Send(Ask(own, wanted) with { LinkLayerAddress = _host.Ports[0].Mac }));
                break;
        }
    }
}
