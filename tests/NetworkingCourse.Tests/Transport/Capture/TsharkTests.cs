using System.Globalization;
using System.Xml.Linq;
using CsCheck;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport;

/// <summary>Wireshark's parser and ours look at the same files, and must see the same fields at the same places.</summary>
public class TsharkTests
{
    // Our names and Wireshark's. Where it has a unit of its own, only the place is compared, not the value.
    private static readonly Dictionary<(string Section, string Field), string> Names = new()
    {
        [("Ethernet header", "destination address")] = "eth.dst",
        [("Ethernet header", "source address")] = "eth.src",
        [("Ethernet header", "type")] = "eth.type",
        [("IPv4 header", "version")] = "ip.version",
        [("IPv4 header", "header length")] = "ip.hdr_len",
        [("IPv4 header", "differentiated services")] = "ip.dsfield.dscp",
        [("IPv4 header", "congestion notification")] = "ip.dsfield.ecn",
        [("IPv4 header", "total length")] = "ip.len",
        [("IPv4 header", "identification")] = "ip.id",
        [("IPv4 header", "reserved bit")] = "ip.flags.rb",
        [("IPv4 header", "don't fragment")] = "ip.flags.df",
        [("IPv4 header", "more fragments")] = "ip.flags.mf",
        [("IPv4 header", "fragment offset")] = "ip.frag_offset",
        [("IPv4 header", "time to live")] = "ip.ttl",
        [("IPv4 header", "protocol")] = "ip.proto",
        [("IPv4 header", "header checksum")] = "ip.checksum",
        [("IPv4 header", "source address")] = "ip.src",
        [("IPv4 header", "destination address")] = "ip.dst",
        [("IPv6 header", "version")] = "ipv6.version",
        [("IPv6 header", "flow label")] = "ipv6.flow",
        [("IPv6 header", "payload length")] = "ipv6.plen",
        [("IPv6 header", "next header")] = "ipv6.nxt",
        [("IPv6 header", "hop limit")] = "ipv6.hlim",
        [("IPv6 header", "source address")] = "ipv6.src",
        [("IPv6 header", "destination address")] = "ipv6.dst",
        [("TCP header", "source port")] = "tcp.srcport",
        [("TCP header", "destination port")] = "tcp.dstport",
        [("TCP header", "sequence number")] = "tcp.seq_raw",
        [("TCP header", "acknowledgment number")] = "tcp.ack_raw",
        [("TCP header", "data offset")] = "tcp.hdr_len",
        [("TCP header", "CWR")] = "tcp.flags.cwr",
        [("TCP header", "ECE")] = "tcp.flags.ece",
        [("TCP header", "URG")] = "tcp.flags.urg",
        [("TCP header", "ACK")] = "tcp.flags.ack",
        [("TCP header", "PSH")] = "tcp.flags.push",
        [("TCP header", "RST")] = "tcp.flags.reset",
        [("TCP header", "SYN")] = "tcp.flags.syn",
        [("TCP header", "FIN")] = "tcp.flags.fin",
        [("TCP header", "window")] = "tcp.window_size_value",
        [("TCP header", "checksum")] = "tcp.checksum",
        [("TCP header", "urgent pointer")] = "tcp.urgent_pointer",
        [("TCP header", "options")] = "tcp.options",
        [("TCP header", "maximum segment size")] = "tcp.options.mss",
        [("TCP header", "window scale")] = "tcp.options.wscale",
        [("TCP header", "selective acknowledgments permitted")] = "tcp.options.sack_perm",
        [("TCP header", "timestamps")] = "tcp.options.timestamp",
        [("TCP header", "no operation")] = "tcp.options.nop",
        [("TCP header", "selective acknowledgment")] = "tcp.options.sack",
        [("TCP header", "from")] = "tcp.options.sack_le",
        [("TCP header", "to")] = "tcp.options.sack_re",
        [("UDP header", "source port")] = "udp.srcport",
        [("UDP header", "destination port")] = "udp.dstport",
        [("UDP header", "length")] = "udp.length",
        [("UDP header", "checksum")] = "udp.checksum",
        [("ICMPv6 header", "type")] = "icmpv6.type",
        [("ICMPv6 header", "code")] = "icmpv6.code",
        [("ICMPv6 header", "checksum")] = "icmpv6.checksum",
        [("ICMPv6 header", "identifier")] = "icmpv6.echo.identifier",
        [("ICMPv6 header", "sequence number")] = "icmpv6.echo.sequence_number",
        [("ICMP header", "type")] = "icmp.type",
        [("ICMP header", "code")] = "icmp.code",
        [("ICMP header", "checksum")] = "icmp.checksum",
        [("ICMP header", "depends on the type")] = "icmp.unused",
        [("ICMP header", "identifier")] = "icmp.ident",
        [("ICMP header", "sequence number")] = "icmp.seq",
    };

    // Parts of fields that have a name in the table above, or that Wireshark does not name.
    private static readonly HashSet<(string Section, string Field)> Unnamed =
    [
        .. new[] { "reserved", "kind", "length", "size", "shift", "value", "echo" }.Select(name => ("TCP header", name)),
        ("data", "the rest of the quoted packet"),
    ];

    // Wireshark shows these in bytes, as flags or in words, so only their places are compared.
    private static readonly HashSet<string> PlaceOnly =
        ["ip.hdr_len", "tcp.hdr_len", "ip.frag_offset", "tcp.options.sack_le", "tcp.options.sack_re"];

    [NeedsFact(Need.Tshark)]
    public void It_sees_every_field_of_the_shipped_captures_at_the_same_place_with_the_same_value()
    {
        foreach (var scene in CaptureScene.All)
        {
            var capture = Capture.Shipped(scene.Name);
            Compare(capture);
        }
    }

    [NeedsFact(Need.Tshark)]
    public void It_sees_the_same_fields_in_packets_of_any_kind()
    {
        var compared = 0;
        RandomPackets.Captures(100)
            .Where(packets => packets[0].Link is LinkType.Ethernet or LinkType.Raw or LinkType.Ipv4 or LinkType.Ipv6)
            .Sample(packets => compared += CompareAny(new Capture(packets, "test", isLive: false)), iter: 12, threads: 1);
        Assert.InRange(compared, 1000, int.MaxValue);
    }

    [NeedsFact(Need.Tshark)]
    public void It_counts_sequence_numbers_lengths_windows_and_times_as_we_do()
    {
        string[] fields =
        [
            "-e", "tcp.seq",
            "-e", "tcp.ack",
            "-e", "tcp.len",
            "-e", "tcp.window_size",
            "-e", "frame.time_relative",
            "-e", "tcp.flags",
        ];
        var captures = CaptureScene.All.Select(scene => Capture.Shipped(scene.Name));
        foreach (var capture in captures.Where(capture => capture[1].Tcp is not null))
        {
            var lines = Ask(capture, ["-T", "fields", .. fields]).TrimEnd().Split('\n');
            Assert.Equal(lines, capture.Packets.Select(packet => string.Join(
                '\t',
                packet.Position!.Sequence,
                packet.Position.Acknowledgment,
                packet.Payload.Length,
                packet.Position.Window ?? packet.Tcp!.Window,
                ((packet.Raw.Timestamp - capture.Packets[0].Raw.Timestamp) / 1e9).ToString("F9", CultureInfo.InvariantCulture),
                $"0x{(int)packet.Tcp!.Flags:x4}")));
        }
    }

    private static void Compare(Capture capture)
    {
        foreach (var (ours, pdml) in WithTheirs(capture))
        {
            var fields = FieldsOf(pdml);
            var payload = (string?)fields["tcp.payload"].Concat(fields["udp.payload"]).FirstOrDefault()?.Attribute("value") ?? "";
            // An ICMP message quotes a packet with a payload of its own.
            Assert.True(ours.Icmp is not null || Convert.ToHexStringLower(ours.Payload.Span) == payload);
            foreach (var (header, field) in FieldsOf(ours))
            {
                if (Unnamed.Contains((header, field.Name)) || field.Name == "data")
                {
                    continue;
                }

                var name = Assert.Contains((header, field.Name), (IReadOnlyDictionary<(string, string), string>)Names);
                var same = At(field, fields[name]);
                Assert.True(same.Count > 0, Elsewhere(ours, name, field, fields[name]));
                Assert.True(PlaceOnly.Contains(name) || same.Exists(their => HasValue(their, field, ours.Bytes)));
            }
        }
    }

    // A fragment that is not the last one and has no multiple of 8 bytes must be discarded (RFC 8200, section 4.5). Wireshark
    // does not look into it, and says nothing about that.
    private static bool MustBeDiscarded(ILookup<string, XElement> fields)
    {
        if (fields["ipv6.fraghdr.more"].FirstOrDefault() is not { } more || (string?)more.Attribute("show") is "0" or "False"
            || fields["ipv6.plen"].FirstOrDefault() is not { } length
            || fields["ipv6.fraghdr.nxt"].FirstOrDefault() is not { } next)
        {
            return false;
        }

        int Number(XElement field, string name) => int.Parse((string)field.Attribute(name)!, CultureInfo.InvariantCulture);
        var payload = Number(length, "pos") - 4 + 40;
        var fragment = Number(next, "pos") + 8;
        return (Number(length, "show") - (fragment - payload)) % 8 != 0;
    }

    // Returns how many fields are at the same place with the same value.
    private static int CompareAny(Capture capture)
    {
        var compared = 0;
        foreach (var (ours, pdml) in WithTheirs(capture))
        {
            var fields = FieldsOf(pdml);
            // Where a packet is broken, each of the two may stop at another place. What both see is the same all the same. (In a
            // quoted packet, Wireshark does not say that it found an option broken.)
            var view = ours.View();
            var isBroken = view.Note is not null || pdml.Descendants().Any(IsError) || MustBeDiscarded(fields)
                || view.Sections.Any(section => section.Protocol.StartsWith("quoted extension", StringComparison.Ordinal));
            foreach (var (header, field) in FieldsOf(ours))
            {
                var section = header == "ICMP header" && ours.Ip!.Protocol == IpProtocol.IcmpV6 ? "ICMPv6 header" : header;
                if (!Names.TryGetValue((section, field.Name), out var name) || name == "icmp.unused")
                {
                    continue;
                }

                var same = At(field, fields[name]);
                Assert.True(same.Count > 0 || isBroken, Elsewhere(ours, name, field, fields[name]));
                Assert.True(
                    same.Count == 0 || PlaceOnly.Contains(name) || same.Exists(their => HasValue(their, field, ours.Bytes)),
                    $"packet {ours.Number}: another {name} in {Convert.ToHexString(ours.Bytes.Span)}");
                compared += same.Count == 0 ? 0 : 1;
            }
        }

        return compared;
    }

    private static IEnumerable<(CapturedPacket Ours, XElement Theirs)> WithTheirs(Capture capture)
    {
        var theirs = XDocument.Parse(Ask(capture, "-T", "pdml")).Root!.Elements("packet").ToList();
        Assert.Equal(capture.Packets.Count, theirs.Count);
        return capture.Packets.Zip(theirs);
    }

    private static ILookup<string, XElement> FieldsOf(XElement pdml) => pdml.Descendants("field")
        .Where(field => field.Attribute("pos") is not null)
        .ToLookup(field => (string)field.Attribute("name")!);

    // A packet inside another has the same names, but other places.
    private static IEnumerable<(string Header, ByteField Field)> FieldsOf(CapturedPacket packet) => packet.View().Sections
        .SelectMany(section => Flat(section.Fields)
            .Select(field => (section.Protocol.Replace("quoted ", "", StringComparison.Ordinal), field)));

    // Some of their fields occur several times in a packet.
    private static List<XElement> At(ByteField field, IEnumerable<XElement> theirs) =>
        [.. theirs.Where(their => ((int)their.Attribute("pos")!, (int)their.Attribute("size")!) == (field.Offset, field.Length))];

    private static string Elsewhere(CapturedPacket packet, string name, ByteField field, IEnumerable<XElement> theirs) =>
        $"packet {packet.Number}: {name} is not at {field.Offset} with {field.Length} bytes, but at "
        + string.Join(", ", theirs.Select(their => $"{their.Attribute("pos")} {their.Attribute("size")}"))
        + $" in {packet.Link} {Convert.ToHexString(packet.Bytes.Span)}";

    // Malformed, or marked with the highest severity that Wireshark has.
    private static bool IsError(XElement element) => (string?)element.Attribute("name") switch
    {
        "_ws.malformed" => true,
        "_ws.expert.severity" => (string?)element.Attribute("show") == "8388608",
        _ => false,
    };

    private static bool HasValue(XElement their, ByteField field, ReadOnlyMemory<byte> bytes) => field.Bits is not null
        ? Number((string)their.Attribute("show")!) == uint.Parse(field.Value, CultureInfo.InvariantCulture)
        : (string?)their.Attribute("value") is not { } value
            || value == Convert.ToHexStringLower(bytes.Span.Slice(field.Offset, field.Length));

    private static uint Number(string text) => text.StartsWith("0x", StringComparison.Ordinal) ? Convert.ToUInt32(text, 16)
        : text is "True" or "False" ? (text == "True" ? 1u : 0u) : uint.Parse(text, CultureInfo.InvariantCulture);

    private static IEnumerable<ByteField> Flat(IEnumerable<ByteField> fields) =>
        fields.SelectMany(field => Flat(field.Parts).Prepend(field));

    private static string Ask(Capture capture, params string[] how)
    {
        var file = Path.Combine(Path.GetTempPath(), $"course-{Guid.NewGuid():N}.pcap");
        try
        {
            capture.Write(file);
            return Tshark.Run(["-n", "-r", file, .. how]);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
