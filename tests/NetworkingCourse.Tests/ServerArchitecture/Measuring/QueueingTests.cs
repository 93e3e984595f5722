using CsCheck;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class QueueingTests
{
    private static readonly TimeSpan Service = TimeSpan.FromMilliseconds(10);

    [Theory]
    // Textbook values: for one worker, the load itself; for two at half load, one third.
    [InlineData(1, 0.3, 0.3)]
    [InlineData(1, 0.9, 0.9)]
    [InlineData(2, 0.5, 1.0 / 3)]
    [InlineData(2, 0.8, 2 * 0.64 / 1.8)]
    public void Erlang_s_C_is_as_in_the_textbook(int workers, double load, double busy) =>
        Assert.Equal(busy, Queueing.ErlangC(workers, load), 9);

    [Fact]
    public void With_one_worker_it_is_the_formula_of_Pollaczek_and_Khinchine() => Gen.Double[0, 0.99].Sample(load =>
        Assert.Equal(
            Service.TotalSeconds * (1 + (load / (2 * (1 - load)))),
            Queueing.MeanLatency(Service, 1, load).TotalSeconds,
            tolerance: 1e-6));

    [Fact]
    public void Latency_rises_with_the_load_and_falls_with_the_workers() =>
        Gen.Select(Gen.Int[1, 40], Gen.Double[0, 0.97], Gen.Double[0.001, 0.02]).Sample((workers, load, more) =>
        {
            var latency = Queueing.MeanLatency(Service, workers, load);
            Assert.True(latency >= Service);
            Assert.True(Queueing.MeanLatency(Service, workers, load + more) >= latency);
            Assert.True(Queueing.MeanLatency(Service, workers + 1, load) <= latency);
        });

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(1, 0.8)]
    [InlineData(4, 0.5)]
    [InlineData(4, 0.8)]
    [InlineData(16, 0.9)]
    public void A_long_replay_of_chance_arrivals_comes_to_what_theory_says(int workers, double load)
    {
        var arrivals = ArrivalTimes.Of(
            Arrivals.Random,
            load * workers / Service.TotalSeconds,
            TimeSpan.FromSeconds(4000.0 / workers));

        var replayed = Queueing.Replay(arrivals, Service, workers).Mean;

        Assert.Equal(1, replayed / Queueing.MeanLatency(Service, workers, load), 0.06);
    }

    [Fact]
    public void Clients_that_arrive_together_make_the_staircase_of_the_workers() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 12]).Sample((clients, workers) =>
        {
            var replayed = Queueing.Replay([.. Enumerable.Repeat(TimeSpan.Zero, clients)], Service, workers);
            var options = new ServerOptions { Think = Service, Workers = workers };
            var predicted = Prediction.For(Architecture.Threaded, options, clients);
            Assert.Equal(predicted.Latencies, replayed.Sorted);
        });

    [Fact]
    public void Even_arrivals_are_evenly_apart_and_chance_ones_keep_the_rate()
    {
        Assert.Equal(
            Enumerable.Range(0, 10).Select(i => TimeSpan.FromMilliseconds(100 * i)),
            ArrivalTimes.Of(Arrivals.Even, 10, TimeSpan.FromSeconds(0.999)));
        var random = ArrivalTimes.Of(Arrivals.Random, 1000, TimeSpan.FromSeconds(100));
        Assert.Equal(100_000, random.Count, 2_000.0);
        Assert.Equal(random.Order(), random);
        Assert.Equal(random, ArrivalTimes.Of(Arrivals.Random, 1000, TimeSpan.FromSeconds(100)));
    }

    [Fact]
    public void A_load_that_no_queue_survives_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Queueing.MeanLatency(Service, 1, 1));
}
