using NetworkingCourse.Network;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Network;

public sealed class TsharkTests
{
    [NeedsFact(Need.Tshark)]
    public async Task Tshark_reads_what_the_simulation_has_sent_without_complaint()
    {
        var internet = Internet.Of(SampleNetworks.Ring.Replace("delay 1ms", "delay 1ms mtu 600"))
            .Record("r1", "r2")
            .Record("r1", "r3")
            .Record("h1", "r1");
        internet.RunFor(TimeSpan.FromSeconds(40));
        internet.Ping("h1", "h3", count: 2, size: 3000);
        internet.PathMtu("h1", "h3");
        internet.Traceroute("h1", "h3");
        internet.Ping("h1", "10.0.3.77", 1);
        internet.Transfer("h1", "h3", new byte[5000]);
        internet.Cut("r1", "r3").RunFor(TimeSpan.FromSeconds(40));
        internet.Ping("h1", "h3", count: 2);

        var protocols = new HashSet<string>();
        foreach (var (node, towards) in (IEnumerable<(string, string)>)[("r1", "r2"), ("r1", "r3"), ("h1", "r1")])
        {
            protocols.UnionWith(Read(internet, node, towards));
        }

        var expected = new HashSet<string>
        {
            "eth:ethertype:arp",
            "eth:ethertype:ip:icmp:data",
            "eth:ethertype:ip:udp:rip",
            "eth:ethertype:ip:udp:data",
        };
        Assert.Superset(expected, protocols);
    }

    [NeedsFact(Need.Tshark)]
    public async Task It_agrees_about_translated_packets_too()
    {
        var internet = Internet.Of(SampleNetworks.Home).Record("home", "isp").Record("home", "s1");
        internet.Ping("pc", "server", count: 1);
        internet.Traceroute("phone", "server");
        internet.PathMtu("pc", "server");
        internet.Ping("pc", "server", count: 1, size: 4000);

        Read(internet, "home", "isp");
        Read(internet, "home", "s1");
    }

    [NeedsFact(Need.Tshark)]
    public async Task It_reads_the_first_minute_of_a_host()
    {
        var internet = FirstMinuteTests.Of(FirstMinuteTests.Cafe, first: "192.168.1.20")
            .Advertise("home", "wifi", "2001:db8:1::/64");
        internet.FirstMinute("laptop", "www.example.test");
        var protocols = Read(internet, "laptop", "wifi").ToHashSet();
        Assert.Superset(
            new HashSet<string> { "eth:ethertype:ip:udp:dhcp", "eth:ethertype:ip:udp:dns", "eth:ethertype:ip:tcp" }, protocols);

        internet.FirstMinuteV6("laptop", "2001:db8:1::1");
        Assert.Equal(["eth:ethertype:ipv6:icmpv6"], Read(internet, "laptop", "wifi").Distinct());
    }

    // The protocols of all packets. Fails if the file is not read to its end, a packet is malformed, or a checksum is wrong.
    private static IEnumerable<string> Read(Internet internet, string node, string towards)
    {
        var file = Path.Combine(Path.GetTempPath(), $"course-{Guid.NewGuid():N}.pcap");
        try
        {
            var capture = internet.Recorded(node, towards);
            capture.Write(file);
            string[] all = ["-T", "fields", "-e", "frame.protocols", "-e", "_ws.expert.severity", "-e", "_ws.expert.message"];
            string[] checks = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"];
            var lines = Tshark.Run(["-n", "-r", file, .. checks, .. all]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(capture.Packets.Count, lines.Length);
            // Notes and chats (a remarkably low TTL, an answer not seen) are no complaints; warnings (0x600000) and errors
            // (0x800000) are.
            Assert.All(lines, line => Assert.DoesNotMatch(@"\t.*\b(6291456|8388608)\b", line));
            Assert.All(lines, line => Assert.DoesNotContain("_ws.malformed", line));
            const string wrong =
                "ip.checksum.status == \"Bad\" || udp.checksum.status == \"Bad\" || icmp.checksum.status == \"Bad\""
                + " || icmpv6.checksum.status == \"Bad\" || tcp.checksum.status == \"Bad\"";
            Assert.Empty(Tshark.Run(["-n", "-r", file, .. checks, "-Y", wrong]));
            return lines.Select(line => line.Split('\t')[0]);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
