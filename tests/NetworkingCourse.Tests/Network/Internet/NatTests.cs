using CsCheck;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Network;

public sealed class NatTests
{
    private static readonly Gen<(IpProtocol Protocol, Address Address, ushort Port, int Wait)> Flows = Gen.Select(
        Gen.OneOfConst(IpProtocol.Udp, IpProtocol.Tcp, IpProtocol.Icmp),
        Gen.UInt[0, 3].Select(host => Address.V4(0xC0A80100 + host)),
        Gen.UShort[2000, 2011],
        Gen.Int[0, 150]);

    [Fact]
    public void One_port_never_has_two_flows_and_what_comes_back_finds_its_flow() => Flows.Array[1, 120].Sample(flows =>
    {
        // Few ports, so that they run out; and enough time for entries to expire.
        var (table, now) = (new NatTable(Address.Parse("198.51.100.2"), first: 2000, last: 2007), TimeSpan.Zero);
        var lastUse = new Dictionary<(IpProtocol, Address, ushort), TimeSpan>();
        foreach (var (protocol, address, port, wait) in flows)
        {
            now += TimeSpan.FromSeconds(wait);
            if (table.Outbound(protocol, address, port, now) is { } outside)
            {
                lastUse[(protocol, address, port)] = now;
                var back = table.Inbound(protocol, outside, now);
                Assert.Equal((address, port), (back!.Address, back.Port));
            }
            else
            {
                Assert.Equal(8, table.Mappings.Count(mapping => mapping.Protocol == protocol));
            }

            Assert.Equal(
                table.Mappings.Count,
                table.Mappings.DistinctBy(mapping => (mapping.Protocol, mapping.OutsidePort)).Count());
            Assert.Equal(
                table.Mappings.Count,
                table.Mappings.DistinctBy(mapping => (mapping.Protocol, mapping.Address, mapping.Port)).Count());
            Assert.All(table.Mappings, mapping => Assert.InRange(mapping.OutsidePort, 2000, 2007));
        }
    });

    [Fact]
    public void A_forwarded_port_stays_when_the_port_of_the_entry_that_it_replaced_is_given_away()
    {
        var (table, host) = (new NatTable(Address.Parse("198.51.100.2"), first: 2000, last: 2000), Address.Parse("192.168.1.10"));
        Assert.NotNull(table.Outbound(IpProtocol.Udp, host, 7, TimeSpan.Zero));

        table.Forward(IpProtocol.Udp, 7777, new NatEndpoint(host, 7));

        var late = TimeSpan.FromHours(1);
        Assert.NotNull(table.Outbound(IpProtocol.Udp, host, 8, late));
        var forwarded = table.Inbound(IpProtocol.Udp, 7777, late)!;
        Assert.Equal((host, (ushort)7), (forwarded.Address, forwarded.Port));
        Assert.Equal((ushort)7777, table.Outbound(IpProtocol.Udp, host, 7, late));
    }

    [Fact]
    public void A_flow_keeps_its_port_whomever_it_speaks_to_and_loses_it_when_it_is_silent()
    {
        var (table, host) = (new NatTable(Address.Parse("198.51.100.2")), Address.Parse("192.168.1.10"));
        Assert.Equal((ushort)5000, table.Outbound(IpProtocol.Udp, host, 5000, TimeSpan.Zero));
        Assert.Equal((ushort)5001, table.Outbound(IpProtocol.Udp, Address.Parse("192.168.1.11"), 5000, TimeSpan.Zero));
        Assert.Equal((ushort)5000, table.Outbound(IpProtocol.Udp, host, 5000, TimeSpan.FromMinutes(4)));

        Assert.Null(table.Inbound(IpProtocol.Udp, 5001, TimeSpan.FromMinutes(5)));
        Assert.NotNull(table.Inbound(IpProtocol.Udp, 5000, TimeSpan.FromMinutes(8)));
        Assert.Null(table.Inbound(IpProtocol.Tcp, 5000, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Two_hosts_share_an_address_and_each_gets_its_own_answers()
    {
        var internet = Internet.Of(SampleNetworks.Home).Record("isp", "home");

        Assert.Equal(3, internet.Ping("pc", "server").Answered);
        Assert.Equal(3, internet.Ping("phone", "server").Answered);
        // Outside, nobody sees an address from the inside.
        Assert.DoesNotContain(
            internet.Recorded("isp", "home").Packets,
            packet => packet.Ip is { } ip
                && (ip.Source.ToString().StartsWith("192.168", StringComparison.Ordinal)
                    || ip.Destination.ToString().StartsWith("192.168", StringComparison.Ordinal)));
        Assert.Equal(2, internet.Nat("home").Mappings.Count);
        Assert.Contains("translated: from 192.168.1.10", internet.Trace("pc", "server").ToString());
    }

    [Fact]
    public void Errors_about_what_was_translated_find_their_way_in()
    {
        var internet = Internet.Of(SampleNetworks.Home);

        Assert.Equal(["home", "isp", "far", "server"], internet.Traceroute("pc", "server").Hops.Select(hop => hop.Name));
        var path = internet.PathMtu("pc", "server");
        Assert.Equal((1000, 2), (path.Mtu, path.Tries));
        // Fragments are reassembled before they are translated, because the later ones have no ports.
        Assert.Equal(1, internet.Ping("pc", "server", 1, size: 5000).Answered);
    }

    [Fact]
    public void Nobody_gets_in_who_was_not_spoken_to()
    {
        var internet = Internet.Of(SampleNetworks.Home);

        Assert.Equal("network unreachable, says far", internet.Ping("server", "pc", 1).Replies[0].Outcome);
        Assert.Equal(1, internet.Ping("server", "198.51.100.2", 1).Answered); // the router itself answers
    }

    [Fact]
    public void Transfers_through_a_translator_arrive_intact_and_their_checksums_are_right()
    {
        var internet = Internet.Of(SampleNetworks.Home).Record("far", "server");

        Assert.True(internet.Transfer("pc", "server", new byte[20_000], segmentBytes: 500).IsIntact);
        Assert.All(
            internet.Recorded("far", "server").Packets.Where(packet => packet.Udp is not null),
            packet => Assert.DoesNotContain("wrong", packet.View().ToString()));
    }
}
