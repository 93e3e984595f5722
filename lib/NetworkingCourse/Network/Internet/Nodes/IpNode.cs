using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// What hosts and routers have in common: addresses, a routing table, ARP, ICMP, and programs that use UDP (RFC 1122, RFC 1812).
/// Routers forward packets that are not addressed to them; hosts drop such packets.
/// </summary>
internal abstract class IpNode : Node
{
    private readonly Dictionary<ushort, Action<Ipv4Header, UdpDatagram, PacketTrace?>> _programs = [];
    private readonly Ipv4Reassembler _reassembler = new();
    private uint[] _own = [];
    private uint[] _broadcasts = [];
    private ushort _identification;

    protected IpNode(Internet internet, string name, int number)
        : base(internet, name, number) => Arp = new ArpCache(this);

    public ArpCache Arp { get; }

    public RouteTable Routes { get; } = new();

    /// <summary>Raised for every ICMP message addressed to this node, whatever its type.</summary>
    public event Action<Ipv4Header, IcmpMessage>? IcmpReceived;

    /// <summary>The path MTUs that ICMP has reported to this node, by destination.</summary>
    public Dictionary<Address, int> PathMtus { get; } = [];

    /// <summary>Whether the node drops packets silently, without ICMP errors.</summary>
    public bool IsSilent { get; init; }

    /// <summary>The address by which other nodes refer to this one: that of its first port.</summary>
    /// <exception cref="ArgumentException">The node has no address yet.</exception>
    public Address MainAddress => Ports.FirstOrDefault(port => port.Address is not null)?.Address
        ?? throw new ArgumentException($"{Name} has no address yet.");

    /// <summary>Receives IPv6 packets, which the node itself ignores.</summary>
    public Action<Port, Ipv6Packet>? Ipv6Received { get; set; }

    public void Configure(Port port, Address address, int length)
    {
        (port.Address, port.Network) = (address, Prefix.Of(address, length));
        _own = [.. Ports.Where(p => p.Address is not null).Select(p => p.Address!.Value.ToUInt32())];
        _broadcasts =
        [
            .. Ports.Select(p => p.Network).OfType<Prefix>()
                .Where(network => network.Length < 31)
                .Select(network => network.Last.ToUInt32()),
        ];
        Routes.Enter(port.Network.Value, new NextHop(port, null, RouteOrigin.Connected));
    }

    /// <summary>Registers a program as the receiver of a UDP port.</summary>
    public void Listen(ushort port, Action<Ipv4Header, UdpDatagram, PacketTrace?> program) => _programs[port] = program;

    /// <summary>Whether a program is listening on a UDP port.</summary>
    public bool HasProgram(ushort port) => _programs.ContainsKey(port);

    /// <summary>Removes the program from a UDP port.</summary>
    public void Unlisten(ushort port) => _programs.Remove(port);

    public bool Owns(uint address) => Array.IndexOf(_own, address) >= 0;

    public override void Receive(Port port, Frame frame)
    {
        if (frame.Destination != port.Mac && !frame.Destination.IsGroup)
        {
            frame.Trace?.Add(this, $"ignored: {frame.Destination} is another node's address");
        }
        else if (frame.Type == EtherType.Arp)
        {
            Arp.Receive(port, frame);
        }
        else if (frame.Type == EtherType.Ipv4)
        {
            ReceivePacket(port, frame);
        }
        else if (frame.Type == EtherType.Ipv6 && Ipv6Packet.TryParse(frame.Payload, out var packet, out _))
        {
            Ipv6Received?.Invoke(port, packet!);
        }
    }

    /// <summary>Sends a packet that originates at this node.</summary>
    /// <param name="to">The destination.</param>
    /// <param name="protocol">The protocol of the payload.</param>
    /// <param name="payload">Makes the payload from the source address, which a checksum may cover.</param>
    /// <param name="trace">The trace that follows the packet.</param>
    /// <param name="change">Changes the header before it is sent; by default it is sent as it is.</param>
    public void Send(
        Address to,
        IpProtocol protocol,
        Func<Address, byte[]> payload,
        PacketTrace? trace,
        Func<Ipv4Header, Ipv4Header>? change = null)
    {
        if (Routes.Find(to.ToUInt32(), out var match) <= 0)
        {
            Drop(trace, $"no route to {to}");
            return;
        }

        var source = match.Value.Out.Address!.Value;
        var header = new Ipv4Header(source, to, protocol) { Identification = ++_identification };
        var packet = new Ipv4Packet(change?.Invoke(header) ?? header, payload(source));
        trace?.Add(this, $"sends {Describe(packet)}: {match.Prefix} is {match.Value}", match.Value.Out);
        var frame = Frame.For(EtherType.Ipv4, packet.Length, trace);
        packet.Header.WriteTo(frame.Payload.Span, packet.Payload.Length);
        packet.Payload.CopyTo(frame.Payload[packet.Header.Length..]);
        SendOut(match.Value, to.ToUInt32(), frame, packet.Length, null);
    }

    public void SendUdp(
        Address to,
        UdpDatagram datagram,
        PacketTrace? trace = null,
        Func<Ipv4Header, Ipv4Header>? change = null) =>
        Send(to, IpProtocol.Udp, source => datagram.ToBytes(source, to), trace, change);

    /// <summary>
    /// Sends a UDP datagram to a multicast group, or to everyone, on the link of one port. A node without an address sends it
    /// from 0.0.0.0, which means this host (RFC 1122, section 3.2.1.3).
    /// </summary>
    public void SendThrough(Port port, Address group, UdpDatagram datagram, byte timeToLive = 1)
    {
        var header = new Ipv4Header(port.Address ?? Address.V4(0), group, IpProtocol.Udp)
        {
            Identification = ++_identification,
            TimeToLive = timeToLive,
        };
        var payload = datagram.ToBytes(header.Source, group);
        var frame = Frame.For(EtherType.Ipv4, header.Length + payload.Length, null);
        header.WriteTo(frame.Payload.Span, payload.Length);
        payload.CopyTo(frame.Payload[header.Length..]);
        Resolve(port, group.ToUInt32(), frame);
    }

    /// <summary>
    /// Reports a dropped packet to its sender, unless the rules for ICMP errors forbid it (RFC 1122, section 3.2.2).
    /// </summary>
    public void SendError(byte type, byte code, ReadOnlyMemory<byte> packet, PacketTrace? trace, int mtu = 0)
    {
        if (!Ipv4Header.TryParse(packet, out var header, out var length, out _)
            || IsSilent
            || !MayComplainAbout(header!, packet.Span))
        {
            return;
        }

        if (Owns(header!.Source.ToUInt32()) && !Owns(header.Destination.ToUInt32()))
        {
            return; // this node sent it itself: the drop has already told the local sender
        }

        var message = IcmpMessage.Error(type, code, packet[..length], (ushort)mtu);
        Send(header.Source, IpProtocol.Icmp, _ => message.ToBytes(), trace?.Answered(this, message.ToString()));
    }

    /// <summary>Handles a packet that is not addressed to this node.</summary>
    protected abstract void Forward(Port port, Frame frame, int length);

    /// <summary>
    /// Sends a frame with a complete packet along a route. A packet that is too long is fragmented, if that is allowed.
    /// </summary>
    /// <param name="hop">The next hop of the route.</param>
    /// <param name="destination">The packet's destination.</param>
    /// <param name="frame">The frame; its link-layer addresses are filled in here.</param>
    /// <param name="length">The length of the packet.</param>
    /// <param name="original">The packet as its sender knows it, if it has been translated.</param>
    protected void SendOut(NextHop hop, uint destination, Frame frame, int length, ReadOnlyMemory<byte>? original)
    {
        var next = hop.Via?.ToUInt32() ?? destination;
        var mtu = hop.Out.Cable.Mtu;
        if (length <= mtu)
        {
            Resolve(hop.Out, next, frame);
            return;
        }

        var packet = Ipv4Packet.Parse(frame.Payload[..length]);
        if (packet.Header.DontFragment)
        {
            Drop(
                frame.Trace,
                InvariantText.Format($"{length:N0} bytes exceed the MTU of {mtu:N0}, and the packet must not be fragmented"),
                hop.Out);
            SendError(IcmpMessage.Unreachable, IcmpMessage.FragmentationNeeded, original ?? frame.Payload, frame.Trace, mtu);
            return;
        }

        var fragments = Fragmentation.Split(packet, mtu);
        frame.Trace?.Add(this, InvariantText.Format($"cut into {fragments.Count} fragments: the next link takes {mtu:N0} bytes"));
        foreach (var fragment in fragments)
        {
            var part = Frame.For(EtherType.Ipv4, fragment.Length, frame.Trace);
            fragment.ToBytes().CopyTo(part.Payload);
            Resolve(hop.Out, next, part);
        }
    }

    protected static uint DestinationOf(Frame frame) => BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.Span[16..]);

    /// <summary>Delivers a packet that is addressed to this node, or to all nodes on a link.</summary>
    protected void Deliver(Port? port, ReadOnlyMemory<byte> bytes, PacketTrace? trace)
    {
        if (!Ipv4Packet.TryParse(bytes, out var packet, out var problem))
        {
            Drop(trace, problem);
            return;
        }

        if (packet!.Header.IsFragment)
        {
            var reassembled = _reassembler.Add(packet, Internet.Now);
            if (reassembled.Packet is null)
            {
                trace?.Add(this, $"keeps a fragment; {reassembled.Detail}");
                return;
            }

            (packet, bytes) = (reassembled.Packet, reassembled.Packet.ToBytes());
            trace?.Add(this, "has all fragments");
        }

        trace?.Delivered(this, Describe(packet));
        switch (packet.Header.Protocol)
        {
            case IpProtocol.Icmp:
                ReceiveIcmp(packet, trace);
                break;
            case IpProtocol.Udp:
                ReceiveUdp(packet, bytes, trace);
                break;
        }
    }

    protected static string Describe(Ipv4Packet packet)
    {
        var what = packet.Header.IsFragment ? "a fragment"
            : packet.Header.Protocol == IpProtocol.Icmp && IcmpMessage.Read(packet.Payload) is { } icmp ? icmp.ToString()
            : packet.Header.Protocol == IpProtocol.Udp && UdpDatagram.Read(packet) is { } udp
                ? InvariantText.Format($"UDP {udp.SourcePort} to {udp.DestinationPort}")
            : IpProtocols.NameOf(packet.Header.Protocol);
        return InvariantText.Format(
            $"{what}, {packet.Header.Source} to {packet.Header.Destination}, TTL {packet.Header.TimeToLive}");
    }

    /// <summary>Sends a frame with a complete packet, which fits, to a node on a port's link.</summary>
    protected void Resolve(Port port, uint next, Frame frame)
    {
        if (!port.Cable.IsUp)
        {
            Drop(frame.Trace, "the link is cut", port);
            SendError(IcmpMessage.Unreachable, IcmpMessage.HostUnreachable, frame.Payload, frame.Trace);
        }
        else if (IsForAll(next))
        {
            (frame.Destination, frame.Source) = (next >> 28 == 0xE ? MacAddress.OfGroup(next) : MacAddress.Broadcast, port.Mac);
            port.Transmit(frame);
        }
        else if (Owns(next))
        {
            // Addressed to the node itself: nothing leaves the machine.
            Internet.Simulator.After(
                TimeSpan.Zero,
                this,
                frame,
                static (node, frame) => node.Deliver(null, frame.Payload, frame.Trace));
        }
        else
        {
            Arp.Send(port, next, frame);
        }
    }

    private void ReceivePacket(Port port, Frame frame)
    {
        var bytes = frame.Payload.Span;
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        var header = (bytes[0] & 0xF) * 4;
        if (bytes[0] >> 4 != 4
            || header < Ipv4Header.MinimumLength
            || length < header
            || length > bytes.Length
            || !InternetChecksum.IsIntact(bytes[..header]))
        {
            Drop(frame.Trace, "not an IPv4 packet, or its header checksum is wrong");
            return;
        }

        var destination = DestinationOf(frame);
        var isForAll = IsForAll(destination);
        if (Intercepts(port, frame, destination) || !(isForAll || Owns(destination)))
        {
            if (!isForAll)
            {
                Forward(port, frame, length);
            }

            return;
        }

        Deliver(port, frame.Payload[..length], frame.Trace);
    }

    /// <summary>Whether a packet addressed to this node is really meant for a host behind it.</summary>
    protected virtual bool Intercepts(Port port, Frame frame, uint destination) => false;

    private void ReceiveIcmp(Ipv4Packet packet, PacketTrace? trace)
    {
        if (IcmpMessage.Read(packet.Payload) is not { } message)
        {
            Drop(trace, "an ICMP message with a wrong checksum");
            return;
        }

        if (message is { Type: IcmpMessage.Unreachable, Code: IcmpMessage.FragmentationNeeded }
            && message.About() is { } about)
        {
            PathMtus[about.Header.Destination] = Math.Min(
                message.NextHopMtu,
                PathMtus.GetValueOrDefault(about.Header.Destination, int.MaxValue));
        }

        // A broadcast or multicast echo request is not answered: a single one would cause a flood of replies (RFC 1122, section
        // 3.2.2.6).
        if (message.Type == IcmpMessage.Echo && !IsForAll(packet.Header.Destination.ToUInt32()))
        {
            var reply = message with { Type = IcmpMessage.EchoReply };
            Send(packet.Header.Source, IpProtocol.Icmp, _ => reply.ToBytes(), trace?.Answered(this, "echo reply"));
        }

        IcmpReceived?.Invoke(packet.Header, message);
    }

    private void ReceiveUdp(Ipv4Packet packet, ReadOnlyMemory<byte> bytes, PacketTrace? trace)
    {
        if (UdpDatagram.Read(packet) is not { } datagram)
        {
            Drop(trace, "a UDP datagram with a wrong checksum");
        }
        else if (_programs.TryGetValue(datagram.DestinationPort, out var program))
        {
            program(packet.Header, datagram, trace);
        }
        else
        {
            SendError(IcmpMessage.Unreachable, IcmpMessage.PortUnreachable, bytes, trace);
        }
    }

    // A multicast group, or a broadcast address of one of the node's links (RFC 919, RFC 922).
    private bool IsForAll(uint destination) =>
        destination >> 28 == 0xE || destination == uint.MaxValue || Array.IndexOf(_broadcasts, destination) >= 0;

    private bool MayComplainAbout(Ipv4Header header, ReadOnlySpan<byte> packet)
    {
        var isIcmpError = header.Protocol == IpProtocol.Icmp
            && packet.Length > header.Length
            && packet[header.Length] is not (IcmpMessage.Echo or IcmpMessage.EchoReply);
        return !isIcmpError
            && header.FragmentOffset == 0
            && !header.Source.IsMulticast
            && header.Source.ToUInt32() is not (0 or uint.MaxValue)
            && !IsForAll(header.Destination.ToUInt32());
    }
}
