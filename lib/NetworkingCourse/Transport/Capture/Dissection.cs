using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>
/// A captured packet dissected header by header, with the offsets of all fields. Parsing stops at a header that is cut off or of
/// an unknown kind; what was understood until then is kept, along with the reason.
/// </summary>
internal sealed class Dissection
{
    // Prefix for the names of the headers quoted in an ICMP message.
    private const string Quoted = "quoted ";
    private const int PortsLength = 4;

    private readonly RawPacket _raw;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly SectionReader _sections;
    private readonly List<string> _problems = [];
    private readonly bool _isSilent;
    private int _end; // where the captured bytes of the innermost packet end
    private int _sent; // where they ended when sent: farther on, if the capture cut the packet off

    private Dissection(RawPacket raw, bool isSilent)
    {
        (_raw, _bytes, _sections, _isSilent) = (raw, raw.Bytes, new SectionReader(raw.Bytes, isSilent), isSilent);
        (_end, _sent) = (raw.Bytes.Length, raw.OriginalLength);
    }

    /// <summary>The headers and the data, from the link layer upwards.</summary>
    public IReadOnlyList<ByteSection> Sections => _sections.Sections;

    /// <summary>
    /// What is wrong with the packet, or why parsing stopped early; null if the parser reached the end of the data.
    /// </summary>
    public string? Problems => _problems.Count == 0 ? null : string.Join(' ', _problems);

    public LinkHeader Link { get; private set; }

    public ArpMessage? Arp { get; private set; }

    public IpHeader? Ip { get; private set; }

    /// <summary>The ports, even if the header they belong to is cut off; null if there are none.</summary>
    public (ushort Source, ushort Destination)? Ports { get; private set; }

    public TcpHeader? Tcp { get; private set; }

    public UdpHeader? Udp { get; private set; }

    public IcmpHeader? Icmp { get; private set; }

    /// <summary>The payload of the transport layer, as far as it was captured; empty if there is none.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>The length of the transport layer's payload in bytes, captured or not.</summary>
    public int PayloadLength { get; private set; }

    /// <summary>Dissects a packet.</summary>
    /// <param name="raw">The packet.</param>
    /// <param name="isSilent">Whether to collect only the values and not the sections, which is much faster.</param>
    public static Dissection Of(RawPacket raw, bool isSilent = false)
    {
        var dissection = new Dissection(raw, isSilent);
        try
        {
            dissection.Read();
        }
        catch (FormatException exception)
        {
            dissection.Add(exception);
        }

        return dissection;
    }

    // Where the capture itself cut the packet off, missing bytes have been reported already.
    private void Add(FormatException exception)
    {
        if (exception is not TruncatedException)
        {
            _problems.Add(exception.Message);
        }
        else if (_raw.OriginalLength == _bytes.Length)
        {
            _problems.Add($"The packet is cut off: {exception.Message}");
        }
    }

    private void Read()
    {
        if (_raw.OriginalLength > _bytes.Length)
        {
            var kept = InvariantText.Format($"{_bytes.Length:N0} of {Octets.Count(_raw.OriginalLength)}");
            _problems.Add($"The packet is cut off by the capture's snapshot length: {kept} were kept.");
        }

        Link = LinkHeader.Read(_sections, _bytes, _raw.Link);
        switch (Link.Follows)
        {
            case EtherType.Ipv4:
                ReadIp(4);
                break;
            case EtherType.Ipv6:
                ReadIp(6);
                break;
            case EtherType.Arp:
                Arp = Section("ARP message", Layer.Link, reader => ArpMessage.Read(reader, _bytes));
                _end = _sections.Offset;
                break;
            case { } type:
                // In Ethernet a low number is a length rather than a type.
                var isLength = type < EtherType.Lowest && _raw.Link == LinkType.Ethernet;
                _end = isLength ? Math.Min(_end, _sections.Offset + type) : _end;
                ReadOpaque(EtherType.NameOf(type), Layer.Link);
                break;
            default:
                _problems.Add(LinkHeader.ExplainUnknown(_raw.Link));
                return;
        }

        // Some links pad short packets, and some append a frame check sequence.
        if (_sections.Offset == _end && _end < _bytes.Length)
        {
            _end = _bytes.Length;
            ReadRest("trailer", Layer.Link, "not part of the packet: padding, or the frame's check sequence");
        }
    }

    private void ReadIp(int version)
    {
        var start = _sections.Offset;
        RequireVersion(version, start);
        var available = _raw.OriginalLength - start;
        var ip = IpHeader.Read(_sections, _bytes, version, available, known: known => Ip = known);
        Ip = ip;
        if (ip.Length > available)
        {
            _problems.Add(InvariantText.Format(
                $"The packet is cut off: its header announces {Octets.Count(ip.Length)}, but there were {available:N0}."));
        }

        _sent = start + Math.Min(ip.Length, available);
        _end = Math.Clamp(_sent, _sections.Offset, _bytes.Length);
        if (ip.IsLaterFragment)
        {
            _problems.Add("This is a later fragment of a packet: the transport header is in the first fragment.");
            ReadRest("fragment", Layer.Network, IpProtocols.NameOf(ip.Protocol));
            return;
        }

        ReadTransport(ip);
    }

    private void RequireVersion(int version, int offset)
    {
        if (offset == _bytes.Length)
        {
            throw new TruncatedException("version", offset, 1, 0);
        }

        var found = IpHeader.VersionAt(_bytes, offset);
        if (found != version)
        {
            throw new FormatException(InvariantText.Format($"The version is {found}, not {version}."));
        }
    }

    private void ReadTransport(IpHeader ip)
    {
        var start = _sections.Offset;
        if (ip.Protocol is IpProtocol.Tcp or IpProtocol.Udp && _end - start >= PortsLength)
        {
            var ports = _bytes.Span[start..];
            Ports = (BinaryPrimitives.ReadUInt16BigEndian(ports), BinaryPrimitives.ReadUInt16BigEndian(ports[2..]));
        }

        switch (ip.Protocol)
        {
            case IpProtocol.Tcp:
                Tcp = Section("TCP header", Layer.Transport, reader =>
                    TcpHeader.Read(reader, _bytes, ip, _sent - start, known => Tcp = known));
                ReadData();
                break;
            case IpProtocol.Udp:
                Udp = Section("UDP header", Layer.Transport, reader => UdpHeader.Read(reader, _bytes, ip, _sent - start));
                ReadDatagram(Udp, start, ip);
                break;
            case IpProtocol.Icmp or IpProtocol.IcmpV6:
                // ICMP belongs to IP although it travels inside it.
                Icmp = Section("ICMP header", Layer.Network, reader => IcmpHeader.Read(reader, _bytes, ip, _sent - start));
                Keep(_end, _sent);
                ReadQuoted(Icmp);
                break;
            case IpProtocol.NoNextHeader:
                ReadRest("data", Layer.Network);
                break;
            default:
                ReadOpaque(IpProtocols.NameOf(ip.Protocol), Layer.Transport);
                break;
        }
    }

    // The datagram may end before its packet does. What follows is not part of its data (RFC 9868 makes use of that).
    private void ReadDatagram(UdpHeader udp, int start, IpHeader ip)
    {
        var (end, sent) = (_end, _sent);
        if (udp.LengthIn(ip, _sent - start) is { } length)
        {
            (_end, _sent) = (Math.Min(_end, start + length), start + length);
        }
        else
        {
            _problems.Add(InvariantText.Format($"The datagram claims to have {Octets.Count(udp.Length)}. Its packet has room for")
                + InvariantText.Format($" {_sent - start:N0}, and its header takes {UdpHeader.HeaderLength}."));
            _end = Math.Min(_end, udp.Length < UdpHeader.HeaderLength ? _sections.Offset : _end);
            _sent = udp.Length < UdpHeader.HeaderLength ? _sections.Offset : _sent;
        }

        ReadData();
        (_end, _sent) = (end, sent);
        ReadRest("surplus", Layer.Network, "in the packet, but not in the datagram");
    }

    private void ReadData()
    {
        Keep(_end, _sent);
        if (!Payload.IsEmpty && _isSilent)
        {
            ReadRest("data", Layer.Application);
        }
        else if (!Payload.IsEmpty)
        {
            Section("data", Layer.Application, reader => reader.Text("data", reader.Remaining));
        }
    }

    private void Keep(int end, int sent)
    {
        Payload = _bytes[_sections.Offset..Math.Max(end, _sections.Offset)];
        PayloadLength = Math.Max(sent - _sections.Offset, Payload.Length);
    }

    private void ReadOpaque(string name, Layer layer)
    {
        _problems.Add($"What follows is not dissected here: {name}.");
        ReadRest(name, layer);
    }

    private void ReadRest(string name, Layer layer, string meaning = "")
    {
        if (_sections.Offset < _end)
        {
            Section(name, layer, reader => reader.Bytes(name, reader.Remaining, meaning: meaning));
        }
    }

    // An error quotes the beginning of the packet in question: its IP header and at least the next 8 bytes, which include the
    // ports (RFC 792; RFC 4443, section 3).
    private void ReadQuoted(IcmpHeader icmp)
    {
        var (quoted, version) = (_bytes[.._end], IpHeader.VersionAt(_bytes[.._end], _sections.Offset));
        if (icmp.IsError && version is 4 or 6)
        {
            var start = _sections.Offset;
            var about = IpHeader.Read(_sections, quoted, version, _sent - start, Quoted);
            Icmp = icmp with { About = about };
            var isLongEnough = about.Length - about.HeaderLength >= PortsLength;
            if (isLongEnough && !about.IsLaterFragment && about.Protocol is IpProtocol.Udp or IpProtocol.Tcp)
            {
                var (from, to) = _sections.Read(
                    $"{Quoted}{IpProtocols.NameOf(about.Protocol)} header",
                    Layer.Transport,
                    Math.Min(_end, start + about.Length),
                    reader => ReadQuotedPorts(reader, about));
                Icmp = Icmp with
                {
                    AboutSource = about.EndSource.WithPort(from),
                    AboutDestination = (about.EndDestination ?? about.Destination).WithPort(to),
                };
            }
        }

        ReadRest("data", Layer.Network, icmp.IsError ? "the rest of the quoted packet" : "");
    }

    private (ushort From, ushort To) ReadQuotedPorts(FieldReader reader, IpHeader about)
    {
        if (about.Protocol == IpProtocol.Udp && reader.Remaining >= UdpHeader.HeaderLength)
        {
            var udp = UdpHeader.Read(reader, _bytes, about, about.Length - about.HeaderLength);
            return (udp.SourcePort, udp.DestinationPort);
        }

        return (reader.Number16("source port"), reader.Number16("destination port"));
    }

    private T Section<T>(string protocol, Layer layer, Func<FieldReader, T> read) => _sections.Read(protocol, layer, _end, read);
}
