using System.Text;
using CsCheck;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Network;

public sealed class InternetTests
{
    [Fact]
    public void A_ping_crosses_switches_and_routers_and_takes_as_long_as_its_links()
    {
        var internet = Internet.Of(SampleNetworks.TwoLans);

        var ping = internet.Ping("h1", "h3", count: 2);

        Assert.Equal(2, ping.Answered);
        // The first waits for ARP between the routers.
        Assert.Equal(
            [TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(10)],
            ping.Replies.Select(reply => reply.RoundTrip!.Value));
        Assert.Contains("10.0.1.10", internet.Arp("r1").ToString());
        Assert.Contains("r1", internet.Learned("s1").ToString());
    }

    [Fact]
    public void The_trace_names_every_hop_and_the_drawing_shows_it()
    {
        var trace = Internet.Of(SampleNetworks.TwoLans).Trace("h1", "h3");

        Assert.True(trace.IsDelivered);
        Assert.Null(trace.Drop);
        var text = trace.ToString();
        Assert.Contains("ARP: who has 10.0.1.1?", text);
        Assert.Contains("forwarded, TTL 63: 10.0.2.0/24 is via 10.0.12.2, to r2", text);
        Assert.Contains("forwarded, TTL 62: 10.0.2.0/24 is on the link to h3", text);
        Assert.Equal(
            ["h1-s1", "r1-r2", "r2-h3", "s1-r1"],
            trace.Draw().Links
                .Where(link => link.State == DiagramLinkState.OnRoute)
                .Select(link => $"{link.A}-{link.B}")
                .Order());
    }

    [Fact]
    public void A_switch_floods_what_it_does_not_know_and_then_learns()
    {
        var internet = Internet.Of(SampleNetworks.TwoLans).Record("h2", "s1");
        internet.Ping("h1", "h3", count: 3);

        // Of all that, h2 has seen only the one question that was for everybody.
        var seen = Assert.Single(internet.Recorded("h2", "s1").Packets);
        Assert.Equal(MacAddress.Broadcast, MacAddress.Read(seen.Bytes.Span));
    }

    [Fact]
    public void An_echo_is_shown_with_the_identifier_and_number_by_which_its_sender_knows_it()
    {
        var internet = Internet.Of(SampleNetworks.TwoLans).Record("h3", "r2");
        internet.Ping("h1", "h3", count: 2);

        var numbers = internet.Recorded("h3", "r2").Packets
            .Where(packet => packet.Icmp is not null)
            .Select(packet => packet.View().Field("sequence number").Value);

        Assert.Equal(["1", "1", "2", "2"], numbers);
    }

    [Fact]
    public void Traceroute_names_the_routers_and_a_silent_one_is_a_star()
    {
        var way = Internet.Of(SampleNetworks.TwoLans).Traceroute("h1", "h3");
        Assert.Equal(["r1", "r2", "h3"], way.Hops.Select(hop => hop.Name));
        Assert.True(way.IsComplete);

        way = Internet.Of(SampleNetworks.TwoLans.Replace("router r1", "router r1 silent")).Traceroute("h1", "h3");
        Assert.Equal([null, "r2", "h3"], way.Hops.Select(hop => hop.Name));
    }

    [Fact]
    public void A_single_probe_is_answered_as_in_traceroute()
    {
        var internet = Internet.Of(SampleNetworks.TwoLans);
        var hops = internet.Traceroute("h1", "h3").Hops;

        ProbeReply?[] replies = [.. hops.Select(hop => internet.Probe("h1", "h3", hop.Number))];

        Assert.Equal(hops.Select(hop => new ProbeReply(hop.Number, hop.Address!.Value, hop.Says!)), replies);
        Assert.Equal("port unreachable", internet.Probe("h1", "h3", 255)?.Says);
        Assert.Equal(new ProbeReply(9, hops[1].Address!.Value, "host unreachable"), internet.Probe("h1", "10.0.2.77", 9));
        Assert.Null(Internet.Of(SampleNetworks.TwoLans.Replace("router r1", "router r1 silent")).Probe("h1", "h3", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => internet.Probe("h1", "h3", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => internet.Probe("h1", "h3", 256));
        Assert.Throws<ArgumentException>(() => internet.Probe("h1", "nobody", 1));
    }

    [Fact]
    public void What_ends_on_the_way_is_reported_by_whoever_dropped_it()
    {
        var internet = Internet.Of(SampleNetworks.TwoLans);

        Assert.Equal("time to live exceeded, says r2", internet.Ping("h1", "h3", 1, timeToLive: 2).Replies[0].Outcome);
        Assert.Equal("network unreachable, says r1", internet.Ping("h1", "10.9.9.9", 1).Replies[0].Outcome);
        Assert.Equal("host unreachable, says r2", internet.Ping("h1", "10.0.2.77", 1).Replies[0].Outcome);
        Assert.Equal(
            "no answer (dropped at h1: no ARP reply for 10.0.1.77)", internet.Ping("h1", "10.0.1.77", 1).Replies[0].Outcome);
        internet.Cut("r1", "r2");
        var cut = internet.Ping("h1", "h3", 1).Replies[0];
        Assert.Equal("host unreachable, says r1", cut.Outcome);
        Assert.Equal(("r1", "r2", "the link is cut"), (cut.Trace.Drop!.Node, cut.Trace.Drop.To, cut.Trace.Drop.Text));
        internet.Repair("r1", "r2");
        Assert.Equal("answered", internet.Ping("h1", "h3", 1).Replies[0].Outcome);
        Assert.Contains("the link is cut", internet.Drops().ToString());
    }

    [Fact]
    public void A_fragmented_packet_arrives_whole_and_one_that_must_not_be_cut_finds_the_path_mtu()
    {
        var internet = Internet.Of(SampleNetworks.TwoLans.Replace("delay 5ms", "mtu 700"));

        var ping = internet.Ping("h1", "h3", 1, size: 4000);
        Assert.Equal(1, ping.Answered);
        Assert.Contains("cut into 3 fragments: the next link takes 700 bytes", ping.Replies[0].Trace.ToString());

        Assert.Equal(
            "fragmentation needed, the next link takes 700 bytes, says r1",
            internet.Ping("h1", "h3", 1, size: 1000, dontFragment: true).Replies[0].Outcome);
        var path = Internet.Of(SampleNetworks.TwoLans.Replace("delay 5ms", "mtu 700")).PathMtu("h1", "h3");
        Assert.Equal((700, 2), (path.Mtu, path.Tries));
    }

    [Fact]
    public void Where_the_router_is_silent_the_path_mtu_is_found_by_trying() => Gen.Int[68, 1499].Sample(
        mtu =>
        {
            var network = SampleNetworks.TwoLans.Replace("delay 5ms", $"mtu {mtu}").Replace("router r1", "router r1 silent");
            Assert.Equal(mtu, Internet.Of(network).PathMtu("h1", "h3").Mtu);
        },
        iter: 8);

    [Fact]
    public void After_a_cut_rip_finds_the_other_way_and_after_the_mending_the_first()
    {
        var internet = Internet.Of(SampleNetworks.Ring).RunFor(TimeSpan.FromSeconds(60));
        Assert.Equal(["r1", "r3", "h3"], internet.Traceroute("h1", "h3").Hops.Select(hop => hop.Name));

        internet.CutAfter(TimeSpan.FromSeconds(5), "r1", "r3");
        var pings = internet.Ping("h1", "h3", count: 600, TimeSpan.FromMilliseconds(100));
        // A neighbour whose own route has not changed repeats it within half a minute, and not before.
        Assert.InRange(pings.Replies.Count - pings.Answered, 1, 400);
        Assert.All(pings.Replies.Skip(450), reply => Assert.Equal(TimeSpan.FromMilliseconds(4), reply.RoundTrip));
        Assert.Equal(["r1", "r2", "r3", "h3"], internet.Traceroute("h1", "h3").Hops.Select(hop => hop.Name));

        internet.Repair("r1", "r3").RunFor(TimeSpan.FromSeconds(60));
        Assert.Equal(["r1", "r3", "h3"], internet.Traceroute("h1", "h3").Hops.Select(hop => hop.Name));
    }

    [Fact]
    public void A_router_that_has_lost_its_own_way_into_a_network_tells_of_the_way_it_has_learned()
    {
        // r1 and r2 are both on h1's link. r3 knows of it only from r1.
        var internet = Internet.Of(
            """
            host   h1 10.0.1.10/24 via 10.0.1.2
            host   h3 10.0.3.10/24 via 10.0.3.1
            switch s
            router r1 rip
            router r2 rip
            router r3 rip
            link   h1 s
            link   s r1=10.0.1.1/24
            link   s r2=10.0.1.2/24
            link   r1=10.0.13.1/30 r3=10.0.13.2/30
            link   r1=10.0.12.1/30 r2=10.0.12.2/30
            link   r3=10.0.3.1/24 h3
            """).RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal(1, internet.Ping("h3", "h1", 1).Answered);

        internet.Cut("s", "r1").RunFor(TimeSpan.FromMinutes(1));

        Assert.Equal(["r3", "r1", "r2", "h1"], internet.Traceroute("h3", "h1").Hops.Select(hop => hop.Name));
    }

    [Fact]
    public void A_written_route_is_not_replaced_by_one_that_a_neighbour_tells()
    {
        var written = SampleNetworks.Ring + "\nroute r1 10.0.3.0/24 via 10.0.12.2\nroute r1 10.0.3.0/28 via 10.0.12.2";
        var internet = Internet.Of(written).RunFor(TimeSpan.FromMinutes(1));

        Assert.Equal(["r1", "r2", "r3", "h3"], internet.Traceroute("h1", "h3").Hops.Select(hop => hop.Name));
        Assert.Matches(@"10\.0\.3\.0/24\s+10\.0\.12\.2\s+r2\s+written", internet.Routes("r1").ToString());
    }

    [Fact]
    public void What_is_on_a_link_when_it_is_cut_is_lost_even_if_it_is_mended_at_once()
    {
        var internet = Internet.Of(SampleNetworks.TwoLans);
        internet.Ping("h1", "h3", 1);

        internet.CutAfter(TimeSpan.FromMilliseconds(2), "r1", "r2").RepairAfter(TimeSpan.FromMilliseconds(3), "r1", "r2");

        Assert.Equal(
            "no answer (dropped at r1, on the way to r2: the link was cut while the frame was on it)",
            internet.Ping("h1", "h3", 1).Replies[0].Outcome);
        Assert.Equal("answered", internet.Ping("h1", "h3", 1).Replies[0].Outcome);
    }

    [Fact]
    public void What_is_for_everybody_on_a_link_reaches_everybody_and_is_not_answered()
    {
        var internet = Internet.Of(SampleNetworks.TwoLans).Record("h2", "s1");

        var ping = internet.Ping("h1", "10.0.1.255", count: 1);

        Assert.Equal("no answer", ping.Replies[0].Outcome);
        Assert.Equal(
            ["h2", "r1"],
            ping.Replies[0].Trace.Events
                .Where(e => e.Text.StartsWith("delivered", StringComparison.Ordinal))
                .Select(e => e.Node)
                .Order());
        Assert.Equal(MacAddress.Broadcast, MacAddress.Read(Assert.Single(internet.Recorded("h2", "s1").Packets).Bytes.Span));
        // Nobody gets in this way from another link (RFC 2644): the router takes it as addressed to itself.
        Assert.Equal("no answer", internet.Ping("h3", "10.0.1.255", count: 1).Replies[0].Outcome);
        Assert.Single(internet.Recorded("h2", "s1").Packets);
    }

    [Fact]
    public void A_host_reaches_itself()
    {
        var internet = Internet.Of(SampleNetworks.TwoLans);

        Assert.Equal(1, internet.Ping("h1", "h1", 1).Answered);
        var way = internet.Traceroute("h1", "h1");
        Assert.True(way.IsComplete);
        Assert.Equal(["h1"], way.Hops.Select(hop => hop.Name));
        Assert.Equal(0, internet.Hops);
    }

    [Fact]
    public void The_routes_are_drawn_as_they_are_now_through_switches_too()
    {
        var internet = Internet.Of(SampleNetworks.Ring
            .Replace(" rip", "")
            .Replace("link   h1 r1=10.0.1.1/24", "switch s\nlink h1 s\nlink s r1=10.0.1.1/24"));
        IEnumerable<string> Used(string to) => internet.DrawRoutes(to).Links
            .Where(link => link.State == DiagramLinkState.OnRoute)
            .Select(link => $"{(link.Towards == link.A ? link.B : link.A)}>{link.Towards}")
            .Order();

        Assert.Equal(["h1>s", "r1>r3", "r2>r3", "r3>h3", "s>r1"], Used("h3"));
        Assert.Equal(["h3>r3", "r1>s", "r2>r1", "r3>r1", "s>h1"], Used("h1"));

        internet.Cut("r1", "r3").Reroute();

        Assert.Equal(["h1>s", "r1>r2", "r2>r3", "r3>h3", "s>r1"], Used("h3"));
        Assert.Equal(0, internet.Hops);
    }

    [Fact]
    public void Routes_that_lead_back_and_forth_are_drawn_without_an_arrow()
    {
        var internet = Internet.Of(
            $"routing written\n{SampleNetworks.TwoLans}\nroute r1 10.9.0.0/16 via 10.0.12.2\nroute r2 10.9.0.0/16 via 10.0.12.1");

        var link = Assert.Single(internet.DrawRoutes("10.9.0.1").Links, link => link.A == "r1" && link.B == "r2");

        Assert.Equal((DiagramLinkState.OnRoute, null), (link.State, link.Towards));
    }

    [Fact]
    public void Without_a_routing_protocol_the_routes_are_worked_out_anew_when_told()
    {
        var internet = Internet.Of(SampleNetworks.Ring.Replace(" rip", "")).Cut("r1", "r3");
        Assert.Equal(0, internet.Ping("h1", "h3", 1).Answered);

        internet.Reroute();

        Assert.Equal(1, internet.Ping("h1", "h3", 1).Answered);
        Assert.Contains("via 10.0.12.2", internet.Trace("h1", "h3").ToString());
    }

    [Fact]
    public void The_matrix_finds_a_gateway_that_is_wrong_and_the_mended_network_is_complete()
    {
        var broken = SampleNetworks.TwoLans.Replace("h3 10.0.2.10/24 via 10.0.2.1", "h3 10.0.2.10/24 via 10.0.2.9");
        var matrix = Internet.Of(broken).Connectivity();

        Assert.Equal((6, 2), (matrix.Pairs, matrix.Reached));
        Assert.Equal("h3: no ARP reply for 10.0.2.9", matrix.Why("h3", "h1"));
        Assert.Contains("2 of 6 pairs", matrix.ToString());
        Assert.Contains("✗", matrix.ToHtml());
        Assert.True(Internet.Of(SampleNetworks.TwoLans).Connectivity().IsComplete);
    }

    [Fact]
    public void Each_protocol_of_chapter_two_brings_everything_in_order_through_a_lossy_network()
    {
        var data = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 4000).Select(i => $"{i} ")));
        Assert.All(ReliableProtocol.All, protocol =>
        {
            var internet = Internet.Of(SampleNetworks.TwoLans.Replace("delay 5ms", "delay 5ms loss 5% rate 2Mbit/s"), seed: 5);
            var transfer = internet.Transfer("h1", "h3", data, protocol, new ProtocolOptions { Window = 8 });

            Assert.Null(transfer.Failure);
            Assert.True(transfer.IsIntact);
            Assert.InRange(transfer.Retransmissions, 1, 200);
        });
    }

    [Fact]
    public void A_transfer_outlives_a_cut_while_the_routes_heal() => Assert.All(ReliableProtocol.All, protocol =>
    {
        var data = Enumerable.Range(0, 40_000).Select(i => (byte)(i * 7)).ToArray();
        var internet = Internet.Of(SampleNetworks.Ring)
            .RunFor(TimeSpan.FromMinutes(1))
            .CutAfter(TimeSpan.FromMilliseconds(20), "r1", "r3");

        var options = new ProtocolOptions { Window = 4, Timeout = TimeSpan.FromSeconds(1), MaxTries = 100 };
        var transfer = internet.Transfer("h1", "h3", data, protocol, options);

        Assert.Null(transfer.Failure);
        Assert.True(transfer.IsIntact);
        Assert.InRange(transfer.Retransmissions, 1, 400);
        Assert.InRange(transfer.Duration, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)); // of simulated time
    });

    [Fact]
    public void A_transfer_to_whom_nothing_gets_is_given_up_and_says_so_in_one_sentence()
    {
        var transfer = Internet.Of(SampleNetworks.TwoLans).Cut("r1", "r2").Transfer("h1", "h3", new byte[5000]);

        Assert.NotNull(transfer.Failure);
        Assert.Equal(0, transfer.Delivered.Length);
        Assert.DoesNotContain("..", transfer.ToString());
    }

    [Fact]
    public void Downloads_beside_each_other_are_told_apart_and_share_the_link()
    {
        var network = SampleNetworks.TwoLans.Replace("delay 5ms", "delay 5ms rate 10Mbit/s queue 20");
        var internet = Internet.Of(network).Record("r1", "r2");
        var flows = new[] { "h1", "h2", "h1" }
            .Select(from => internet.StartDownload(from, "h3", TimeSpan.FromSeconds(10)))
            .ToList();
        internet.RunFor(TimeSpan.FromSeconds(10));

        // What each flow says has been acknowledged is what went over the link for it: no segment counts for two.
        Assert.InRange(flows.Sum(flow => flow.BitsPerSecond) / 10e6, 0.85, 0.98);
        Assert.All(flows, flow => Assert.InRange(flow.BitsPerSecond / 10e6, 0.1, 0.7));
        Assert.InRange(flows.Sum(flow => flow.Retransmissions), 1, 600);
        var carried = internet.Recorded("r1", "r2").Packets
            .Where(packet => packet.Bytes.Length > 1400)
            .GroupBy(packet => Convert.ToHexString(packet.Bytes.Span[34..38]))
            .ToList();
        Assert.Equal(3, carried.Count);
    }

    [Fact]
    public void A_long_queue_makes_everybody_wait_and_the_download_gains_nothing()
    {
        var bloat = Bufferbloat.Measure([15, 200], TimeSpan.FromSeconds(20));

        TimeSpan Late(int i) => bloat.Pings[i].Pings.Replies
            .Where(reply => reply.Sent > TimeSpan.FromSeconds(6))
            .Max(reply => reply.RoundTrip ?? TimeSpan.Zero);
        Assert.True(Late(1) > 4 * Late(0), $"{Late(0)} and {Late(1)}");
        Assert.All(bloat.Downloads, download => Assert.InRange(download.Share, 0.8, 1));
        // Theory gives a bound, and a close one: the download does fill the queue.
        Assert.All(bloat.Pings, run => Assert.InRange(run.Pings.Longest!.Value / Bufferbloat.Longest(run.Queue), 0.5, 1));
    }

    [Fact]
    public void Slow_start_fills_a_long_queue_and_after_the_loss_the_wait_grows_slowly()
    {
        var bloat = Bufferbloat.Measure([15, 200], TimeSpan.FromSeconds(30));

        (TimeSpan Sent, double Ms)[] Answers(int run) =>
        [
            .. bloat.Pings[run].Pings.Replies
                .Where(reply => reply.RoundTrip is not null)
                .Select(reply => (reply.Sent, reply.RoundTrip!.Value.TotalMilliseconds)),
        ];
        int Falls((TimeSpan Sent, double Ms)[] answers) =>
            answers.Zip(answers.Skip(1)).Count(pair => pair.Second.Ms < pair.First.Ms - 20);

        var (few, many) = (Answers(0), Answers(1));
        Assert.InRange(many.MaxBy(answer => answer.Ms).Sent, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));
        var slope = many.Where(answer => answer.Sent > TimeSpan.FromSeconds(7)).ToArray();
        Assert.Equal(0, Falls(slope));
        Assert.InRange(slope[^1].Ms - slope[0].Ms, 100, 400);
        // The short queue is full again and again: teeth.
        Assert.InRange(Falls(few), 15, 60);
    }

    [Fact]
    public void Delay_and_loss_are_what_the_theory_of_queues_says()
    {
        var delay = QueueingDelay.Measure([0.5, 0.8, 1.2], [10], packets: 60_000);

        Assert.All(delay.Points, point =>
        {
            Assert.InRange(point.MeanDelay / point.PredictedDelay, 0.94, 1.06);
            Assert.InRange(point.Loss - point.PredictedLoss, -0.01, 0.01);
        });
        // Far from full, unlimited room and this much room are the same.
        Assert.InRange(Mm1.MeanTime(QueueingDelay.Service, 0.3, 50) / Mm1.MeanTime(QueueingDelay.Service, 0.3), 0.999, 1.001);
    }

    [Fact]
    public void The_same_seed_runs_the_same_to_the_last_byte()
    {
        byte[] Run(int seed)
        {
            var network = SampleNetworks.Ring.Replace("delay 1ms", "delay 1ms loss 3% rate 1Mbit/s queue 5");
            var internet = Internet.Of(network, seed).Record("r1", "r2").Record("r1", "r3");
            internet.StartDownload("h1", "h3", TimeSpan.FromSeconds(20));
            internet.CutAfter(TimeSpan.FromSeconds(8), "r1", "r3").RunFor(TimeSpan.FromSeconds(40));
            var file = new MemoryStream();
            internet.Recorded("r1", "r2").Write(file);
            internet.Recorded("r1", "r3").Write(file);
            return file.ToArray();
        }

        var first = Run(3);
        Assert.True(first.Length > 10_000);
        Assert.Equal(first, Run(3));
        Assert.NotEqual(first, Run(4));
    }

    [Fact]
    public void Random_networks_are_complete_and_every_ping_takes_the_shortest_way() =>
        Gen.Select(Gen.Int[2, 9], Gen.Int[0, 6], Gen.Int).Sample((routers, more, seed) =>
        {
            var graph = NetworkGraph.Random(routers, Math.Min(routers - 1 + more, routers * (routers - 1) / 2), seed);
            var internet = Internet.Of(InternetSample.Text(graph));

            Assert.True(internet.Connectivity().IsComplete);
            var paths = Dijkstra.From(graph, "n1");
            foreach (var node in graph.Nodes.Skip(1))
            {
                var way = internet.Traceroute("h1", "h" + node[1..]).Hops.SkipLast(1).Select(hop => hop.Name!).ToList();
                Assert.Equal(paths.Distance(node), way.Zip(way.Skip(1), (a, b) => graph.Link(a, b).Cost).Sum());
            }
        }, iter: 15);
}
