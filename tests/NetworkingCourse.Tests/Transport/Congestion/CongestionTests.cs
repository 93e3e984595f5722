using CsCheck;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Congestion;

public sealed class CongestionTests
{
    // 10 Mbit/s and 40 ms hold 33 segments; the queue holds as many again.
    private static readonly LinkOptions Link = new() { BitsPerSecond = 10e6, QueueLimit = 33 };

    [Fact]
    public void A_window_doubles_then_grows_by_one_and_is_cut_as_the_RFC_says()
    {
        var window = new CongestionWindow(threshold: 8);
        double[] sizes = [.. Enumerable.Range(0, 6).Select(_ => RoundTrip(window))];
        Assert.Equal([2, 4, 8], sizes[..3]);
        Assert.InRange(sizes[3], 8.9, 9.1);
        Assert.InRange(sizes[5], 10.6, 11);
        Assert.Equal(CongestionPhase.CongestionAvoidance, window.Phase);

        window.Lost(flightSize: 11);
        Assert.Equal((5.5, 5.5, CongestionPhase.Recovery), (window.Size, window.Threshold, window.Phase));
        window.Acknowledged(100);
        Assert.Equal(5.5, window.Size);
        window.Recovered();
        Assert.Equal(CongestionPhase.CongestionAvoidance, window.Phase);

        window.TimedOut(flightSize: 6);
        Assert.Equal((1, 3, CongestionPhase.SlowStart), (window.Size, window.Threshold, window.Phase));
        window.Lost(flightSize: 1);
        Assert.Equal(2, window.Size);
    }

    [Fact]
    public void A_receiver_wants_the_first_that_it_does_not_have_whatever_the_order() =>
        Gen.Int[0, 40].Array[0, 200].Sample(segments =>
        {
            var (receiver, had) = (new FlowReceiver(), new HashSet<long>());
            foreach (var segment in segments)
            {
                had.Add(segment);
                var wanted = Enumerable.Range(0, 100).Select(i => (long)i).First(i => !had.Contains(i));
                Assert.Equal(wanted, receiver.Receive(segment));
            }
        });

    [Fact]
    public void One_flow_with_a_queue_as_long_as_the_way_keeps_the_link_busy_and_its_teeth_are_where_theory_puts_them() =>
        Gen.Int[1, 1000].Sample(
            seed =>
            {
                var run = Bottleneck.Share(TimeSpan.FromSeconds(60), Link, [new FlowOptions()], seed, samples: 3000);
                var settled = run.Samples.Where(sample => sample.At > TimeSpan.FromSeconds(10)).ToArray();
                Assert.InRange(run.Throughput(0, TimeSpan.FromSeconds(10)) / 10e6, 0.97, 1.02);
                Assert.InRange(settled.Max(sample => sample.Windows[0]) / run.Overflow, 0.93, 1.07);
                Assert.InRange(settled.Min(sample => sample.Windows[0]) / run.Overflow, 0.43, 0.57);
                Assert.Contains(settled, sample => sample.Phases[0] == CongestionPhase.Recovery);
            },
            iter: 10);

    [Fact]
    public void A_short_queue_leaves_the_link_idle_now_and_then()
    {
        var with = Bottleneck.Share(TimeSpan.FromSeconds(40), Link, [new FlowOptions()]);
        var without = Bottleneck.Share(TimeSpan.FromSeconds(40), Link with { QueueLimit = 3 }, [new FlowOptions()]);
        var start = TimeSpan.FromSeconds(10);
        Assert.InRange(without.Throughput(0, start) / with.Throughput(0, start), 0.65, 0.93);
    }

    [Fact]
    public void Two_equal_flows_end_in_equal_shares_even_if_one_came_first() => Gen.Int[1, 1000].Sample(
        seed =>
        {
            FlowOptions[] flows = [new FlowOptions(), new FlowOptions { Starts = TimeSpan.FromSeconds(10) }];
            var run = Bottleneck.Share(TimeSpan.FromSeconds(120), Link, flows, seed);
            Assert.InRange(run.Throughput(0, until: TimeSpan.FromSeconds(10)) / 10e6, 0.8, 1);
            Assert.InRange(run.Fairness(TimeSpan.FromSeconds(40)), 0.97, 1);
            var throughput = run.Throughput(0, TimeSpan.FromSeconds(40)) + run.Throughput(1, TimeSpan.FromSeconds(40));
            Assert.InRange(throughput / 10e6, 0.95, 1.02);
        },
        iter: 10);

    [Fact]
    public void The_flow_with_the_shorter_way_gets_more()
    {
        var near = new FlowOptions { RoundTrip = TimeSpan.FromMilliseconds(20) };
        var far = new FlowOptions { RoundTrip = TimeSpan.FromMilliseconds(120) };
        var run = Bottleneck.Share(TimeSpan.FromSeconds(120), Link, [near, far]);
        var start = TimeSpan.FromSeconds(20);
        Assert.True(run.Throughput(0, start) > 1.3 * run.Throughput(1, start), run.ToString());
        Assert.InRange(run.Fairness(TimeSpan.FromSeconds(20)), 0.5, 0.98);
    }

    [Fact]
    public void On_a_link_that_loses_and_harms_by_chance_everything_still_arrives_and_the_same_seed_is_the_same_run() =>
        Gen.Select(Gen.Double[0, 0.05], Gen.Double[0, 0.02], Gen.Int).Sample(
            (loss, corruption, seed) =>
            {
                var link = Link with { Loss = loss, Corruption = corruption, Duplication = 0.05 };
                FlowOptions[] flows = [new FlowOptions(), new FlowOptions()];
                var one = Bottleneck.Share(TimeSpan.FromSeconds(20), link, flows, seed);
                var other = Bottleneck.Share(TimeSpan.FromSeconds(20), link, flows, seed);
                Assert.Equal(one.ToString(), other.ToString());
                Assert.Equal(one.Samples.Select(sample => sample.Windows[0]), other.Samples.Select(sample => sample.Windows[0]));
                Assert.All(one.Samples[^1].Delivered, count => Assert.True(count > 20, one.ToString()));
            },
            iter: 30);

    [Fact]
    public void The_index_of_fairness_is_what_Jain_says() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20], Gen.Double[0.1, 1000]).Sample((some, others, share) =>
        {
            double[] shares = [.. Enumerable.Repeat(share, some), .. Enumerable.Repeat(0.0, others)];
            Assert.Equal((double)some / (some + others), Fairness.Jain(shares), 9);
            Assert.Equal(1, Fairness.Jain([.. Enumerable.Repeat(share, some)]), 9);
            double[] uneven = [.. Enumerable.Range(1, some + others).Select(i => share * i)];
            Assert.InRange(Fairness.Jain(uneven), 1.0 / uneven.Length, 1);
            Assert.Throws<ArgumentException>(() => Fairness.Jain(0, 0));
        });

    [Fact]
    public void Its_charts_have_theory_beside_the_measurement()
    {
        var one = Bottleneck.Share(TimeSpan.FromSeconds(10), Link, [new FlowOptions()]);
        FlowOptions[] flows = [new FlowOptions(), new FlowOptions { Starts = TimeSpan.FromSeconds(2) }];
        var two = Bottleneck.Share(TimeSpan.FromSeconds(10), Link, flows);
        Assert.Equal(4, one.Windows().Panels[0].Series.Count);
        Assert.Equal(400, one.Windows().Panels[0].Series[0].Points.Count);
        Assert.Equal(2, two.Shares().Panels.Count);
        Assert.Equal(5, two.Shares().Panels[0].Series[^1].Points[0].Y);
        Assert.Equal(321, two.Phases().Panels[0].Series[0].Points.Count);
        Assert.Throws<ArgumentException>(() =>
            Bottleneck.Share(TimeSpan.FromSeconds(1), LinkOptions.Perfect, [new FlowOptions()]));
    }

    private static double RoundTrip(CongestionWindow window)
    {
        window.Acknowledged((int)window.Size);
        return window.Size;
    }
}
