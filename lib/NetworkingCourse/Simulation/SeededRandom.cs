using System.Numerics;

namespace NetworkingCourse.Simulation;

/// <summary>
/// Random numbers that depend on a seed and nothing else: the same on every machine, and in every version of .NET, which does not promise that of
/// its own. The generator is xoshiro256** by David Blackman and Sebastiano Vigna, its state filled by SplitMix64 as they advise.
/// </summary>
public sealed class SeededRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <param name="seed">What it begins with.</param>
    /// <param name="stream">Which of the sequences that this seed has; they have nothing to do with each other.</param>
    public SeededRandom(int seed, int stream = 0)
    {
        var state = ((ulong)(uint)stream << 32) | (uint)seed;
        (_s0, _s1, _s2, _s3) = (SplitMix(ref state), SplitMix(ref state), SplitMix(ref state), SplitMix(ref state));
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number from 0 up to, and not including, 1.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number from 0 up to, and not including, <paramref name="limit"/>.</summary>
    public int Below(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return (int)Math.BigMul(NextBits(), (ulong)limit, out _);
    }

    /// <summary>True with this probability. It takes one number, whatever the probability is.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A time from 0 up to, and not including, <paramref name="limit"/>, all equally likely.</summary>
    public TimeSpan Upto(TimeSpan limit) => limit * NextDouble();

    /// <summary>A time until the next of events that come at random, so and so far apart on average (exponentially distributed).</summary>
    public TimeSpan Exponential(TimeSpan mean) => mean * -Math.Log(1 - NextDouble());

    private static ulong SplitMix(ref ulong state)
    {
        var mixed = state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
