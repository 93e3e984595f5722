using NetworkingCourse.Network;

namespace NetworkingCourse.Tests.Network;

public sealed class NetworkScaleTests
{
    [Fact]
    public void A_small_one_of_the_large_networks_converges_and_carries_all_packets()
    {
        var scale = NetworkScale.Measure(routers: 60, links: 120, hops: 20_000);

        Assert.True(scale.IsRight);
        Assert.Equal(6, scale.Steps.Count);
        Assert.Contains("60 routers, 60 hosts, 180 links", scale.ToString());
        Assert.Contains("3,540 routes", scale.ToString()); // 60 times 59
    }

    [Fact]
    public void A_network_converges_by_packets_of_RIP_alone()
    {
        var scale = NetworkScale.MeasureRip(routers: 40, links: 60, seed: 3);

        Assert.True(scale.IsRight);
        Assert.Contains("40 routers, 40 hosts, 100 links", scale.ToString());
        Assert.Matches("packets with [0-9,]+ entries, in [0-9]+ s of simulated time", scale.ToString());
    }

    [Fact]
    public void The_trie_is_measured_too() =>
        Assert.Contains("5,000 lookups", NetworkScale.MeasureTrie(prefixes: 2000, lookups: 5000).ToString());
}
