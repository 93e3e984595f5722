using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Network;

public sealed class FirstMinuteTests
{
    internal const string Cafe = """
        host   laptop  dhcp
        host   printer 192.168.1.20/24 via 192.168.1.1
        host   names   203.0.113.53/24 via 203.0.113.1
        host   server  203.0.113.10/24 via 203.0.113.1
        switch wifi
        switch rack
        router home nat 198.51.100.2
        router isp
        link   laptop wifi delay 1ms
        link   printer wifi
        link   wifi home=192.168.1.1/24
        link   home=198.51.100.2/30 isp=198.51.100.1/30 delay 4ms
        link   isp=203.0.113.1/24 rack
        link   names rack
        link   server rack
        """;

    private static readonly DhcpType[] Undisturbed = [DhcpType.Discover, DhcpType.Offer, DhcpType.Request, DhcpType.Ack];

    [Fact]
    public void A_host_gets_an_address_and_its_first_segment_reaches_the_server()
    {
        var cafe = Of(Cafe).Record("server", "rack");
        var minute = cafe.FirstMinute("laptop", "www.example.test");

        Assert.Equal("192.168.1.100", minute.Address.ToString());
        Assert.Equal(Undisturbed, minute.Dhcp.Select(message => message.Type));
        var syn = Assert.Single(cafe.Recorded("server", "rack").Packets, packet => packet.Tcp is not null);
        Assert.Equal(ControlBits.Syn, syn.Tcp!.Flags);
        Assert.Equal("198.51.100.2", syn.Source!.Address.ToString());
        Assert.Equal(3, Count(minute, "ARP probe"));
        Assert.Equal(2, Count(minute, "ARP announcement"));
        Assert.Equal(3, cafe.Ping("laptop", "server").Answered);
    }

    [Fact]
    public void An_address_that_another_machine_has_is_declined_and_not_offered_again()
    {
        var cafe = Of(Cafe, first: "192.168.1.20");
        var minute = cafe.FirstMinute("laptop", "www.example.test");

        Assert.Equal("192.168.1.21", minute.Address.ToString());
        Assert.Equal([.. Undisturbed, DhcpType.Decline, .. Undisturbed], minute.Dhcp.Select(message => message.Type));
    }

    [Fact]
    public void A_range_without_a_free_address_leaves_the_host_without_one()
    {
        var cafe = Of(Cafe, first: "192.168.1.20", last: "192.168.1.20");
        var minute = cafe.FirstMinute("laptop", "www.example.test");

        Assert.Null(minute.Address);
        Assert.Null(minute.Duration);
        Assert.Contains("no address yet", cafe.Draw().ToHtml(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => cafe.Ping("printer", "laptop"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Lost_frames_are_sent_again(int seed)
    {
        var cafe = Of(Cafe.Replace("laptop wifi delay 1ms", "laptop wifi loss 30%", StringComparison.Ordinal), seed: seed);
        Assert.NotNull(cafe.FirstMinute("laptop", "www.example.test").Address);
    }

    [Fact]
    public void A_message_is_read_as_it_was_written()
    {
        var lease = DhcpOption.Of(DhcpOption.LeaseTime, 3600);
        var sent = DhcpMessage.Of(DhcpType.Ack, 0xDEAD_BEEF, new MacAddress(0x0050_56AB_CDEF), lease);
        var message = sent with { YourAddress = Address.Parse("192.0.2.7") };
        var read = DhcpMessage.Parse(message.ToBytes());

        Assert.Equal((message.Type, message.Transaction, message.Client), (read.Type, read.Transaction, read.Client));
        Assert.Equal((message.YourAddress, message.ToString()), (read.YourAddress, read.ToString()));
        Assert.Equal("3600 s", read.Options[^1].Value);
        Assert.Equal("192.0.2.7", message.View().Field("your address").Value);
    }

    [Fact]
    public void A_message_that_is_cut_off_or_has_another_cookie_is_refused()
    {
        var bytes = DhcpMessage.Of(DhcpType.Discover, 1, new MacAddress(1)).ToBytes();
        Assert.Throws<TruncatedException>(() => DhcpMessage.Parse(bytes.AsMemory(0, 243)));
        bytes[236]++;
        Assert.Throws<FormatException>(() => DhcpMessage.Parse(bytes));
    }

    [Fact]
    public void With_IPv6_a_host_forms_two_addresses_and_finds_its_neighbour()
    {
        var cafe = Of(Cafe).Advertise("home", "wifi", "2001:db8:1::/64");
        var minute = cafe.FirstMinuteV6("laptop", "2001:db8:1::1");

        Assert.Equal(["fe80::ff:fe00:101", "2001:db8:1::ff:fe00:101"], minute.Addresses.Select(own => own.ToString()));
        Assert.Equal(
            [
                NeighbourType.NeighbourSolicitation,
                NeighbourType.RouterSolicitation,
                NeighbourType.RouterAdvertisement,
                NeighbourType.NeighbourSolicitation,
                NeighbourType.NeighbourSolicitation,
                NeighbourType.NeighbourAdvertisement,
            ],
            minute.Messages.Select(message => message.Type));
    }

    [Fact]
    public void A_message_of_Neighbour_Discovery_from_another_link_or_with_a_changed_bit_is_refused()
    {
        var message = new NeighbourMessage(
            NeighbourType.RouterAdvertisement, Address.Parse("fe80::1"), Ipv6Addressing.AllNodes)
        {
            Prefix = Prefix.Parse("2001:db8:1::/64"),
            LinkLayerAddress = new MacAddress(0x0050_56AB_CDEF),
        };
        Assert.Equal(message, NeighbourMessage.Parse(message.ToPacket()));

        var routed = new Ipv6Packet(
            message.ToPacket().Header with { HopLimit = 254 }, IpProtocol.IcmpV6, message.ToBytes());
        Assert.Throws<FormatException>(() => NeighbourMessage.Parse(routed));

        var bytes = message.ToBytes();
        bytes[^1] ^= 1;
        var changed = new Ipv6Packet(message.ToPacket().Header, IpProtocol.IcmpV6, bytes);
        Assert.Throws<FormatException>(() => NeighbourMessage.Parse(changed));
    }

    internal static Internet Of(string text, string first = "192.168.1.100", string last = "192.168.1.120", int seed = 1) =>
        Internet.Of(text, seed)
            .ServeDhcp("home", "wifi", first, last, names: "names")
            .ServeName("names", "www.example.test", "server");

    private static int Count(FirstMinute minute, string label) =>
        minute.Ladder().Messages.Count(message => message.Label.StartsWith(label, StringComparison.Ordinal));
}
