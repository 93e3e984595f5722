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
    public void The_trie_is_measured_too() => Assert.Contains("5,000 look-ups", NetworkScale.MeasureTrie(prefixes: 2000, lookups: 5000).ToString());
}
