using CsCheck;
using NetworkingCourse.Simulation;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Links;

public sealed class SimulatedLinkTests
{
    private const int Count = 200;

    private static readonly Gen<LinkOptions> Misbehaving =
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Int[0, 30], Gen.Int[0, 30])
            .Select((loss, duplication, corruption, reordering, delay, jitter) => new LinkOptions
            {
                Loss = loss,
                Duplication = duplication,
                Corruption = corruption,
                Reordering = reordering,
                Delay = Milliseconds(delay),
                Jitter = Milliseconds(jitter),
                BitsPerSecond = delay % 2 == 0 ? 1e6 : null,
                QueueLimit = jitter,
            });

    [Fact]
    public void What_arrives_is_what_its_crossing_said() => Gen.Select(Misbehaving, Gen.Int).Sample((options, seed) =>
    {
        var (sent, received) = Run(options, seed);
        var expected = sent
            .SelectMany(crossing => ((TimeSpan?[])[crossing.Arrives, crossing.CopyArrives])
                .OfType<TimeSpan>()
                .Select(time => (time, crossing.Number)))
            .Order();
        Assert.Equal(expected, received.Select(arrival => (arrival.Time, arrival.Datagram.Number)).Order());
        Assert.Equal(received.Select(arrival => arrival.Time).Order(), received.Select(arrival => arrival.Time));
        Assert.All(received, arrival => Assert.Equal(
            sent[arrival.Datagram.Number - 1].Outcome.HasFlag(LinkOutcome.Corrupted),
            arrival.Datagram.FlippedBits() == 1));
    });

    [Fact]
    public void The_same_seed_does_the_same() => Gen.Select(Misbehaving, Gen.Int).Sample((options, seed) =>
        Assert.Equal(Run(options, seed).Sent, Run(options, seed).Sent));

    [Fact]
    public void More_loss_only_loses_more_and_a_script_changes_nothing_for_those_it_does_not_name() =>
        Gen.Select(Misbehaving, Gen.Int, Gen.Int[1, Count]).Sample((options, seed, number) =>
        {
            options = options with { BitsPerSecond = null };
            var (before, _) = Run(options, seed);
            var (lossy, _) = Run(options with { Loss = (options.Loss + 1) / 2 }, seed);
            var (scripted, _) = Run(options with { Script = LinkScript.Of($"drop the {number}th") }, seed);

            Assert.All(before.Where(crossing => crossing.IsLost), crossing => Assert.True(lossy[crossing.Number - 1].IsLost));
            Assert.All(
                lossy.Where(crossing => !crossing.IsLost),
                crossing => Assert.Equal(before[crossing.Number - 1], crossing));
            Assert.True(scripted[number - 1].IsLost);
            Assert.Equal(
                before.Where(crossing => crossing.Number != number),
                scripted.Where(crossing => crossing.Number != number));
        });

    [Fact]
    public void Chance_is_as_probable_as_it_was_set() => Gen.Int.Sample(
        seed =>
        {
            var options = new LinkOptions { Loss = 0.2, Duplication = 0.1, Corruption = 0.3, Reordering = 0.15 };
            var (sent, _) = Run(options, seed, count: 5000);
            var arrived = sent.Where(crossing => !crossing.IsLost).ToArray();
            // Six standard deviations: 0.034 of the 5000, and not much more of those that arrived.
            Assert.InRange(arrived.Length / 5000.0, 0.766, 0.834);
            Assert.InRange(Share(LinkOutcome.Duplicated), 0.07, 0.13);
            Assert.InRange(Share(LinkOutcome.Corrupted), 0.256, 0.344);
            Assert.InRange(Share(LinkOutcome.HeldBack), 0.115, 0.185);

            double Share(LinkOutcome fate) => (double)arrived.Count(crossing => crossing.Outcome.HasFlag(fate)) / arrived.Length;
        },
        iter: 10);

    [Fact]
    public void Without_jitter_and_reordering_the_order_is_kept() => Gen.Select(Misbehaving, Gen.Int).Sample((options, seed) =>
    {
        var (_, received) = Run(options with { Jitter = TimeSpan.Zero, Reordering = 0 }, seed);
        Assert.Equal(
            received.Select(arrival => arrival.Datagram.Number).Order(),
            received.Select(arrival => arrival.Datagram.Number));
    });

    [Fact]
    public void A_rate_spaces_what_it_sends_and_the_queue_has_so_much_room_and_no_more()
    {
        var simulator = new Simulator();
        var arrivals = new List<TimeSpan>();
        // 100 bytes at 80,000 bits a second: 10 ms each.
        var link = new SimulatedLink<Probe>(
            simulator,
            new LinkOptions { BitsPerSecond = 80_000, QueueLimit = 3, Delay = Milliseconds(5) },
            _ => arrivals.Add(simulator.Now));

        var crossings = Enumerable.Range(1, 6).Select(number => link.Send(new Probe(number, 100))).ToArray();

        Assert.Equal(
            [false, false, false, false, true, true],
            crossings.Select(crossing => crossing.Outcome == LinkOutcome.QueueFull));
        Assert.Equal((4, Milliseconds(40)), (link.Queued, link.Busy));
        simulator.RunUntil(Milliseconds(20));
        Assert.Equal(2, link.Queued);
        link.Send(new Probe(7, 100));
        simulator.Run();
        Assert.Equal(new double[] { 15, 25, 35, 45, 55 }.Select(Milliseconds), arrivals);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void What_is_no_probability_is_refused(double loss)
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => Run(new LinkOptions { Loss = loss }, 1));
        Assert.Equal("Loss", refusal.ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => Run(new LinkOptions { BitsPerSecond = 0 }, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Run(new LinkOptions { Delay = Milliseconds(-1) }, 1));
    }

    [Fact]
    public void Options_say_what_they_do()
    {
        Assert.Equal("perfect", LinkOptions.Perfect.ToString());
        Assert.Equal(
            "delay 5.0 ms, loss 10 %, 1.5 Mbit/s, room for 50, drop 2nd",
            new LinkOptions
            {
                Delay = Milliseconds(5),
                Loss = 0.1,
                BitsPerSecond = 1.5e6,
                Script = LinkScript.Of("drop the 2nd"),
            }.ToString());
    }

    private static (IReadOnlyList<LinkCrossing> Sent, IReadOnlyList<(TimeSpan Time, Probe Datagram)> Received) Run(
        LinkOptions options,
        int seed,
        int count = Count)
    {
        var (simulator, received, sent) = (new Simulator(seed), new List<(TimeSpan, Probe)>(), new List<LinkCrossing>());
        var link = new SimulatedLink<Probe>(simulator, options, datagram => received.Add((simulator.Now, datagram)));
        for (var i = 1; i <= count; i++)
        {
            var number = i;
            simulator.After(Milliseconds(number), () => sent.Add(link.Send(new Probe(number, 100))));
        }

        simulator.Run();
        return (sent, received);
    }

    private static TimeSpan Milliseconds(double count) => TimeSpan.FromMilliseconds(count);

    private sealed record Probe(int Number, int Bytes) : IDatagram<Probe>
    {
        public byte[] Content { get; init; } = new byte[Bytes];

        public int FlippedBits() => Content.Sum(part => byte.PopCount(part));

        public Probe WithFlippedBit(double position) => this with { Content = Bits.Flip(Content, position) };
    }
}
