using System.Diagnostics;
using NetworkingCourse.Figures;
using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Edges;

[Collection(Alone.Name)]
public class EdgesTests
{
    private const int Much = 200_000;
    private const int SmallBuffers = 4096;

    [NeedsFact(Need.Linux)]
    public async Task An_accept_queue_that_is_full_lets_nobody_in_until_somebody_is_accepted()
    {
        await using var listener = QuietListener.Start(1, TestServers.FreshName("quiet"));
        var knocks = await listener.ConnectManyAsync(3, TimeSpan.FromSeconds(0.2));
        Assert.Equal([true, true, false], knocks.All.Select(knock => knock.WasPrompt));
        Assert.Equal(2, listener.Waiting);

        await listener.AcceptAsync();
        await listener.AcceptAsync();
        await knocks.SettleAsync();
        // It waits until its system tries again: nobody tells it that there is room now.
        Assert.True(await knocks.All[2].Connected > await knocks.All[1].Connected);
    }

    [Fact]
    public async Task A_quiet_listener_that_has_stopped_still_tells_where_it_listened()
    {
        var listener = QuietListener.Start(1, TestServers.FreshName("quiet"));
        var (endPoint, text) = (listener.EndPoint, listener.ToString());

        await listener.StopAsync();

        Assert.Equal(endPoint, listener.EndPoint);
        Assert.Equal(text, listener.ToString());
    }

    [Fact]
    public async Task Both_writing_first_come_to_a_standstill_when_the_buffers_are_full()
    {
        var deadlock = await Deadlock.RunAsync(ReadWriteOrder.BothWriteFirst, Much, SmallBuffers, TimeSpan.FromSeconds(0.3));

        Assert.False(deadlock.IsFinished);
        Assert.InRange(deadlock.Client.Written, 1, Much - 1);
        Assert.InRange(deadlock.Server.Written, 1, Much - 1);
        Assert.Equal((0, 0), (deadlock.Client.Read, deadlock.Server.Read));
        Assert.Contains("deadlock", deadlock.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReadWriteOrder.OneReadsFirst, Much)]
    [InlineData(ReadWriteOrder.PieceByPiece, Much)]
    [InlineData(ReadWriteOrder.ReadWhileWriting, Much)]
    [InlineData(ReadWriteOrder.BothWriteFirst, 1000)] // everything fits into the buffers: no failure
    public async Task Each_of_the_three_ways_out_brings_both_to_the_end(ReadWriteOrder order, int bytes)
    {
        var deadlock = await Deadlock.RunAsync(order, bytes, SmallBuffers);

        Assert.True(deadlock.IsFinished, deadlock.ToString());
    }

    [Fact]
    public async Task Two_small_writes_with_nagle_take_many_times_as_long_as_without()
    {
        var measured = await SmallWrites.MeasureAsync(16);

        Assert.Equal([16, 16, 16], measured.Ways.Select(way => way.Latencies.Count));
        if (OperatingSystem.IsLinux())
        {
            // 40 ms against tens of microseconds.
            Assert.True(measured.Ways[0].Median > measured.Ways[1].Median * 5, measured.ToString());
            Assert.True(measured.Ways[0].Median > measured.Ways[2].Median * 5, measured.ToString());
        }

        Assert.Equal(16, measured.Chart().Panels[0].Series[0].Points.Count);
    }

    [Fact]
    public async Task While_nobody_reads_the_sender_gets_rid_of_what_fits_into_the_buffers_and_no_more()
    {
        var measured = await FlowControl.MeasureAsync(Much, TimeSpan.FromSeconds(0.1), 16_384);

        Assert.Equal((Much, Much), (measured.Sent[^1].Bytes, measured.Read[^1].Bytes));
        Assert.InRange(measured.SentDuringPause, 4096, Much - 1);
        Assert.Equal(0, measured.Read[0].Bytes);
        // By another clock, a timer may fire a moment early.
        Assert.True(measured.Read[0].Time >= measured.Pause * 0.9, measured.ToString());
        Assert.All(
            measured.Sent.Zip(measured.Sent.Skip(1)),
            pair => Assert.True(pair.First.Bytes < pair.Second.Bytes && pair.First.Time <= pair.Second.Time));
        // The last piece was sent long after the pause, when the receiver had made room.
        Assert.True(measured.Sent[^1].Time > measured.Read[0].Time);
        Assert.Equal([Role.Measured, Role.Measured, Role.Limit], measured.Chart().Panels[0].Series.Select(series => series.Role));
        // It stood still while nobody was reading.
        var (from, to) = measured.Standstill;
        Assert.All(measured.Sent, moment => Assert.False(moment.Time > from && moment.Time < to));
        Assert.All(
            measured.Sent.Zip(measured.Sent.Skip(1)),
            pair => Assert.True(pair.Second.Time - pair.First.Time <= to - from));
    }

    [Fact]
    public async Task The_receiver_works_as_long_on_a_piece_as_it_says()
    {
        const int pieces = 40;
        var (best, attempts) = (double.PositiveInfinity, 0);
        while (best > 1.5 && attempts++ < 3)
        {
            var measured = await FlowControl.MeasureAsync(pieces * FlowControl.Piece, TimeSpan.FromSeconds(0.02));
            var start = Stopwatch.GetTimestamp();
            using var work = new PreciseDelay(FlowControl.WorkPerPiece, CancellationToken.None);
            for (var piece = 0; piece < pieces; piece++)
            {
                await work.WaitAsync();
            }

            // In the same run, so that whatever else the machine does affects both.
            best = Math.Min(best, measured.PerPiece * pieces / Stopwatch.GetElapsedTime(start));
        }

        Assert.InRange(best, 0.5, 1.5);
    }
}
