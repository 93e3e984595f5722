using CsCheck;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Tests.Simulation;

public sealed class SeededRandomTests
{
    [Fact]
    public void It_is_the_generator_it_says_it_is()
    {
        // Worked out from the authors' definitions for seed 1: SplitMix64 with state 1, then xoshiro256**.
        var random = new SeededRandom(1);
        Assert.Equal(
            [0xB3F2AF6D0FC710C5UL, 0x853B559647364CEAUL, 0x92F89756082A4514UL],
            [random.NextBits(), random.NextBits(), random.NextBits()]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_another_stream_others() =>
        Gen.Select(Gen.Int, Gen.Int[0, 100]).Sample((seed, stream) =>
        {
            Assert.Equal(Numbers(seed, stream), Numbers(seed, stream));
            Assert.NotEqual(Numbers(seed, stream), Numbers(seed, stream + 1));
            Assert.NotEqual(Numbers(seed, stream), Numbers(unchecked(seed + 1), stream));
        });

    [Fact]
    public void Streams_of_a_simulation_do_not_depend_on_what_is_drawn_from_the_others()
    {
        var (one, other) = (new Simulator(7), new Simulator(7));
        var (first, second) = (one.NewRandom(), one.NewRandom());
        _ = first.NextBits();
        _ = other.NewRandom();
        Assert.Equal(other.NewRandom().NextBits(), second.NextBits());
    }

    [Fact]
    public void Numbers_are_in_their_ranges_and_as_likely_as_they_should_be() => Gen.Int.Sample(
        seed =>
        {
            const int count = 10_000;
            var random = new SeededRandom(seed);
            var below = Enumerable.Range(0, count).Select(_ => random.Below(10)).ToArray();
            Assert.All(below, value => Assert.InRange(value, 0, 9));
            // 180 is six standard deviations of a count with probability 1/10.
            Assert.All(Enumerable.Range(0, 10), value => Assert.InRange(below.Count(x => x == value), 820, 1180));
            Assert.InRange(Enumerable.Range(0, count).Count(_ => random.NextBool(0.25)), 2240, 2760);
            Assert.InRange(Enumerable.Range(0, count).Average(_ => random.NextDouble()), 0.48, 0.52);
            Assert.InRange(
                Enumerable.Range(0, count).Average(_ => random.Exponential(TimeSpan.FromSeconds(1)).TotalSeconds),
                0.94,
                1.06);
            Assert.False(random.NextBool(0));
            Assert.True(random.NextBool(1));
        },
        iter: 20);

    private static ulong[] Numbers(int seed, int stream)
    {
        var random = new SeededRandom(seed, stream);
        return [random.NextBits(), random.NextBits(), random.NextBits()];
    }
}
