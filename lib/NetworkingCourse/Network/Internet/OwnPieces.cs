using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

// A piece of the course's routers is replaced by one of the learner's.
public sealed partial class Internet
{
    /// <summary>
    /// Lets a prefix table look up the addresses in a router. The router enters all its routes, whose values are numbers from 1,
    /// and tells the table of every change.
    /// </summary>
    /// <param name="router">The router.</param>
    /// <param name="table">An empty table.</param>
    /// <exception cref="ArgumentException">There is no such router.</exception>
    public Internet UseTable(string router, IPrefixTable<int> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Find<Router>(router).Routes.Use(table);
        return this;
    }

    /// <summary>Lets a method forward the packets of a router.</summary>
    /// <param name="router">The router.</param>
    /// <param name="forward">The method.</param>
    /// <exception cref="ArgumentException">There is no such router, or it translates addresses.</exception>
    public Internet UseForwarding(string router, ForwardPacket forward)
    {
        ArgumentNullException.ThrowIfNull(forward);
        var node = Find<Router>(router);
        node.Forwarding = node.Nat is null
            ? forward
            : throw new ArgumentException($"{router} translates addresses, so it has to forward by itself.", nameof(router));
        return this;
    }

    /// <summary>Lets a router that runs RIP decide by other rules what it hears and tells.</summary>
    /// <param name="router">The router.</param>
    /// <param name="rules">The rules; neighbours are named by their addresses.</param>
    /// <exception cref="ArgumentException">There is no such router, or it does not run RIP.</exception>
    public Internet UseRules(string router, DistanceVectorRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var rip = Find<Router>(router).Rip ?? throw new ArgumentException($"{router} does not run RIP.", nameof(router));
        rip.Rules = rules;
        return this;
    }

    /// <summary>Lets a translator assign the ports of a router that translates addresses.</summary>
    /// <param name="router">The router.</param>
    /// <param name="translator">The translator, with an empty table.</param>
    /// <exception cref="ArgumentException">There is no such router, or it does not translate addresses.</exception>
    public Internet UseNat(string router, PortTranslator translator)
    {
        ArgumentNullException.ThrowIfNull(translator);
        var nat = Find<Router>(router).Nat
            ?? throw new ArgumentException($"{router} does not translate addresses.", nameof(router));
        nat.Use(translator);
        return this;
    }

    /// <summary>Lets a firewall decide which packets a router passes between one of its links and all others.</summary>
    /// <param name="router">The router.</param>
    /// <param name="outside">The neighbour on the link to the outside.</param>
    /// <param name="filter">The firewall, with an empty table.</param>
    /// <exception cref="ArgumentException">There is no such router or link.</exception>
    public Internet UseFilter(string router, string outside, PacketFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Find<Router>(router).Firewall = (filter, PortTowards(router, outside));
        return this;
    }

    /// <summary>Lets a router that translates addresses pass on what arrives for one of its UDP ports.</summary>
    /// <param name="router">The router.</param>
    /// <param name="port">The port outside.</param>
    /// <param name="inside">The host inside, and its port: <c>192.168.1.20:5000</c>.</param>
    /// <exception cref="ArgumentException">There is no such router, it does not translate, or the port is in use.</exception>
    /// <exception cref="FormatException">The text is not an address and a port.</exception>
    public Internet ForwardPort(string router, ushort port, string inside)
    {
        Nat(router).Forward(IpProtocol.Udp, port, NatEndpoint.Parse(inside));
        return this;
    }

    /// <summary>Starts a program that answers each UDP datagram with the same data, as the echo service does (RFC 862).</summary>
    /// <param name="host">The host.</param>
    /// <param name="port">The port.</param>
    /// <exception cref="ArgumentException">There is no such host.</exception>
    public Internet ServeEcho(string host, ushort port)
    {
        var node = Find<Host>(host);
        node.Listen(port, (header, datagram, trace) => node.SendUdp(
            header.Source,
            new UdpDatagram(port, datagram.SourcePort, datagram.Data),
            trace?.Answered(node, "the same data")));
        return this;
    }

    /// <summary>Follows a UDP datagram, and the answer if there is one.</summary>
    /// <param name="from">The host that sends it, from a port that is free.</param>
    /// <param name="to">A host or router, by name or by address.</param>
    /// <param name="port">The destination port.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public PacketTrace TraceUdp(string from, string to, ushort port)
    {
        var (host, own) = (Find<Host>(from), Find<Host>(from).TakePort());
        var trace = new PacketTrace(this, InvariantText.Format($"A datagram from {from} to {to}, port {port}"));
        host.Listen(own, (_, _, _) => { });
        host.SendUdp(AddressOf(to), new UdpDatagram(own, port, "hello"u8.ToArray()), trace);
        RunFor(ReplyTimeout);
        host.Unlisten(own);
        return trace;
    }
}
