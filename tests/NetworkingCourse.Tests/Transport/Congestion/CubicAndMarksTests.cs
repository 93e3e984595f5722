using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Congestion;

public sealed class CubicAndMarksTests
{
    private static readonly LinkOptions Path = new() { BitsPerSecond = 40e6, QueueLimit = 60 };

    private static readonly FlowOptions Flow = new() { RoundTrip = TimeSpan.FromSeconds(0.1), Threshold = 100 };

    [Fact]
    public void The_function_begins_at_7_tenths_and_is_flat_at_the_loss()
    {
        var function = new CubicFunction();

        function.Lost(100);

        Assert.Equal(70, function.Target(0), 6);
        Assert.Equal(100, function.Target(Math.Cbrt(75)), 6); // K = (100 · 0.3 / 0.4)^(1/3), RFC 9438, section 4.2
    }

    [Fact]
    public void Fast_convergence_levels_off_lower_but_begins_where_the_window_is()
    {
        var function = new CubicFunction();

        function.Lost(200);
        function.Lost(100);

        Assert.Equal(70, function.Target(0), 6);
        Assert.Equal(85, function.Target(Math.Cbrt(37.5)), 6);
    }

    [Fact]
    public void Cubic_fills_a_long_path_sooner()
    {
        var (additive, cubic) = (Run(Flow), Run(Flow with { Cubic = () => new CubicFunction() }));

        Assert.True(cubic.ReachedAt(cubic.Pipe()) < additive.ReachedAt(additive.Pipe()) / 2);
    }

    [Fact]
    public void A_flow_that_understands_marks_loses_nothing()
    {
        var (dropped, marked) = (Marked(ecn: false), Marked(ecn: true));

        Assert.Equal(0, marked.Retransmissions[0]);
        Assert.True(dropped.Retransmissions[0] > 0);
        Assert.True(marked.Throughput(0) > 0.95 * dropped.Throughput(0));
    }

    private static FlowsRun Run(FlowOptions flow) => Bottleneck.Share(TimeSpan.FromSeconds(60), Path, [flow], samples: 600);

    private static FlowsRun Marked(bool ecn) => Bottleneck.Share(
        TimeSpan.FromSeconds(30),
        new LinkOptions { BitsPerSecond = 10e6, QueueLimit = 33 },
        [new FlowOptions { Threshold = 33, Ecn = ecn }],
        markAbove: 30);
}
