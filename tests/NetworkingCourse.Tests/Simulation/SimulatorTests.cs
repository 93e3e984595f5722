using CsCheck;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Tests.Simulation;

public sealed class SimulatorTests
{
    // Few different times, so that many are equal.
    private static readonly Gen<int[]> Delays = Gen.Int[0, 20].Array[0, 300];

    [Fact]
    public void Events_run_in_the_order_of_their_times_and_equals_in_the_order_of_their_coming() => Delays.Sample(delays =>
    {
        var (simulator, ran) = (new Simulator(), new List<(int Due, int Number)>());
        foreach (var (number, delay) in delays.Index())
        {
            simulator.After(Milliseconds(delay), () => ran.Add(((int)simulator.Now.TotalMilliseconds, number)));
        }

        Assert.Equal(delays.Length, simulator.Run());

        Assert.Equal(delays.Index().OrderBy(pair => pair.Item).Select(pair => (pair.Item, pair.Index)), ran);
        Assert.Equal((0, delays.Length), (simulator.Pending, (int)simulator.EventsRun));
    });

    [Fact]
    public void What_events_put_on_the_list_runs_in_order_too() => Delays.Sample(delays =>
    {
        var (simulator, ran) = (new Simulator(), new List<TimeSpan>());
        // Each event puts two more on the list, like a packet that is forwarded and acknowledged.
        void Branch(int index)
        {
            ran.Add(simulator.Now);
            foreach (var next in (int[])[(2 * index) + 1, (2 * index) + 2])
            {
                if (next < delays.Length)
                {
                    simulator.After(Milliseconds(delays[next]), () => Branch(next));
                }
            }
        }

        Branch(0);
        simulator.Run();

        Assert.Equal(ran.Order(), ran);
        Assert.Equal(Math.Max(1, delays.Length), ran.Count);
    });

    [Fact]
    public void What_is_cancelled_does_not_run_and_all_else_does() =>
        Gen.Select(Gen.Int[0, 20], Gen.Bool).Array[0, 300].Sample(events =>
        {
            var (simulator, ran) = (new Simulator(), new List<int>());
            var timers = events.Index()
                .Select(e => simulator.After(Milliseconds(e.Item.Item1), () => ran.Add(e.Index)))
                .ToArray();

            foreach (var (number, (_, isCancelled)) in events.Index().Where(e => e.Item.Item2))
            {
                Assert.True(simulator.IsPending(timers[number]));
                Assert.True(simulator.Cancel(timers[number]));
                Assert.False(simulator.IsPending(timers[number]));
                Assert.False(simulator.Cancel(timers[number]));
            }

            Assert.Equal(events.Count(e => !e.Item2), simulator.Pending);
            simulator.Run();

            Assert.Equal(events.Index().Where(e => !e.Item.Item2).OrderBy(e => e.Item.Item1).Select(e => e.Index), ran);
            Assert.All(timers, timer => Assert.False(simulator.Cancel(timer)));
        });

    [Fact]
    public void A_list_used_at_random_agrees_with_a_sorted_one() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 30]).Array[0, 500].Sample(operations =>
        {
            // The model: a plain list, sorted whenever something is taken from it.
            var (simulator, ran) = (new Simulator(), new List<int>());
            var (model, expected, timers) = (new List<(long Due, int Number)>(), new List<int>(), new List<SimulatedTimer>());
            foreach (var (what, argument) in operations)
            {
                if (what <= 1)
                {
                    var number = timers.Count;
                    model.Add((simulator.Now.Ticks + Milliseconds(argument).Ticks, number));
                    timers.Add(simulator.After(Milliseconds(argument), () => ran.Add(number)));
                }
                else if (what == 2 && timers.Count > 0)
                {
                    var number = argument % timers.Count;
                    Assert.Equal(model.RemoveAll(entry => entry.Number == number) == 1, simulator.Cancel(timers[number]));
                }
                else
                {
                    if (model.Count > 0)
                    {
                        var next = model.OrderBy(entry => entry).First();
                        model.Remove(next);
                        expected.Add(next.Number);
                        Assert.Equal(next.Due, simulator.NextDue!.Value.Ticks);
                    }

                    simulator.Step();
                }
            }

            Assert.Equal(expected, ran);
            Assert.Equal(model.Count, simulator.Pending);
        });

    [Fact]
    public void A_handle_never_stands_for_a_later_event_that_uses_the_same_place()
    {
        var (simulator, ran) = (new Simulator(), 0);
        var old = simulator.After(Milliseconds(1), () => { });
        simulator.Run();
        var other = simulator.After(Milliseconds(1), () => ran++);

        Assert.False(simulator.Cancel(old));
        Assert.False(simulator.Cancel(default));
        simulator.Run();

        Assert.Equal(1, ran);
        Assert.False(simulator.IsPending(other));
    }

    [Fact]
    public void Running_until_a_time_runs_what_is_due_then_and_sets_the_clock()
    {
        var (simulator, ran) = (new Simulator(), new List<int>());
        foreach (var delay in (int[])[1, 2, 2, 3])
        {
            simulator.After(Milliseconds(delay), () => ran.Add(delay));
        }

        Assert.Equal(3, simulator.RunUntil(Milliseconds(2)));
        Assert.Equal((Milliseconds(2), Milliseconds(3)), (simulator.Now, simulator.NextDue));
        Assert.Equal(0, simulator.RunUntil(Milliseconds(2.5)));
        Assert.Equal(Milliseconds(2.5), simulator.Now);
        Assert.Throws<ArgumentOutOfRangeException>(() => simulator.RunUntil(Milliseconds(2)));
        Assert.Equal([1, 2, 2], ran);
    }

    [Fact]
    public void A_simulation_that_never_ends_is_ended_with_a_clear_failure()
    {
        var simulator = new Simulator();
        void Again() => simulator.After(TimeSpan.Zero, Again);
        Again();

        var failure = Assert.Throws<InvalidOperationException>(() => simulator.Run(maxEvents: 1000));

        Assert.Contains("After 1,000 events", failure.Message);
        Assert.Equal(1000, simulator.EventsRun);
    }

    [Fact]
    public void An_event_cannot_run_the_simulation_nor_be_due_in_the_past()
    {
        var simulator = new Simulator();
        simulator.After(TimeSpan.Zero, () => simulator.Run());

        Assert.Throws<InvalidOperationException>(() => simulator.Run());
        Assert.Throws<ArgumentOutOfRangeException>(() => simulator.After(TimeSpan.FromTicks(-1), () => { }));
        Assert.Equal(0, simulator.Run());
    }

    [Fact]
    public void A_million_hops_make_no_garbage()
    {
        var simulator = new Simulator();
        var hops = new Hops(simulator);
        hops.Begin(1000);
        simulator.RunUntil(Milliseconds(100)); // by then the arrays have grown
        var before = GC.GetAllocatedBytesForCurrentThread();

        simulator.RunUntil(Milliseconds(1100));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        Assert.InRange(hops.Made, 1_000_000, 1_200_000);
    }

    private static TimeSpan Milliseconds(double count) => TimeSpan.FromMilliseconds(count);

    private sealed class Hops(Simulator simulator)
    {
        private readonly SeededRandom _random = simulator.NewRandom();

        public int Made { get; private set; }

        public void Begin(int packets)
        {
            for (var i = 0; i < packets; i++)
            {
                Forward(new object());
            }
        }

        private void Forward(object packet)
        {
            Made++;
            simulator.After(
                TimeSpan.FromTicks(1 + _random.Below(19_999)),
                this,
                packet,
                static (hops, packet) => hops.Forward(packet));
        }
    }
}
