using System.Net;
using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse.Transport;

/// <summary>One packet of a capture, as it was on the wire, taken apart. It shows itself byte by byte, layer by layer.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class CapturedPacket : IShown
{
    private const int ShownText = 40;

    private readonly RawPacket _raw;
    private readonly Dissection _dissection;

    internal CapturedPacket(int number, LinkType link, RawPacket raw, long firstTimestamp)
    {
        (Number, Link, _raw, _dissection) = (number, link, raw, Dissection.Of(link, raw.Bytes));
        Time = new TimeSpan((raw.Timestamp - firstTimestamp) / TimeSpan.NanosecondsPerTick);
        (Source, Destination) = this switch
        {
            { Tcp: { } tcp, Ip: { } ip } => (ip.Source.WithPort(tcp.SourcePort), ip.Destination.WithPort(tcp.DestinationPort)),
            { Udp: { } udp, Ip: { } ip } => (ip.Source.WithPort(udp.SourcePort), ip.Destination.WithPort(udp.DestinationPort)),
            // It goes back to whoever sent the packet it is about.
            { Icmp: { AboutSource: { } sender, AboutDestination: { } target } } => (target, sender),
            { Ip: { } ip } => (ip.Source.WithPort(0), ip.Destination.WithPort(0)),
            _ => (null, null),
        };
    }

    /// <summary>Its number in the capture, counted from 1.</summary>
    public int Number { get; }

    /// <summary>When it was captured, since the first packet of the capture.</summary>
    public TimeSpan Time { get; }

    /// <summary>What its first header is.</summary>
    public LinkType Link { get; }

    /// <summary>The bytes that were captured.</summary>
    public ReadOnlyMemory<byte> Bytes => _raw.Bytes;

    /// <summary>How many bytes it had on the wire.</summary>
    public int Length => _raw.OriginalLength;

    /// <summary>The IP header; null if there is none.</summary>
    public IpHeader? Ip => _dissection.Ip;

    /// <summary>The TCP header; null if there is none.</summary>
    public TcpHeader? Tcp => _dissection.Tcp;

    /// <summary>The UDP header; null if there is none.</summary>
    public UdpHeader? Udp => _dissection.Udp;

    /// <summary>The ICMP header; null if there is none.</summary>
    public IcmpHeader? Icmp => _dissection.Icmp;

    /// <summary>The data of the program: what TCP or UDP carries.</summary>
    public ReadOnlyMemory<byte> Payload => _dissection.Payload;

    /// <summary>Who sent it, with the port 0 where there are no ports; null if it is no IP packet.</summary>
    public IPEndPoint? Source { get; }

    /// <summary>For whom it is.</summary>
    public IPEndPoint? Destination { get; }

    /// <summary>Where it stands in its TCP conversation; null for what is not TCP.</summary>
    public TcpPosition? Position { get; internal set; }

    /// <summary>The packet byte by byte: every field of every header, with its offset.</summary>
    public ByteView View() => new(Bytes, _dissection.Sections, _dissection.Trouble);

    /// <inheritdoc/>
    public string ToHtml() => View().ToHtml();

    /// <summary>The packet in one line: <c>4 · 0.000061 s · 127.0.0.1:50312 → 127.0.0.1:40123 · PSH, ACK · seq 1 · ack 1 · 10 bytes "Hi there, "</c>.</summary>
    public override string ToString() => Words.Invariant($"{Number} · {Time.TotalSeconds:F6} s · {Source?.ToString() ?? "?"} → {Destination?.ToString() ?? "?"} · {Summary}");

    internal RawPacket Raw => _raw;

    internal bool Concerns(int port) => Source?.Port == port || Destination?.Port == port;

    /// <summary>What it is, without its ends and its time.</summary>
    internal string Summary => string.Join(" · ", Parts());

    /// <summary>The data, as far as there is room for it; empty if there are none.</summary>
    internal string Text => Payload.IsEmpty || Icmp is not null ? "" : $"\"{Octets.Quoted(Payload.Span, ShownText)}\"";

    private IEnumerable<string> Parts()
    {
        if (Tcp is { } tcp)
        {
            yield return tcp.FlagNames;
            if (Position is { } position)
            {
                yield return Words.Invariant($"seq {position.Sequence}");
                if (tcp.Has(ControlBits.Ack))
                {
                    yield return Words.Invariant($"ack {position.Acknowledgment}");
                }
            }
        }
        else
        {
            yield return Udp is not null ? "UDP" : Icmp is { } icmp ? $"ICMP {icmp.Meaning}".TrimEnd() : "not understood";
        }

        if (Text.Length > 0)
        {
            yield return $"{Octets.Count(Payload.Length)} {Text}";
        }
    }
}
