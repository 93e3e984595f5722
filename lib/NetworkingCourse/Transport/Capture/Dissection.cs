using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// A captured packet taken apart, header by header, each with the offsets at which its fields lie. A header that is cut off, or of a kind that
/// is not known, ends the parsing: what was understood until then is kept, with the reason.
/// </summary>
internal sealed class Dissection
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly List<ByteSection> _sections = [];
    private int _offset;
    private int _end;

    private Dissection(ReadOnlyMemory<byte> bytes) => (_bytes, _end) = (bytes, bytes.Length);

    /// <summary>The headers and the data, from the link layer up.</summary>
    public IReadOnlyList<ByteSection> Sections => _sections;

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
            LinkType.Raw when _bytes.Length > 0 => _bytes.Span[0] >> 4,
            _ => 0,
        };
        switch (version)
        {
            case 4:
                Ip = Section("IPv4 header", Layer.Network, reader => IpHeader.Read4(reader, _bytes));
                break;
            case 6:
                Ip = Section("IPv6 header", Layer.Network, IpHeader.Read6);
                break;
            default:
                Trouble = Words.Invariant($"What follows the link header is not IP (link type {(int)link}).");
                return;
        }

        // On some links short packets are filled up; what comes after the IP packet is none of its bytes. A length of 0 is what a system writes that lets
        // the network card cut the packet up.
        var start = _offset - Ip.HeaderLength;
        _end = Ip.TotalLength == 0 ? _bytes.Length : Math.Clamp(start + Ip.TotalLength, _offset, _bytes.Length);
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
            case IpHeader.Tcp:
                Tcp = Section("TCP header", Layer.Transport, reader => TcpHeader.Read(reader, _bytes, ip));
                ReadPayload("data");
                break;
            case IpHeader.Udp:
                Udp = Section("UDP header", Layer.Transport, reader => UdpHeader.Read(reader, _bytes, ip));
                ReadPayload("data");
                break;
            case IpHeader.Icmp or IpHeader.Icmp6:
                // It helps IP, and travels in it.
                Icmp = Section("ICMP header", Layer.Network, reader => IcmpHeader.Read(reader, _bytes, ip));
                ReadPayload(Icmp.AboutSource is null ? "data" : "beginning of the packet it is about");
                break;
            default:
                Trouble = Words.Invariant($"Protocol {ip.Protocol} is not one that is taken apart here.");
                break;
        }
    }

    private void ReadPayload(string name)
    {
        Payload = _bytes[_offset.._end];
        if (!Payload.IsEmpty)
        {
            Section("data", Icmp is null ? Layer.Application : Layer.Network, reader => Icmp is null ? reader.Text(name, reader.Remaining) : Hex(reader, name));
        }
    }

    private static string Hex(FieldReader reader, string name)
    {
        reader.Bytes(name, reader.Remaining);
        return name;
    }

    // Kept even if the header is cut off: what was read of it is worth seeing.
    private T Section<T>(string protocol, Layer layer, Func<FieldReader, T> read)
    {
        var reader = new FieldReader(_bytes, _offset, _end);
        try
        {
            return read(reader);
        }
        finally
        {
            _sections.Add(new ByteSection(protocol, layer, [.. reader.Fields]));
            _offset = reader.Offset;
        }
    }
}
