using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Congestion;

public sealed class RecoveryTests
{
    private static readonly RecoveryOptions OneLoss = new() { Script = "drop the 4th" };

    [Fact]
    public void Fast_retransmit_repairs_a_loss_without_a_timeout()
    {
        var run = Recovery.Run(OneLoss);

        Assert.Equal((1, 0), (run.Retransmissions, run.Timeouts));
        Assert.True(run.Duration < 5 * Recovery.RoundTrip, $"{run.Duration}");
        Assert.Contains("segment 3 is taken for lost", run.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_it_the_sender_waits_for_its_timer()
    {
        var run = Recovery.Run(OneLoss with { FastRetransmit = false });

        Assert.Equal(1, run.Timeouts);
        Assert.True(run.Duration > Recovery.MinTimeout, $"{run.Duration}");
    }

    [Fact]
    public void A_partial_acknowledgment_repairs_the_second_hole() =>
        Assert.Equal((2, 0), Of(OneLoss with { Script = "drop the 4th and 7th" }));

    [Fact]
    public void The_last_segment_has_only_the_timer() =>
        Assert.Equal((1, 1), Of(new RecoveryOptions { Segments = 6, Script = "drop the 6th" }));

    [Theory]
    [InlineData(10, 3, 3)]
    [InlineData(3, 64, 9)]
    public void The_smaller_window_limits_what_is_in_flight(int congestion, int receive, int maxInFlight)
    {
        var run = Recovery.Run(new RecoveryOptions { Segments = 12, CongestionWindow = congestion, ReceiveWindow = receive });

        Assert.InRange(run.MaxInFlight, congestion < receive ? congestion : receive, maxInFlight);
        Assert.Equal(12, run.Messages.Count(message => message.IsSegment));
    }

    [Fact]
    public void A_decision_of_ones_own_is_asked() =>
        Assert.Equal(1, Recovery.Run(OneLoss with { Own = () => new Never() }).Timeouts);

    private static (int Retransmissions, int Timeouts) Of(RecoveryOptions options)
    {
        var run = Recovery.Run(options);
        return (run.Retransmissions, run.Timeouts);
    }

    private sealed class Never : OwnDuplicateAcks
    {
        public override bool Arrived(Acknowledgment ack) => false;
    }
}
