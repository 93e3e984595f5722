using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Network;

public sealed class WhoMayPassTests
{
    private const string Office = """
        host   pc       198.51.100.10/24 via 198.51.100.1
        host   stranger 203.0.113.10/24 via 203.0.113.1
        router edge
        link   pc edge=198.51.100.1/24
        link   edge=203.0.113.1/24 stranger delay 5ms
        """;

    [Fact]
    public void A_stateful_filter_lets_answers_in_and_nothing_else()
    {
        var office = Internet.Of(Office).ServeEcho("pc", 7).ServeEcho("stranger", 7);
        office.UseFilter("edge", "stranger", new StatefulFilter());

        Assert.Equal(2, Deliveries(office.TraceUdp("pc", "stranger", 7)));
        var unasked = office.TraceUdp("stranger", "pc", 7);
        Assert.False(unasked.IsDelivered);
        Assert.Equal("edge", unasked.Drop!.Node);
    }

    [Fact]
    public void A_rule_opens_an_endpoint()
    {
        var office = Internet.Of(Office).ServeEcho("pc", 7);
        office.UseFilter("edge", "stranger", new StatefulFilter((IpProtocol.Udp, NatEndpoint.Parse("198.51.100.10:7"))));

        Assert.Equal(2, Deliveries(office.TraceUdp("stranger", "pc", 7)));
        Assert.False(office.TraceUdp("stranger", "pc", 8).IsDelivered);
    }

    [Fact]
    public void A_forwarded_port_reaches_the_server_behind_translation_for_ever()
    {
        var home = Internet.Of(SampleNetworks.Home).ServeEcho("pc", 7);
        var outside = home.Nat("home").Outside.ToString();
        var unasked = home.TraceUdp("server", outside, 7777).Events;
        Assert.Equal("home", unasked.First(e => e.Text.StartsWith("delivered", StringComparison.Ordinal)).Node);
        home.ForwardPort("home", 7777, $"{home.AddressOf("pc")}:7").RunFor(TimeSpan.FromHours(1));
        Assert.Equal(2, Deliveries(home.TraceUdp("server", outside, 7777)));
        Assert.Throws<ArgumentException>(() => home.ForwardPort("home", 7777, "192.168.1.99:7"));
    }

    [Theory]
    [InlineData(4, 5)]
    [InlineData(20, 45)]
    [InlineData(50, 49)]
    public void An_advertisement_crosses_each_link_at_most_twice_and_old_ones_stop_where_they_arrive(int nodes, int links)
    {
        var flood = new Flood(NetworkGraph.Random(nodes, links, seed: 3)).Issue("n1", 2);
        Assert.Equal(2 * links - (nodes - 1), flood.Messages);
        flood.Issue("n1", 1);
        Assert.Equal(2 * links - (nodes - 1), flood.Messages);
        Assert.False(flood.IsEndless);
    }

    private static int Deliveries(PacketTrace trace) =>
        trace.Events.Count(e => e.Text.StartsWith("delivered", StringComparison.Ordinal));
}
