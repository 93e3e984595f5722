using System.Globalization;
using System.Xml.Linq;
using NetworkingCourse.Display;
using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Capturing;

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
        var theirs = XDocument.Parse(Ask(capture, "-T", "pdml")).Root!.Elements("packet").ToList();
        Assert.Equal(capture.Packets.Count, theirs.Count);
        foreach (var (ours, pdml) in capture.Packets.Zip(theirs))
        {
            var fields = pdml.Descendants("field")
                .Where(field => field.Attribute("pos") is not null)
                .ToLookup(field => (string)field.Attribute("name")!);
            var payload = (string?)fields["tcp.payload"].Concat(fields["udp.payload"]).FirstOrDefault()?.Attribute("value") ?? "";
            // An ICMP message quotes a packet with a payload of its own.
            Assert.True(ours.Icmp is not null || Convert.ToHexStringLower(ours.Payload.Span) == payload);
            var flat = ours.View().Sections
                .SelectMany(section => Flat(section.Fields).Select(field => (section.Protocol, field)));
            foreach (var (section, field) in flat)
            {
                // A packet inside another has the same names, but other places.
                var header = section.Replace("quoted ", "", StringComparison.Ordinal);
                if (Unnamed.Contains((header, field.Name)) || field.Name == "data")
                {
                    continue;
                }

                var name = Assert.Contains((header, field.Name), (IReadOnlyDictionary<(string, string), string>)Names);
                // Some of their fields occur several times in a packet.
                var same = fields[name]
                    .Where(their =>
                        ((int)their.Attribute("pos")!, (int)their.Attribute("size")!) == (field.Offset, field.Length))
                    .ToList();
                var places = fields[name].Select(their => $"{their.Attribute("pos")} {their.Attribute("size")}");
                Assert.True(
                    same.Count > 0,
                    $"packet {ours.Number}: {name} is not at {field.Offset} with {field.Length} bytes, "
                    + $"but at {string.Join(", ", places)}");
                if (!PlaceOnly.Contains(name))
                {
                    Assert.Contains(same, their => HasValue(their, field, ours.Bytes));
                }
            }
        }
    }

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
