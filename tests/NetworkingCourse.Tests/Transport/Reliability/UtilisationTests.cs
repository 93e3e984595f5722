using CsCheck;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Reliability;

public sealed class UtilisationTests
{
    [Fact]
    public void Without_loss_it_is_what_the_formula_says_for_every_window_and_delay() =>
        Gen.Select(Gen.Int[1, 25], Gen.Int[1, 40], Gen.OneOfConst([.. ReliableProtocol.All])).Sample(
            (window, delay, protocol) =>
            {
                var transfer = protocol.Send(1500, Options(delay, 0) with { Window = window });
                Assert.Equal(0, transfer.Retransmissions);
                Assert.InRange(transfer.Utilisation / PredictedUtilisation.Of(transfer)!.Value, 0.98, 1.01);
            },
            iter: 40);

    [Fact]
    public void
        With_loss_it_is_near_what_the_formula_says_of_Go_Back_N_and_stop_and_wait_and_selective_repeat_keeps_below_its_bound() =>
        Gen.Select(Gen.Int[1, 25], Gen.Double[0.02, 0.3], Gen.Int, Gen.OneOfConst([.. ReliableProtocol.All])).Sample(
            (window, loss, seed, protocol) =>
            {
                var transfer = protocol.Send(6000, Options(10, loss) with { Window = window, Seed = seed });
                Assert.True(transfer.IsIntact && transfer.Failure is null, transfer.ToString());
                if (PredictedUtilisation.Of(transfer) is { } predicted)
                {
                    Assert.InRange(transfer.Utilisation / predicted, 0.8, 1.2);
                }
                else
                {
                    // Chance may spare a few more than expected.
                    var bound = PredictedUtilisation.Bound(transfer.Options, window);
                    Assert.InRange(transfer.Utilisation, 0.3 * bound, 1.05 * bound);
                }
            },
            iter: 60);

    [Fact]
    public void The_chart_has_theory_beside_the_simulation()
    {
        var measured = UtilisationByWindow.Measure(new TransferOptions(), [1, 4, 8], [0, 0.05], segments: 200);

        var chart = measured.Chart();

        Assert.Equal(["nothing is lost", "5 % of the data are lost"], chart.Panels.Select(panel => panel.Title));
        Assert.Equal([1, 3, 3, 101], chart.Panels[0].Series.Select(series => series.Points.Count));
        Assert.Equal(Role.Predicted, chart.Panels[0].Series[^1].Role);
        Assert.Equal(14, Assert.IsType<UtilisationByWindow>(measured).Runs.Count);
    }

    [Fact]
    public void A_ladder_shows_every_segment_and_what_became_of_it()
    {
        var options = new TransferOptions
        {
            Forward = new TransferOptions().Forward with
            {
                Script = LinkScript.Of("drop the 2nd; corrupt the 3rd; duplicate the 4th"),
            },
        };
        var transfer = ReliableProtocol.SelectiveRepeat.Send(5, options);

        var ladder = transfer.Ladder();

        Assert.Equal(transfer.Messages.Count + 1, ladder.Messages.Count);
        Assert.Equal(
            [("data 1", MessageKind.Lost), ("data 2", MessageKind.Corrupted)],
            ladder.Messages
                .Where(m => m.Kind is MessageKind.Lost or MessageKind.Corrupted)
                .Select(m => (m.Label, m.Kind)));
        Assert.Contains(ladder.Messages, m => m.Label == "data 3, copy");
        Assert.Equal(2, ladder.Messages.Count(m => m.Kind == MessageKind.Repeated));
        Assert.Equal(
            ["corrupted", "data 3 is kept"],
            ladder.Notes.Where(note => note.Party == "receiver").Select(note => note.Text).Take(2));
        Assert.Equal(2, ladder.Notes.Count(note => note.Text == "timeout"));
        Assert.Contains("complete and in order", ladder.ToString());
        Assert.NotEmpty(ladder.ToHtml());
    }

    [Fact]
    public void Round_trips_are_drawn_with_their_timeout()
    {
        var options = new TransferOptions { AdaptiveTimeout = true, MinTimeout = TimeSpan.Zero };
        var transfer = ReliableProtocol.StopAndWait.Send(50, options);
        var series = transfer.RoundTrips().Panels[0].Series;
        Assert.Equal(50, series[0].Points.Count);
        Assert.All(series[0].Points, point => Assert.Equal(24.048, point.Y, 3));
        Assert.Equal(101, series[2].Points.Count);
        Assert.Equal(3, series.Count); // no timer expired
    }

    [Fact]
    public void Where_a_timer_went_off_the_doubled_timeout_is_marked_and_nowhere_else()
    {
        var link = new TransferOptions().Forward with { Jitter = TimeSpan.FromMilliseconds(20) };
        var transfer = ReliableProtocol.StopAndWait.Send(100, new TransferOptions
        {
            Forward = link,
            AdaptiveTimeout = true,
            MinTimeout = TimeSpan.FromMilliseconds(20),
            Change = (TimeSpan.FromSeconds(2), link with { Delay = TimeSpan.FromMilliseconds(100) }),
        });
        var series = transfer.RoundTrips().Panels[0].Series;
        var timeouts = series.Single(one => one.Name == "timeout").Points;
        var doubled = series.Single(one => one.Name == "a timer expired").Points;
        // At each step, the staircase has the value before and the value after.
        var steps = timeouts.Zip(timeouts.Skip(1)).Where(pair => pair.First.X == pair.Second.X).ToList();

        Assert.Equal(transfer.Notes.Count(note => note.Text == "timeout"), doubled.Count);
        Assert.All(doubled, mark =>
            Assert.Contains(steps, step => step.Second == mark && Math.Abs(step.Second.Y - (2 * step.First.Y)) < 1e-6));
        Assert.True(steps.Count(step => step.Second.Y > step.First.Y) > doubled.Count); // it also rises where no timer expired
    }

    [Fact]
    public void A_segments_bytes_are_shown_field_by_field_and_harm_is_named()
    {
        var bytes = Segment.WithData(258, "Hi"u8.ToArray()).ToBytes();
        var view = Segment.View(bytes);
        Assert.Equal(("258", "fits"), (view.Field("number").Value, view.Field("checksum").Meaning));
        Assert.Contains("does NOT fit", Segment.View(Bits.Flip(bytes, 0.9)).Field("checksum").Meaning);
        Assert.Contains("'number' at offset 2", Segment.View(bytes.AsMemory(0, 3)).Note);
        Assert.Empty(Segment.View(default).Bytes.ToArray());
    }

    private static TransferOptions Options(int delay, double loss)
    {
        var link = new LinkOptions { BitsPerSecond = 1e6, Delay = TimeSpan.FromMilliseconds(delay) };
        var options = new TransferOptions { Forward = link with { Loss = loss }, Reverse = link, MaxTries = 1000 };
        return options with { Timeout = 1.5 * options.Cycle };
    }
}
