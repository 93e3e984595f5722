using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>Draws the frames that pass a host's card as a ladder, and says in words what each of them carries.</summary>
internal static class StartLadder
{
    private const string Everyone = "everyone";
    private const string Group = "a group";

    public static LadderDiagram Of(
        string title, Internet internet, Host host, IReadOnlyList<(TimeSpan At, byte[] Bytes)> frames)
    {
        var began = frames.Count > 0 ? frames[0].At : default;
        var last = TimeSpan.FromTicks(-1);
        List<LadderMessage> messages = [];
        foreach (var (at, bytes) in frames)
        {
            var frame = new Frame(bytes, null);
            var isMine = frame.Source == host.Ports[0].Mac;
            var from = isMine ? host.Name : Sender(internet, frame);
            var to = isMine || frame.Destination.IsGroup ? Receiver(internet, frame) : host.Name;
            var kind = frame.Type == EtherType.Arp ? MessageKind.Control : MessageKind.Ordinary;
            // Each frame has a row of its own, also if several passed at the same moment.
            last = at - began > last ? at - began : last + TimeSpan.FromTicks(1);
            messages.Add(new LadderMessage(from, to, last, last, Label(frame), kind));
        }

        // Groups stand last: their arrows pass every other lifeline, as the frames pass every other host. Of the others, those
        // with long labels stand farther away, where the arrows have room for them.
        var parties = messages.SelectMany(message => (string[])[message.From, message.To]).Prepend(host.Name).Distinct()
            .OrderBy(party => party == host.Name ? 0 : party switch { Group => 2, Everyone => 3, _ => 1 })
            .ThenBy(party => messages.Where(message => message.From == party || message.To == party)
                .Select(message => message.Label.Length)
                .DefaultIfEmpty()
                .Max());
        return new LadderDiagram(title, [.. parties])
        {
            Caption = $"Each arrow is a frame, at the time when it passed {host.Name}'s card."
                + (messages.Exists(message => message.Kind == MessageKind.Control) ? " Dashed: ARP." : ""),
            Spacing = LadderSpacing.Even,
            Noun = "frame",
            Messages = messages,
        };
    }

    private static string Receiver(Internet internet, Frame frame) =>
        frame.Destination.IsGroup ? IsForEveryone(frame) ? Everyone : Group
        : frame.Type == EtherType.Ipv4 && internet.NameOf(Ipv4Packet.Parse(frame.Payload).Header.Destination) is { } name ? name
        : internet.NameOf(frame.Destination);

    // IPv6 has no broadcast, but a group of all nodes (RFC 4291, section 2.7.1).
    private static bool IsForEveryone(Frame frame) => frame.Type != EtherType.Ipv6
        || (Ipv6Packet.TryParse(frame.Payload, out var packet, out _) && packet!.Header.Destination == Ipv6Addressing.AllNodes);

    private static string Sender(Internet internet, Frame frame) =>
        frame.Type == EtherType.Ipv4 && internet.NameOf(Ipv4Packet.Parse(frame.Payload).Header.Source) is { } name ? name
        : internet.NameOf(frame.Source);

    private static string Label(Frame frame) => frame.Type switch
    {
        EtherType.Arp when ArpMessage.Read(frame.Payload.Span) is { } arp => Label(arp),
        EtherType.Ipv4 when Ipv4Packet.TryParse(frame.Payload, out var packet, out _) => Label(packet!),
        EtherType.Ipv6 when Ipv6Packet.TryParse(frame.Payload, out var packet, out _) => Label(NeighbourMessage.Parse(packet!)),
        _ => EtherType.NameOf(frame.Type),
    };

    private static string Label(ArpMessage arp) => arp.IsReply ? $"ARP: {arp.Sender} is at {arp.SenderMac}"
        : arp.Sender.ToUInt32() == 0 ? $"ARP probe: does anyone have {arp.Target}?"
        : arp.Sender == arp.Target ? $"ARP announcement: {arp.Sender} is mine"
        : $"ARP: who has {arp.Target}?";

    private static string Label(Ipv4Packet packet)
    {
        if (packet.Header.Protocol == IpProtocol.Tcp)
        {
            return "TCP SYN";
        }

        if (UdpDatagram.Read(packet) is not { } datagram)
        {
            return IpProtocols.NameOf(packet.Header.Protocol);
        }

        if (datagram.DestinationPort is DhcpMessage.ServerPort or DhcpMessage.ClientPort)
        {
            var message = DhcpMessage.Parse(datagram.Data);
            var isReply = datagram.DestinationPort == DhcpMessage.ClientPort;
            var about = isReply ? message.YourAddress : message.AddressIn(DhcpOption.RequestedAddress);
            return $"DHCP {InvariantText.Of(message.Type).ToUpperInvariant()} {about}".TrimEnd();
        }

        var dns = DnsMessage.Parse(datagram.Data);
        return dns.IsResponse
            ? $"DNS: {string.Join(", ", dns.Answers.Select(record => record.Data.ToString()))}"
            : $"DNS: {dns.Questions[0].Name} {dns.Questions[0].Type}?";
    }

    private static string Label(NeighbourMessage message) => message.Type switch
    {
        NeighbourType.RouterSolicitation => "router solicitation",
        NeighbourType.RouterAdvertisement => $"router advertisement: {message.Prefix}",
        NeighbourType.NeighbourSolicitation when message.Source.Bits == 0 => $"does anyone have {message.Target}?",
        NeighbourType.NeighbourSolicitation => $"who has {message.Target}?",
        _ => $"{message.Target} is at {message.LinkLayerAddress}",
    };
}
