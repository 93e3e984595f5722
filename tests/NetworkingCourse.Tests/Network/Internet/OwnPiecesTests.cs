using CsCheck;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Network;

/// <summary>
/// Right answers of the exercises, in the place of the course's own pieces: nothing else about the network changes.
/// </summary>
public sealed class OwnPiecesTests
{
    private const string Ring =
        """
        host   anna  10.0.1.10/24 via 10.0.1.1
        host   carla 10.0.3.10/24 via 10.0.3.1
        router r1 rip
        router r2 rip
        router r3 rip
        link   anna r1=10.0.1.1/24
        link   r1=10.0.12.1/30 r2=10.0.12.2/30 delay 5ms
        link   r2=10.0.23.1/30 r3=10.0.23.2/30 delay 5ms mtu 1400
        link   r1=10.0.13.1/30 r3=10.0.13.2/30 delay 20ms cost 3
        link   r3=10.0.3.1/24 carla
        """;

    private const string Home =
        """
        host   pc     192.168.1.10/24 via 192.168.1.1
        host   phone  192.168.1.11/24 via 192.168.1.1
        host   server 203.0.113.10/24 via 203.0.113.1
        switch wifi
        router home nat 198.51.100.2
        router isp
        link   pc wifi
        link   phone wifi
        link   wifi home=192.168.1.1/24
        link   home=198.51.100.2/30 isp=198.51.100.1/30 delay 4ms
        link   isp=203.0.113.1/24 server delay 6ms mtu 1400
        """;

    private static readonly string[] Routers = ["r1", "r2", "r3"];

    [Fact]
    public void A_network_of_right_pieces_heals_like_the_courses()
    {
        var (own, course) = (Internet.Of(Ring), Internet.Of(Ring));
        foreach (var router in Routers)
        {
            own.UseTable(router, Exercises.PrefixTable.Reference())
                .UseRules(router, Exercises.VectorUpdate.Reference)
                .UseForwarding(router, Exercises.Forward.Reference);
        }

        Assert.Equal(Healed(course), Healed(own));
        Assert.True(own.Connectivity().IsComplete);
        Assert.Equal(course.PathMtu("anna", "carla").ToString(), own.PathMtu("anna", "carla").ToString());
    }

    [Fact]
    public void A_right_translator_lets_both_machines_out()
    {
        var home = Internet.Of(Home).UseNat("home", Exercises.PortTranslation.Reference(40_000, 40_099));
        Assert.Equal(2, new[] { "pc", "phone" }.Count(from => home.Transfer(from, "server", new byte[5000]).IsIntact));
        Assert.Equal(4, home.Connectivity().Reached);
        Assert.Equal(2, home.Nat("home").Mappings.Count(mapping => mapping.Protocol == IpProtocol.Udp));
        Assert.Equal(1400, home.PathMtu("pc", "server").Mtu);
    }

    [Fact]
    public void A_router_that_does_nothing_with_a_packet_drops_it()
    {
        var internet = Internet.Of(Ring.Replace(" rip", "", StringComparison.Ordinal)).UseForwarding("r1", (_, _) => { });
        Assert.Equal("r1: neither sent nor reported", internet.Connectivity().Why("anna", "carla"));
    }

    [Fact]
    public void Pieces_go_only_where_they_fit()
    {
        var home = Internet.Of(Home);
        Assert.Throws<ArgumentException>(() => home.UseForwarding("home", Exercises.Forward.Reference));
        Assert.Throws<ArgumentException>(() => home.UseRules("isp", Exercises.VectorUpdate.Reference));
        Assert.Throws<ArgumentException>(() => home.UseNat("isp", Exercises.PortTranslation.Reference(1, 2)));
        Assert.Throws<ArgumentException>(() => home.UseTable("pc", Exercises.PrefixTable.Reference()));
    }

    [Fact]
    public void Right_rules_are_those_of_poisoned_reverse() => Gen.Int[1, 1_000_000].Sample(seed =>
    {
        var random = new Random(seed);
        var links = new[] { "A-B", "B-C", "C-D", "D-E", "E-A", "B-D" }.Select(link => $"{link} {random.Next(1, 5)}");
        var graph = NetworkGraph.Of(string.Join(", ", links));
        var own = new DistanceVector(graph, new DistanceVectorOptions { Rules = Exercises.VectorUpdate.Reference });
        var course = new DistanceVector(graph, new DistanceVectorOptions { SplitHorizon = SplitHorizon.PoisonedReverse });
        Assert.Equal(course.Converge(), own.Converge());
        own.Cut("B", "C");
        course.Cut("B", "C");
        Assert.Equal(course.Converge(), own.Converge());
        Assert.Equal(course.Table().ToString(), own.Table().ToString());
    }, iter: 200);

    [Fact]
    public void A_right_queue_keeps_packets_as_long_as_the_link_does()
    {
        var measured = QueueingDelay.Measure([0.5, 0.9, 1.2], [1, 10], packets: 500, own: Exercises.DropTail.Reference);
        Assert.All(measured.Points, point =>
        {
            Assert.Equal(point.Loss, point.Own!.Value.Loss, 1e-9);
            Assert.InRange((point.MeanDelay - point.Own!.Value.MeanDelay).TotalMicroseconds, -1, 1);
        });
    }

    [Fact]
    public void A_third_table_is_measured_beside_list_and_trie()
    {
        var curve = LookupCurve.Measure([100], own: () => new PrefixList<int>());
        Assert.Equal(curve.Points[0].ListLooks, curve.Points[0].OwnLooks);
        Assert.Contains("yours", curve.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("yours", LookupCurve.Measure([100]).ToString(), StringComparison.Ordinal);
    }

    private static (int Answered, string Routes) Healed(Internet internet)
    {
        internet.RunFor(TimeSpan.FromMinutes(1)).CutAfter(TimeSpan.FromSeconds(10), "r1", "r2");
        var pings = internet.Ping("anna", "carla", count: 600, interval: TimeSpan.FromMilliseconds(100));
        return (pings.Answered, string.Join('\n', Routers.Select(router => internet.Routes(router).ToString())));
    }
}
