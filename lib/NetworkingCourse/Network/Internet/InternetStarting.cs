using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

// What a host needs in its first minute, and the minute itself.
public sealed partial class Internet
{
    private static readonly TimeSpan MaxAdvertisementDelay = TimeSpan.FromSeconds(0.5); // RFC 4861, section 10

    private readonly Dictionary<Port, Ipv6Neighbour> _v6 = [];

    /// <summary>Starts a DHCP server on a router (RFC 2131).</summary>
    /// <param name="router">The router; clients are told to use it as their gateway.</param>
    /// <param name="neighbour">The neighbour of the router on the link that it serves.</param>
    /// <param name="first">The first address to lease.</param>
    /// <param name="last">The last address to lease.</param>
    /// <param name="names">The name server of which clients are told: a host, by name or by address.</param>
    /// <exception cref="ArgumentException">There is no such node or link, or the addresses are not on it.</exception>
    public Internet ServeDhcp(string router, string neighbour, string first, string last, string names)
    {
        var port = PortTowards(router, neighbour);
        var (from, to) = (Address.Parse(first), Address.Parse(last));
        if (port.Network is not { } network || !network.Contains(from) || !network.Contains(to))
        {
            throw new ArgumentException($"{first} to {last} are not addresses of {port}.", nameof(first));
        }

        _ = new DhcpServer(Find<Router>(router), port, (from.ToUInt32(), to.ToUInt32()), AddressOf(names));
        return this;
    }

    /// <summary>Starts a name server on a host that knows a single name (RFC 1035).</summary>
    /// <param name="host">The host.</param>
    /// <param name="name">The name.</param>
    /// <param name="to">The host that has the name, by its own name here or by address.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    /// <exception cref="FormatException">The text is not a domain name.</exception>
    public Internet ServeName(string host, string name, string to)
    {
        const uint hour = 3600;
        const ushort port = 53;
        var (node, known, address) = (Find<Host>(host), DnsName.Parse(name), AddressOf(to));
        node.Listen(port, (header, datagram, _) =>
        {
            var query = DnsMessage.Parse(datagram.Data);
            var response = query.Questions is [{ Type: DnsType.A } question] && question.Name.Equals(known)
                ? query.Respond() with { Answers = [new DnsRecord(known, DnsType.A, hour, new AddressData(address))] }
                : query.Respond(ResponseCode.NameError);
            node.SendUdp(header.Source, new UdpDatagram(port, datagram.SourcePort, response.ToBytes()));
        });
        return this;
    }

    /// <summary>Lets a router advertise an IPv6 prefix on a link (RFC 4861, section 6.2).</summary>
    /// <param name="router">The router; its own address in the prefix ends with 1.</param>
    /// <param name="neighbour">The neighbour of the router on that link.</param>
    /// <param name="prefix">The prefix, of 64 bits.</param>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public Internet Advertise(string router, string neighbour, string prefix)
    {
        var (port, advertised) = (PortTowards(router, neighbour), Prefix.Parse(prefix));
        var (v6, random) = (Ipv6Of(port, Find<Router>(router)), Simulator.NewRandom());
        v6.Own.AddRange([v6.LinkLocal, Address.V6(advertised.Network.Bits + 1)]);
        v6.Received += message =>
        {
            if (message.Type == NeighbourType.RouterSolicitation)
            {
                Simulator.After(random.NextUpTo(MaxAdvertisementDelay), () => v6.Send(new NeighbourMessage(
                    NeighbourType.RouterAdvertisement, v6.LinkLocal, Ipv6Addressing.AllNodes)
                {
                    Prefix = advertised,
                    LinkLayerAddress = port.Mac,
                }));
            }
        };
        return this;
    }

    /// <summary>
    /// Switches on a host that has no address, and lets up to a minute pass: DHCP, probes, name resolution, and the first segment
    /// of a connection.
    /// </summary>
    /// <param name="host">The host; the topology has <c>dhcp</c> in its line.</param>
    /// <param name="name">The name of the server to connect to.</param>
    /// <exception cref="ArgumentException">There is no such host, or it has an address already.</exception>
    public FirstMinute FirstMinute(string host, string name) => Find<Host>(host) is { } node && node.Ports[0].Address is null
        ? new FirstMinute(this, node, name)
        : throw new ArgumentException($"{host} has an address already: its first minute is over.", nameof(host));

    /// <summary>Switches on IPv6 on a host, and lets it find an address, a router and a neighbour.</summary>
    /// <param name="host">The host.</param>
    /// <param name="wanted">The IPv6 address of the neighbour to look for.</param>
    /// <exception cref="ArgumentException">There is no such host.</exception>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public Ipv6Minute FirstMinuteV6(string host, string wanted) => new(this, Find<Host>(host), Address.Parse(wanted));

    internal Ipv6Neighbour Ipv6Of(Port port, IpNode node) =>
        _v6.TryGetValue(port, out var known) ? known : _v6[port] = new Ipv6Neighbour(port, node);

    /// <summary>Takes note of the address that a host has got.</summary>
    internal void Add(Host host) => _owners[host.MainAddress.ToUInt32()] = host;

    /// <summary>The name of the node that has a card.</summary>
    internal string NameOf(MacAddress card) =>
        _nodes.Values.FirstOrDefault(node => node.Ports.Any(port => port.Mac == card))?.Name ?? card.ToString();
}
