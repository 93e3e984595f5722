using System.Net;
using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse.Transport;

/// <summary>One packet of a capture, as it was on the wire, taken apart. It shows itself byte by byte, layer by layer.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class CapturedPacket : IShown
{
    private const int ShownText = 40;

    internal CapturedPacket(int number, RawPacket raw, long firstTimestamp)
    {
        // What a parser notes of each field is much, and only a view wants it: that takes the packet apart once more.
        var dissection = Dissection.Of(raw, isSilent: true);
        (Number, Raw, Frame, Arp) = (number, raw, dissection.Link, dissection.Arp);
        (Ip, Tcp, Udp, Icmp) = (dissection.Ip, dissection.Tcp, dissection.Udp, dissection.Icmp);
        (Payload, PayloadLength, HasPorts) = (dissection.Payload, dissection.PayloadLength, dissection.Ports is not null);
        Time = new TimeSpan((raw.Timestamp - firstTimestamp) / TimeSpan.NanosecondsPerTick);
        if (Ip is { } ip)
        {
            // An error goes back to the program that sent the packet it is about; who sends it may be any router on the way.
            var (from, to) = (ip.EndSource.ToIPAddress(), (ip.EndDestination ?? ip.Destination).ToIPAddress());
            Source = new IPEndPoint(from, dissection.Ports?.Source ?? PortAt(from, Icmp?.AboutDestination));
            Destination = new IPEndPoint(to, dissection.Ports?.Destination ?? PortAt(to, Icmp?.AboutSource));
        }
    }

    /// <summary>Its number in the capture, counted from 1.</summary>
    public int Number { get; }

    /// <summary>When it was captured, since the first packet of the capture.</summary>
    public TimeSpan Time { get; }

    /// <summary>What its first header is.</summary>
    public LinkType Link => Raw.Link;

    /// <summary>The bytes that were captured.</summary>
    public ReadOnlyMemory<byte> Bytes => Raw.Bytes;

    /// <summary>How many bytes it had on the wire.</summary>
    public int Length => Raw.OriginalLength;

    /// <summary>
    /// Whether only its beginning was captured: captures may keep no more of a packet than their snapshot length.
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

    /// <summary>The data of the program: what TCP or UDP carries, as far as it was captured.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>
    /// How many bytes of data the packet carried; more than are in <see cref="Payload"/> if it <see cref="IsCut"/>.
    /// </summary>
    public int PayloadLength { get; }

    /// <summary>The sender, with port 0 where there are no ports; null if it is not an IP packet.</summary>
    /// <remarks>An ICMP error has the port that its packet was for, if it comes from that packet's destination.</remarks>
    public IPEndPoint? Source { get; }

    /// <summary>
    /// The receiver; at the end of the route, if the packet has one to follow. An ICMP error has the port of the program it is
    /// meant for.
    /// </summary>
    public IPEndPoint? Destination { get; }

    /// <summary>Where it stands in its TCP conversation; null for what is not TCP.</summary>
    public TcpPosition? Position { get; internal set; }

    /// <summary>The packet byte by byte: every field of every header, with its offset.</summary>
    public ByteView View()
    {
        var dissection = Dissection.Of(Raw);
        return new ByteView(Bytes, dissection.Sections, dissection.Problems);
    }

    /// <inheritdoc/>
    public string ToHtml() => View().ToHtml();

    /// <inheritdoc/>
    public string ToText() => $"{this}\n\n{View()}";

    /// <summary>The packet in one line: <c>4 · 0.000061 s · 127.0.0.1:50312 → 127.0.0.1:40123 · PSH, ACK · seq 1 · ack 1 · 10 bytes "Hi there, "</c>.</summary>
    public override string ToString() =>
        InvariantText.Format($"{Number} · {Time.TotalSeconds:F6} s · {(Ends is var (from, to) ? $"{from} → {to} · " : "")}{Summary}");

    internal RawPacket Raw { get; }

    /// <summary>What its link header says.</summary>
    internal LinkHeader Frame { get; }

    /// <summary>The ARP message; null if it is none.</summary>
    internal ArpMessage? Arp { get; }

    /// <summary>Whether it names ports of its own.</summary>
    internal bool HasPorts { get; }

    /// <summary>The two ends; null if it does not tell them.</summary>
    internal (PacketEnd From, PacketEnd To)? Ends => PacketEnd.Of(this);

    /// <summary>The protocol of the highest layer that the parser knows.</summary>
    internal string Protocol => Ip is { } ip ? IpProtocols.NameOf(ip.Protocol)
        : Frame.Follows is { } type ? LinkHeader.NameOf(type) : "not understood";

    /// <summary>What it is, without numbers: <c>PSH, ACK</c>, <c>UDP</c>, <c>ICMP port unreachable</c>.</summary>
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

    /// <summary>What it is, without its ends and its time.</summary>
    internal string Summary => string.Join(" · ", Parts());

    /// <summary>Whether it carries data of a program.</summary>
    internal bool HasData => PayloadLength > 0 && Icmp is null;

    /// <summary>The data, as far as there is room for it; empty if there are none.</summary>
    internal string Text => Payload.IsEmpty || Icmp is not null ? "" : $"\"{Octets.Quoted(Payload.Span, ShownText)}\"";

    /// <summary>How many bytes of data it carries: <c>10 bytes</c>, <c>1,460 bytes, 24 captured</c>.</summary>
    internal string DataLength =>
        Octets.Count(PayloadLength) + (Payload.Length < PayloadLength ? InvariantText.Format($", {Payload.Length:N0} captured") : "");

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
