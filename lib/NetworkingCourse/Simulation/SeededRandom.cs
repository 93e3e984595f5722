using System.Numerics;

namespace NetworkingCourse.Simulation;

/// <summary>
/// A generator of random numbers that depend only on a seed: they are the same on every machine and in every version of .NET,
/// which <see cref="Random"/> does not guarantee. The algorithm is xoshiro256** by David Blackman and Sebastiano Vigna, with
/// its state initialized by SplitMix64 as they recommend.
/// </summary>
public sealed class SeededRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <param name="seed">The seed.</param>
    /// <param name="stream">The number of one of the seed's sequences, which are independent of each other.</param>
    public SeededRandom(int seed, int stream = 0)
    {
        var state = ((ulong)(uint)stream << 32) | (uint)seed;
        (_s0, _s1, _s2, _s3) = (SplitMix(ref state), SplitMix(ref state), SplitMix(ref state), SplitMix(ref state));
    }

    /// <summary>Returns the next 64 bits.</summary>
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

    /// <summary>Returns a number of at least 0 and less than 1.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Returns an integer of at least 0 and less than <paramref name="limit"/>.</summary>
    public int Below(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return (int)Math.BigMul(NextBits(), (ulong)limit, out _);
    }

    /// <summary>Returns true with this probability. Each call consumes one number, whatever the probability.</summary>
    public bool NextBool(double probability) => NextDouble() < probability;

    /// <summary>Returns a uniformly distributed time of at least 0 and less than <paramref name="limit"/>.</summary>
    public TimeSpan NextUpTo(TimeSpan limit) => limit * NextDouble();

    /// <summary>
    /// Returns an exponentially distributed time with this mean: the time until the next of events that occur at random.
    /// </summary>
    public TimeSpan Exponential(TimeSpan mean) => mean * -Math.Log(1 - NextDouble());

    private static ulong SplitMix(ref ulong state)
    {
        var mixed = state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
