using CsCheck;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Reliability;

public sealed class ReliableProtocolTests
{
    // Links that corrupt, lose and repeat segments but keep their order: there, the fewest sequence numbers must be enough.
    private static readonly Gen<LinkOptions> InOrder =
        Gen.Select(Gen.Double[0, 0.999], Gen.Double[0, 0.5], Gen.Double[0, 0.5], Gen.Int[1, 30], Gen.Bool)
            .Select((loss, corruption, duplication, delay, hasRate) => new LinkOptions
            {
                Loss = loss,
                Corruption = corruption,
                Duplication = duplication,
                Delay = Milliseconds(delay),
                BitsPerSecond = hasRate ? 1e6 : null,
            });

    private static readonly Gen<LinkOptions> OutOfOrder =
        Gen.Select(InOrder, Gen.Double[0, 0.5], Gen.Int[0, 100]).Select((link, reordering, jitter) => link with
        {
            Reordering = reordering,
            HoldBack = Milliseconds(jitter),
            Jitter = Milliseconds(jitter),
        });

    public static TheoryData<string> Names => [.. ReliableProtocol.All.Select(protocol => protocol.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_sent_arrives_once_and_in_order_or_there_is_a_clear_failure(string name) =>
        Gen.Select(InOrder, InOrder, Gen.Int[1, 5], Gen.Int[1, 40], Gen.Int, Gen.Bool)
            .Sample((there, back, bits, segments, seed, adaptive) =>
            {
                var protocol = Find(name);
                Holds(protocol.Send(segments, new TransferOptions
                {
                    Forward = there,
                    Reverse = back,
                    SequenceBits = bits,
                    FirstNumber = (seed & 0xFF) % (1 << bits),
                    Window = protocol.LargestWindow(bits),
                    Seed = seed,
                    AdaptiveTimeout = adaptive,
                    MinTimeout = Milliseconds(5),
                    SegmentBytes = 20,
                    MaxTries = 20,
                }));
            });

    [Fact]
    public void A_byte_stream_arrives_as_it_was_sent_although_it_is_cut_anew_when_it_is_sent_again() =>
        Gen.Select(OutOfOrder, OutOfOrder, Gen.Int[1, 12], Gen.Int[1, 40], Gen.Int)
            .Sample((there, back, window, segments, seed) =>
            {
                var stream = ReliableProtocol.ByteStream(Exercises.Reassemble.Reference);
                var transfer = stream.Send(segments, new TransferOptions
                {
                    Forward = there with { Loss = there.Loss / 2 },
                    Reverse = back with { Loss = back.Loss / 2 },
                    FirstNumber = 65_535 - (seed & 0xFF),
                    Window = window,
                    Seed = seed,
                    SegmentBytes = 20,
                    MaxTries = 1000,
                });
                Assert.True(transfer.IsIntact, transfer.ToString());
            });

    [Fact]
    public void What_is_sent_again_in_a_byte_stream_overlaps_with_what_is_kept()
    {
        var options = new TransferOptions { Window = 4, Timeout = Milliseconds(40), SegmentBytes = 100 };
        var lossy = options with { Forward = options.Forward with { Script = LinkScript.Of("drop the 2nd") } };
        var transfer = ReliableProtocol.ByteStream(Exercises.Reassemble.Reference).Send(5, lossy);

        Assert.True(transfer.IsIntact);
        Assert.Contains(transfer.Messages, message => message is { Try: > 1, Segment: { Number: 100, Data.Length: 150 } });
        Assert.True(transfer.Deliveries.Count < 5);
    }

    [Fact]
    public void A_receiver_of_the_learners_takes_the_place_of_the_courses()
    {
        var own = ReliableProtocol.SelectiveRepeat.WithReceiver(Exercises.KeepEarly.Reference, "mine");
        var options = new TransferOptions { Forward = new LinkOptions { Script = LinkScript.Of("drop the 3rd") } };

        Assert.True(own.Send(8, options).IsIntact);
        Assert.Equal("mine", own.Name);
        Assert.Throws<InvalidOperationException>(
            () => ReliableProtocol.SelectiveRepeat.WithReceiver(given => new Silent(given)).Send(1));
    }

    [Fact]
    public void A_copy_of_a_segment_that_is_kept_already_is_thrown_away_and_acknowledged_again()
    {
        var receiver = new SelectiveRepeatReceiver(new TransferOptions { Window = 4 });
        var early = Segment.WithData(1, "early"u8.ToArray());

        Assert.IsType<Keep>(receiver.Received(early)[0]);
        var again = receiver.Received(early);

        Assert.IsType<Discard>(again[0]);
        Assert.Equal(1, Assert.IsType<Transmit>(again[1]).Segment.Number);
        Assert.Equal(2, again.Count);
        Assert.Equal(2, receiver.Received(Segment.WithData(0, "first"u8.ToArray())).OfType<Deliver>().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void So_it_does_when_segments_overtake_each_other_if_there_are_numbers_enough(string name) =>
        Gen.Select(OutOfOrder, OutOfOrder, Gen.Int[1, 20], Gen.Int[1, 40], Gen.Int[0, 65_535], Gen.Int)
            .Sample((there, back, window, segments, first, seed) =>
            {
                var options = new TransferOptions
                {
                    Forward = there,
                    Reverse = back,
                    Window = window,
                    FirstNumber = Math.Max(first, 65_500),
                    Seed = seed,
                    SegmentBytes = 20,
                    MaxTries = 20,
                };
                Holds(Find(name).Send(segments, options));
            });

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_is_the_same_run(string name) =>
        Gen.Select(OutOfOrder, OutOfOrder, Gen.Int).Sample((there, back, seed) =>
        {
            var options = new TransferOptions { Forward = there, Reverse = back, Seed = seed };
            var (one, other) = (Find(name).Send(20, options), Find(name).Send(20, options));
            Assert.Equal(Trace(one), Trace(other));
            Assert.Equal((one.Duration, one.Failure, one.ToString()), (other.Duration, other.Failure, other.ToString()));
        });

    [Theory]
    [InlineData("stop-and-wait", 1)]
    [InlineData("Go-Back-N", 3)]
    [InlineData("selective repeat", 3)]
    public void Numbers_wrap_many_times_over(string name, int bits)
    {
        var transfer = Find(name).Send(1000, Lossy(0.2) with { SequenceBits = bits, Window = Find(name).LargestWindow(bits) });
        Assert.True(transfer.IsIntact && transfer.Failure is null, transfer.ToString());
        Assert.Equal(
            Enumerable.Range(0, 1 << bits),
            transfer.Messages.Where(m => m.IsFromSender).Select(m => m.Segment.Number).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void On_a_dead_link_it_gives_up_after_its_tries_and_says_so(string name)
    {
        var transfer = Find(name).Send(5, Lossy(1) with { MaxTries = 4, FirstNumber = 7 });
        Assert.Equal("Segment 7 was sent 4 times, and never acknowledged.", transfer.Failure);
        Assert.Equal(4, transfer.Messages.Count(m => m.Segment.Number == 7));
        Assert.Empty(transfer.Deliveries);
        Assert.Equal(4 * new TransferOptions().Timeout, transfer.Duration);
    }

    [Fact]
    public void After_one_loss_Go_Back_N_repeats_its_window_and_selective_repeat_one_segment()
    {
        var there = new TransferOptions().Forward with { Script = LinkScript.Of("drop the 3rd") };
        var options = new TransferOptions { Window = 4, Forward = there };
        Assert.Equal([2, 3, 4, 5], Repeated(ReliableProtocol.GoBackN.Send(12, options)));
        Assert.Equal([2], Repeated(ReliableProtocol.SelectiveRepeat.Send(12, options)));
        Assert.Equal([2], Repeated(ReliableProtocol.StopAndWait.Send(12, options)));
    }

    [Fact]
    public void A_lost_acknowledgment_costs_Go_Back_N_nothing_if_a_later_one_comes_in_time()
    {
        var back = new TransferOptions().Reverse with { Script = LinkScript.Of("drop the 2nd and 3rd") };
        var options = new TransferOptions { Window = 4, Reverse = back };
        Assert.Empty(Repeated(ReliableProtocol.GoBackN.Send(12, options)));
        Assert.Equal([1, 2], Repeated(ReliableProtocol.SelectiveRepeat.Send(12, options)));
    }

    [Fact]
    public void A_window_of_more_than_half_the_numbers_is_refused_and_rightly_so()
    {
        // Two bits, three segments under way: all of them arrive, and all acknowledgments are lost.
        var back = new TransferOptions().Reverse with { Script = LinkScript.Of("drop the 1st to 3rd") };
        var options = new TransferOptions { SequenceBits = 2, Window = 3, Reverse = back };

        var refusal = Assert.Throws<ArgumentException>(() => ReliableProtocol.SelectiveRepeat.Send(8, options));
        Assert.Contains("a window of at most 2", refusal.Message);
        var ambiguous = ReliableProtocol.SelectiveRepeat.Send(8, options with { CheckWindow = false });
        Assert.Null(ambiguous.Failure);
        Assert.False(ambiguous.IsIntact);
        Assert.Contains("WRONG", ambiguous.ToString());
        Assert.True(ReliableProtocol.SelectiveRepeat.Send(8, options with { Window = 2 }).IsIntact);
        Assert.Throws<ArgumentException>(() =>
            ReliableProtocol.GoBackN.Send(8, options with { Window = 4, CheckWindow = false }));
    }

    [Theory]
    [InlineData("stop-and-wait", 1)]
    [InlineData("Go-Back-N", 5)]
    [InlineData("selective repeat", 5)]
    public void The_widths_of_numbers_and_windows_go_together(string name, int window) =>
        Assert.ThrowsAny<ArgumentException>(() =>
            Find(name).Send(3, new TransferOptions { SequenceBits = window == 1 ? 17 : 2, Window = window }));

    private static void Holds(Transfer transfer)
    {
        Assert.True(
            transfer.Delivered.Span.SequenceEqual(transfer.Data.Span[..transfer.Delivered.Length]),
            "What was delivered is not the beginning of what was sent.");
        if (transfer.Failure is null)
        {
            Assert.True(transfer.IsIntact, transfer.ToString());
        }
        else
        {
            Assert.Matches(@"^Segment \d+ was sent 20 times, and never acknowledged\.$", transfer.Failure);
            Assert.Contains(transfer.Messages, message => message.Try == 20);
        }

        Assert.InRange(transfer.MaxUnacknowledged, 1, transfer.Options.Window);
        Assert.All(transfer.Messages, message => Assert.InRange(message.Try, 1, 20));
        // Counted from outside too: what has been sent for the first time and not yet delivered cannot be acknowledged either.
        var sent = 0;
        foreach (var message in transfer.Messages.Where(message => message.IsFromSender && message.Try == 1))
        {
            sent++;
            Assert.InRange(sent - transfer.Deliveries.Count(time => time <= message.Crossing.Sent), 1, transfer.Options.Window);
        }
    }

    private static TransferOptions Lossy(double loss) => new()
    {
        Forward = new TransferOptions().Forward with { Loss = loss },
        Reverse = new TransferOptions().Reverse with { Loss = loss },
        SegmentBytes = 20,
        MaxTries = 60,
    };

    private static IEnumerable<(bool, SegmentKind, int, int, LinkCrossing)> Trace(Transfer transfer) =>
        transfer.Messages.Select(message =>
            (message.IsFromSender, message.Segment.Kind, message.Segment.Number, message.Try, message.Crossing));

    private static IEnumerable<int> Repeated(Transfer transfer)
    {
        Assert.True(transfer.IsIntact && transfer.Failure is null, transfer.ToString());
        return transfer.Messages.Where(message => message.Try > 1).Select(message => message.Segment.Number);
    }

    private static ReliableProtocol Find(string name) => ReliableProtocol.All.Single(protocol => protocol.Name == name);

    private static TimeSpan Milliseconds(double count) => TimeSpan.FromMilliseconds(count);

    private sealed class Silent(ProtocolOptions options) : ReliableReceiver(options)
    {
        public override IReadOnlyList<ProtocolAction> Received(Segment segment) => null!;
    }
}
