using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>
/// Random tables of IPv4 prefixes, with lengths distributed as in the Internet's routing table: three fifths are /24, and about
/// half lie inside shorter prefixes.
/// </summary>
public static class PrefixSample
{
    // The share of each length in thousandths, rounded, as seen by route collectors such as RIPE RIS and RouteViews in the 2020s.
    private static readonly (int Length, int Share)[] Shares =
    [
        (8, 1), (10, 1), (11, 1), (12, 1), (13, 1), (14, 2), (15, 2), (16, 14), (17, 8), (18, 14), (19, 26), (20, 45),
        (21, 52), (22, 112), (23, 105), (24, 615),
    ];

    /// <summary>Creates random prefixes, all different.</summary>
    /// <param name="count">The number of prefixes; at most a million.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    public static IReadOnlyList<Prefix> Of(int count, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1_000_000);
        var (random, seen, prefixes) = (new SeededRandom(seed), new HashSet<PrefixBits>(), new List<Prefix>(count));
        while (prefixes.Count < count)
        {
            var length = Length(random.Below(Shares.Sum(share => share.Share)));
            // From 1.0.0.0 to 223.255.255.255: the addresses above are multicast and reserved.
            var bits = (uint)(0x01000000 + (long)(random.NextDouble() * (0xE0000000L - 0x01000000)));
            if (prefixes.Count > 0
                && random.NextBool(0.5)
                && prefixes[random.Below(prefixes.Count)] is var outer
                && outer.Length < length)
            {
                bits = outer.Network.ToUInt32() | (bits & ~outer.Mask.ToUInt32());
            }

            var prefix = new PrefixBits(bits & (uint.MaxValue << (32 - length)), (byte)length);
            if (seen.Add(prefix))
            {
                prefixes.Add(prefix.ToPrefix());
            }
        }

        return prefixes;
    }

    /// <summary>Creates addresses to look up: nine out of ten lie in one of the prefixes, the rest anywhere.</summary>
    /// <param name="prefixes">The prefixes.</param>
    /// <param name="count">The number of addresses.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    public static IReadOnlyList<Address> Addresses(IReadOnlyList<Prefix> prefixes, int count, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        return [.. Numbers(prefixes, count, seed).Select(Address.V4)];
    }

    /// <summary>The number of prefixes of each length, as a table.</summary>
    public static Table Lengths(IReadOnlyList<Prefix> prefixes)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        return new Table(
            ["length", "prefixes", "share"],
            prefixes.GroupBy(prefix => prefix.Length).OrderBy(alike => alike.Key)
                .Select(IReadOnlyList<object?> (alike) =>
                [
                    $"/{alike.Key}",
                    InvariantText.Format($"{alike.Count():N0}"),
                    InvariantText.Format($"{100.0 * alike.Count() / prefixes.Count:0.0} %"),
                ]));
    }

    internal static uint[] Numbers(IReadOnlyList<Prefix> prefixes, int count, int seed)
    {
        var (random, numbers) = (new SeededRandom(seed, stream: 1), new uint[count]);
        for (var i = 0; i < count; i++)
        {
            var (bits, inside) = ((uint)(random.NextBits() >> 32), random.NextBool(0.9));
            numbers[i] = inside && prefixes.Count > 0 && prefixes[random.Below(prefixes.Count)] is var prefix
                ? prefix.Network.ToUInt32() | (bits & ~prefix.Mask.ToUInt32())
                : bits;
        }

        return numbers;
    }

    private static int Length(int thousandth)
    {
        var sum = 0;
        foreach (var (length, share) in Shares)
        {
            sum += share;
            if (thousandth < sum)
            {
                return length;
            }
        }

        return 24;
    }
}
