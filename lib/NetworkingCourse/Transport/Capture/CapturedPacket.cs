using System.Net;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>One packet of a capture, dissected. It displays itself byte by byte, layer by layer.</summary>
public sealed class CapturedPacket : Shown
{
    private const int ShownText = 40;

    internal CapturedPacket(int number, RawPacket raw, long firstTimestamp)
    {
        // Recording every field takes a lot of memory, and only a view needs it, so a view dissects the packet again.
        var dissection = Dissection.Of(raw, isSilent: true);
        (Number, Raw, Frame, Arp) = (number, raw, dissection.Link, dissection.Arp);
        (Ip, Tcp, Udp, Icmp) = (dissection.Ip, dissection.Tcp, dissection.Udp, dissection.Icmp);
        (Payload, PayloadLength, HasPorts) = (dissection.Payload, dissection.PayloadLength, dissection.Ports is not null);
        Time = new TimeSpan((raw.Timestamp - firstTimestamp) / TimeSpan.NanosecondsPerTick);
        if (Ip is { } ip)
        {
            // An ICMP error goes back to the program that sent the packet in question. Its sender may be any router on the way.
            var (from, to) = (ip.EndSource.ToIPAddress(), (ip.EndDestination ?? ip.Destination).ToIPAddress());
            Source = new IPEndPoint(from, dissection.Ports?.Source ?? PortAt(from, Icmp?.AboutDestination));
            Destination = new IPEndPoint(to, dissection.Ports?.Destination ?? PortAt(to, Icmp?.AboutSource));
        }
    }

    /// <summary>The packet's number in the capture, counted from 1.</summary>
    public int Number { get; }

    /// <summary>The time of capture, relative to the first packet of the capture.</summary>
    public TimeSpan Time { get; }

    /// <summary>The type of link, which determines the first header.</summary>
    public LinkType Link => Raw.Link;

    /// <summary>The bytes that were captured.</summary>
    public ReadOnlyMemory<byte> Bytes => Raw.Bytes;

    /// <summary>The length of the packet on the wire, in bytes.</summary>
    public int Length => Raw.OriginalLength;

    /// <summary>
    /// Whether only the beginning of the packet was captured. A capture may keep no more of a packet than its snapshot length.
    /// </summary>
    public bool IsCut => Bytes.Length < Length;

    /// <summary>The IP header; null if there is none.</summary>
    public IpHeader? Ip { get; }

    /// <summary>The TCP header; null if there is none.</summary>
    public TcpHeader? Tcp { get; }

    /// <summary>The UDP header; null if there is none.</summary>
    public UdpHeader? Udp { get; }

    /// <summary>The ICMP header; null if there is none.</summary>
    public IcmpHeader? Icmp { get; }

    /// <summary>The application data that TCP or UDP carries, as far as it was captured.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>
    /// The number of bytes of data on the wire; more than <see cref="Payload"/> holds if the packet <see cref="IsCut"/>.
    /// </summary>
    public int PayloadLength { get; }

    /// <summary>The sender, with port 0 where there are no ports; null if it is not an IP packet.</summary>
    /// <remarks>
    /// For an ICMP error from the destination of the packet in question, the port is that packet's destination port.
    /// </remarks>
    public IPEndPoint? Source { get; }

    /// <summary>
    /// The receiver; the final one if the packet carries a source route. For an ICMP error, the port is that
    /// of the program it is meant for.
    /// </summary>
    public IPEndPoint? Destination { get; }

    /// <summary>The packet's position in its TCP conversation; null if it is not TCP.</summary>
    public TcpPosition? Position { get; internal set; }

    /// <summary>Shows the packet byte by byte: every field of every header, with its offset.</summary>
    public ByteView View()
    {
        var dissection = Dissection.Of(Raw);
        return new ByteView(Bytes, dissection.Sections, dissection.Problems);
    }

    /// <inheritdoc/>
    public override string ToHtml() => View().ToHtml();

    /// <inheritdoc/>
    public override string ToText() => $"{this}\n\n{View()}";

    /// <summary>
    /// The packet in one line:
    /// <c>4 · 0.000061 s · 127.0.0.1:50312 → 127.0.0.1:40123 · PSH, ACK · seq 1 · ack 1 · 10 bytes "Hi there, "</c>.
    /// </summary>
    public override string ToString() =>
        InvariantText.Format(
            $"{Number} · {Time.TotalSeconds:F6} s · {(Ends is var (from, to) ? $"{from} → {to} · " : "")}{Summary}");

    internal RawPacket Raw { get; }

    /// <summary>The link header.</summary>
    internal LinkHeader Frame { get; }

    /// <summary>The ARP message; null if there is none.</summary>
    internal ArpMessage? Arp { get; }

    /// <summary>Whether the packet has ports of its own.</summary>
    internal bool HasPorts { get; }

    /// <summary>The two endpoints; null if the packet does not name them.</summary>
    internal (PacketEnd From, PacketEnd To)? Ends => PacketEnd.Of(this);

    /// <summary>The protocol of the highest layer that the parser knows.</summary>
    internal string Protocol => Ip is { } ip ? IpProtocols.NameOf(ip.Protocol)
        : Frame.Follows is { } type ? EtherType.NameOf(type) : "not understood";

    /// <summary>The kind of packet, without numbers: <c>PSH, ACK</c>, <c>UDP</c>, <c>ICMP port unreachable</c>.</summary>
    internal string Kind => this switch
    {
        { Tcp: { } tcp } => tcp.FlagNames,
        { Icmp: { } icmp } => $"{Protocol} {icmp.Label}",
        { Arp: { IsReply: true } arp } => $"ARP: {arp.Sender} is at {arp.SenderMac}",
        { Arp: { } arp } => $"ARP: who has {arp.Target}?",
        { Ip.IsLaterFragment: true } => $"{Protocol}, later fragment",
        { IsCut: true, Ip: not null, Udp: null } => $"{Protocol}, cut off",
        _ => Protocol,
    };

    internal bool Concerns(int port) => Source?.Port == port || Destination?.Port == port
        || Icmp?.AboutSource?.Port == port || Icmp?.AboutDestination?.Port == port;

    /// <summary>A description without endpoints and time.</summary>
    internal string Summary => string.Join(" · ", Parts());

    /// <summary>Whether the packet carries application data.</summary>
    internal bool HasData => PayloadLength > 0 && Icmp is null;

    /// <summary>The data, shortened if necessary; empty if there is none.</summary>
    internal string Text => Payload.IsEmpty || Icmp is not null ? "" : Octets.TextOrHex(Payload.Span, ShownText);

    /// <summary>The number of bytes of data: <c>10 bytes</c>, <c>1,460 bytes, 24 captured</c>.</summary>
    internal string DataLength => Octets.Count(PayloadLength)
        + (Payload.Length < PayloadLength ? InvariantText.Format($", {Payload.Length:N0} captured") : "");

    private static int PortAt(IPAddress address, IPEndPoint? end) =>
        end is not null && end.Address.Equals(address) ? end.Port : 0;

    private IEnumerable<string> Parts()
    {
        yield return Kind;
        if (Position is { } position)
        {
            yield return InvariantText.Format($"seq {position.Sequence}");
            if (Tcp!.Has(ControlBits.Ack))
            {
                yield return InvariantText.Format($"ack {position.Acknowledgment}");
            }
        }

        if (HasData)
        {
            yield return $"{DataLength} {Text}".TrimEnd();
        }

        if (IsCut)
        {
            yield return "cut off";
        }
    }
}
