using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse.Transport;

/// <summary>
/// A captured packet taken apart, header by header, each with the offsets at which its fields lie. A header that is cut off, or of a kind that
/// is not known, ends the parsing: what was understood until then is kept, with the reason.
/// </summary>
internal sealed class Dissection
{
    // What stands before the names of the headers of a packet that an ICMP message is about.
    private const string Quoted = "quoted ";

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly SectionReader _sections;
    private int _end;

    private Dissection(ReadOnlyMemory<byte> bytes) => (_bytes, _sections, _end) = (bytes, new SectionReader(bytes), bytes.Length);

    /// <summary>The headers and the data, from the link layer up.</summary>
    public IReadOnlyList<ByteSection> Sections => _sections.Sections;

    /// <summary>Why the parser went no further; null if it came to the data.</summary>
    public string? Trouble { get; private set; }

    public IpHeader? Ip { get; private set; }

    public TcpHeader? Tcp { get; private set; }

    public UdpHeader? Udp { get; private set; }

    public IcmpHeader? Icmp { get; private set; }

    /// <summary>What the transport layer carries; empty if there is none.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    public static Dissection Of(LinkType link, ReadOnlyMemory<byte> bytes)
    {
        var dissection = new Dissection(bytes);
        try
        {
            dissection.Read(link);
        }
        catch (TruncatedException exception)
        {
            dissection.Trouble = $"The packet is cut off: {exception.Message}";
        }

        return dissection;
    }

    private void Read(LinkType link)
    {
        var version = link switch
        {
            LinkType.Ethernet => Section("Ethernet header", Layer.Link, reader => LinkHeader.ReadEthernet(reader, _bytes.Span)),
            LinkType.Null => Section("loopback header", Layer.Link, LinkHeader.ReadNull),
            LinkType.Raw => IpHeader.VersionAt(_bytes, 0),
            _ => 0,
        };
        if (version is not (4 or 6))
        {
            Trouble = Words.Invariant($"What follows the link header is not IP (link type {(int)link}).");
            return;
        }

        var start = _sections.Offset;
        Ip = IpHeader.Read(_sections, _bytes, version);
        // On some links short packets are filled up; what comes after the IP packet is none of its bytes. A length of 0 is what a system writes that lets
        // the network card cut the packet up.
        _end = Ip.TotalLength == 0 ? _bytes.Length : Math.Clamp(start + Ip.TotalLength, _sections.Offset, _bytes.Length);
        if (Ip.IsLaterFragment)
        {
            Trouble = "This is a later fragment of a packet: the header of the layer above is in the first.";
            return;
        }

        ReadTransport(Ip);
    }

    private void ReadTransport(IpHeader ip)
    {
        switch (ip.Protocol)
        {
            case IpProtocol.Tcp:
                Tcp = Section("TCP header", Layer.Transport, reader => TcpHeader.Read(reader, _bytes, ip));
                ReadData();
                break;
            case IpProtocol.Udp:
                Udp = Section("UDP header", Layer.Transport, reader => UdpHeader.Read(reader, _bytes, ip));
                ReadData();
                break;
            case IpProtocol.Icmp or IpProtocol.IcmpV6:
                // It helps IP, and travels in it.
                Icmp = Section("ICMP header", Layer.Network, reader => IcmpHeader.Read(reader, _bytes, ip));
                Payload = _bytes[_sections.Offset.._end];
                ReadQuoted(Icmp);
                break;
            default:
                Trouble = Words.Invariant($"Protocol {(byte)ip.Protocol} is not one that is taken apart here.");
                break;
        }
    }

    private void ReadData()
    {
        Payload = _bytes[_sections.Offset.._end];
        if (!Payload.IsEmpty)
        {
            Section("data", Layer.Application, reader => reader.Text("data", reader.Remaining));
        }
    }

    // An error brings the beginning of the packet that it is about: its IP header, and at least the 8 bytes after it, ports included (RFC 792; RFC 4443, section 3).
    private void ReadQuoted(IcmpHeader icmp)
    {
        var (quoted, version) = (_bytes[.._end], IpHeader.VersionAt(_bytes[.._end], _sections.Offset));
        if (icmp.IsError && version is 4 or 6)
        {
            var about = IpHeader.Read(_sections, quoted, version, Quoted);
            if (!about.IsLaterFragment && about.Protocol is IpProtocol.Udp or IpProtocol.Tcp)
            {
                var (from, to) = Section($"{Quoted}{IpProtocols.NameOf(about.Protocol)} header", Layer.Transport, reader => ReadQuotedPorts(reader, about));
                Icmp = icmp with { AboutSource = about.Source.WithPort(from), AboutDestination = about.Destination.WithPort(to) };
            }
        }

        if (_sections.Offset < _end)
        {
            Section("data", Layer.Network, reader => reader.Bytes(icmp.IsError ? "what else is quoted" : "data", reader.Remaining));
        }
    }

    private (ushort From, ushort To) ReadQuotedPorts(FieldReader reader, IpHeader about)
    {
        if (about.Protocol == IpProtocol.Udp && reader.Remaining >= UdpHeader.HeaderLength)
        {
            var udp = UdpHeader.Read(reader, _bytes, about);
            return (udp.SourcePort, udp.DestinationPort);
        }

        return (reader.Number16("source port"), reader.Number16("destination port"));
    }

    private T Section<T>(string protocol, Layer layer, Func<FieldReader, T> read) => _sections.Read(protocol, layer, _end, read);
}
