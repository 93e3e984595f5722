using NetworkingCourse.Checking;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.6: the fewest prefixes that contain the same addresses.</summary>
    public static AggregateExercise Aggregate { get; } = new();
}

/// <summary>The learner replaces prefixes with the same next hop by the fewest that contain exactly the same addresses.</summary>
public sealed class AggregateExercise : CaseExercise<AggregateExercise.Answer, IReadOnlyList<Prefix>>
{
    private const int RandomCases = 60;

    // How often a random block is halved at most. In a few prefixes, a mistake shows itself as it is.
    private const int Depth = 4;
    private const int SmallDepth = 2;

    internal AggregateExercise()
        : base(new ExerciseText(
            "3-network/6-forwarding.ipynb", "3.6", 2, nameof(Exercises.Aggregate),
            "Fewer prefixes for the same addresses",
            "All prefixes in `prefixes` are IPv4 and have the same next hop. They come in any order, may lie in one another, and "
                + "may occur more than once; their lengths are 0 to 32. Return the fewest prefixes that contain exactly the same "
                + "addresses, in the order of their addresses: `10.0.2.0/24` before `10.0.10.0/24`. For no prefixes, return "
                + "none.",
            [
                "What can be left out without losing an address? And when are two prefixes the halves of one? They have the "
                    + "same length, and `Prefix.Of(…, length - 1)` is the same for both. Two halves make a whole, which may "
                    + "itself be half of something.",
                "Walk through `prefixes.Order()` and keep the result in a list. If its last prefix contains the next one, skip "
                    + "that; otherwise add it. Then, *while* the last two in the list are halves of one prefix, put that in "
                    + "their place. `Prefix.Of(last.Network, last.Length - 1)` is the whole; a length of 0 has none.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="prefixes">IPv4 prefixes with the same next hop, in any order.</param>
    /// <returns>The fewest prefixes that contain the same addresses and no others, in order (RFC 4632, section 4).</returns>
    public delegate IReadOnlyList<Prefix> Answer(IReadOnlyList<Prefix> prefixes);

    /// <inheritdoc/>
    public override int Minutes => 20;

    internal override Answer Reference => prefixes => Merged(Outermost(prefixes).Distinct().Order(), AreHalves);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "merges neighbours that are no halves",
            "Your method merges two prefixes of the same length because one begins where the other ends. `10.0.1.0/24` and "
                + "`10.0.2.0/24` are such neighbours, but no prefix of 23 bits contains both: a prefix of n addresses begins at "
                + "a multiple of n. Your result contains addresses to which you had no route, and has lost others: packets for "
                + "these are dropped. Two prefixes are halves only if `Prefix.Of(…, length - 1)` is the same for both.",
            prefixes => Merged(Outermost(prefixes).Distinct().Order(), (low, high) =>
                low.Length == high.Length && low.Last.Bits + 1 == high.Network.Bits)),
        new(
            "merges only once",
            "Your method makes two prefixes of four, and stops there. A prefix that you have just made may itself be half of "
                + "another one: four /26 are two /25, and these are one /24. The table stays longer than it needs to be. Go on "
                + "until nothing changes any more.",
            prefixes =>
            [
                .. Outermost(prefixes).Distinct().Order().GroupBy(prefix => prefix.Length == 0 ? prefix : Whole(prefix))
                    .SelectMany(alike => alike.Count() == 2 ? [alike.Key] : alike.AsEnumerable()),
            ]),
        new(
            "keeps prefixes that lie in others",
            "Your method keeps a prefix although a shorter one contains it. Both have the same next hop, so the router sends the "
                + "packets the same way without the longer one. In the Internet's table, many prefixes lie in shorter "
                + "ones. Leave out each prefix that another one contains.",
            prefixes => Merged(prefixes.Distinct().Order(), AreHalves)),
        new(
            "keeps a prefix twice",
            "Your method returns the same prefix twice. A router may hear of a prefix from several neighbours, and one entry is "
                + "enough for it. A copy is not a *longer* prefix, so it is not found by a comparison of lengths with `>`. Use "
                + "`Distinct()`, or skip whatever the last prefix that you kept contains: it also contains its copy.",
            prefixes => Merged(Outermost(prefixes).Order(), AreHalves)),
        new(
            "takes two copies for two halves",
            "Your method merges a prefix with a copy of itself. Both lie in the same shorter prefix, but they are the same half "
                + "of it, and the other half is missing. Your router then attracts packets for addresses to which it has no way, "
                + "and drops them. Remove copies first, or check that the two prefixes differ.",
            prefixes => Merged(Outermost(prefixes).Order(), (low, high) =>
                AreHalves(low, high) || (low == high && low.Length > 0))),
        new(
            "does not sort",
            "Your method compares each prefix with the one before it, and leaves them in the order in which they come. Routers "
                + "learn prefixes in any order: the two halves of a prefix may be far apart in the list, and so may a prefix and "
                + "the one that contains it. Sort them first: in `prefixes.Order()`, a prefix comes before all others that it "
                + "contains, and halves are neighbours.",
            prefixes => Merged(Outermost(prefixes).Distinct(), AreHalves)),
        new(
            "sorts only at the end",
            "Your result is in order, but your method looks for halves among neighbours in the order in which the prefixes come. "
                + "Routers learn prefixes in any order, so it misses halves that are far apart in the list. Sort before you "
                + "merge, not after it.",
            prefixes => [.. Merged(Outermost(prefixes).Distinct(), AreHalves).Order()]),
        new(
            "orders by length",
            "Your prefixes are the right ones, but in the order of their lengths. The task asks for the order of addresses, so "
                + "that two tables can be compared line by line. `Order()` sorts prefixes by address.",
            prefixes => [.. Merged(Outermost(prefixes).Distinct().Order(), AreHalves).OrderBy(prefix => prefix.Length)]),
        new(
            "returns one prefix around everything",
            "Your method returns one prefix that contains everything. It also contains addresses that were in no prefix "
                + "before. If your router announces it, packets for these come too, and it has no way for them: it may even "
                + "send them back to where they come from, in a loop. (A router that announces such a prefix on purpose has to "
                + "drop these packets: RFC 4632, section 5.1.) Merge only what is complete.",
            prefixes => prefixes.Count == 0 ? [] : [Around(prefixes)]),
        new(
            "merges prefixes of different lengths",
            "Your method merges a prefix with a longer one, because both lie in the same shorter prefix. Together they do not "
                + "fill it: `10.0.0.0/24` and `10.0.1.0/25` are three quarters of `10.0.0.0/23`. The last quarter may belong to "
                + "another network, and you would take its packets. Two halves have the same length.",
            prefixes => Merged(Outermost(prefixes).Distinct().Order(), (low, high) =>
                low.Length > 0 && Whole(low).Contains(high))),
        new(
            "never makes a /0",
            "Your method does not merge two prefixes of one bit. `0.0.0.0/1` and `128.0.0.0/1` are the halves of `0.0.0.0/0`, "
                + "the prefix of the default route, and it needs only one entry. Lengths that can be merged are 32 down to 1: "
                + "the loop or the comparison has to include the 1.",
            prefixes => Merged(Outermost(prefixes).Distinct().Order(), (low, high) => low.Length > 1 && AreHalves(low, high))),
        new(
            "looks for the whole of a /0",
            "Your method asks for the prefix that is one bit shorter than `0.0.0.0/0`. There is none: the default route has no "
                + "fixed bits, and is half of nothing. `Prefix.Of` throws an exception for a length of -1. Check that the length "
                + "is above 0 first.",
            prefixes =>
            {
                var merged = Merged(Outermost(prefixes).Distinct().Order(), AreHalves);
                return [.. merged.Where(prefix => Whole(prefix).Contains(prefix))];
            }),
    ];

    private protected override IEnumerable<IReadOnlyList<Prefix>> Cases(Random random)
    {
        string[] cases =
        [
            "10.0.0.0/24 10.0.1.0/24", "10.0.0.0/24 10.0.2.0/24", "10.0.1.0/24 10.0.2.0/24", "10.0.0.0/24 10.0.1.0/25",
            "192.0.2.0/26 192.0.2.64/26 192.0.2.128/26 192.0.2.192/26", "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24",
            "10.0.0.128/25 10.0.1.0/24", "10.1.0.0/16 10.1.2.0/24", "10.1.0.0/16 10.1.0.0/16", "10.0.10.0/24 10.0.2.0/24",
            "10.0.3.0/24 10.0.0.0/24 10.0.2.0/24 10.0.1.0/24", "10.1.2.0/24 10.1.0.0/16 10.1.3.0/24",
            "10.0.0.0/26 10.0.0.64/26 10.0.0.128/25 10.0.1.0/24", "10.0.0.0/24 10.0.1.0/25 10.0.1.128/26 10.0.1.192/26",
            "10.0.0.0/25 10.0.0.128/25 10.0.0.0/24", "192.0.2.0/32 192.0.2.1/32", "255.255.255.254/32 255.255.255.255/32",
            "0.0.0.0/32 255.255.255.255/32", "0.0.0.0/1 128.0.0.0/1", "10.0.0.0/8 0.0.0.0/0", "192.0.2.0/24",
        ];
        foreach (var prefixes in cases)
        {
            yield return [.. prefixes.Split(' ').Select(Prefix.Parse)];
        }

        yield return [];
        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomPrefixes(random);
        }
    }

    private protected override object? Apply(Answer answer, IReadOnlyList<Prefix> arguments) => answer([.. arguments])?.ToArray();

    private protected override string Describe(IReadOnlyList<Prefix> arguments) => arguments.Count == 0
        ? "called it with no prefixes"
        : $"called it with `{string.Join(", ", arguments)}`";

    // Some parts of a block, and now and then a copy of one, or a part of one.
    private static Prefix[] RandomPrefixes(Random random)
    {
        var address = Address.V4((uint)random.NextInt64(1L << 32));
        var block = random.Next(8) switch
        {
            0 => Prefix.Of(address, 0),
            1 => Prefix.Of(Address.V4(uint.MaxValue), 32 - Depth),
            _ => Prefix.Of(address, random.Next(8, 33 - Depth)),
        };
        List<Prefix> prefixes = [];
        AddParts(random, block, random.Next(6) == 0 ? Depth : SmallDepth, prefixes);
        if (prefixes.Count > 0 && random.Next(4) == 0)
        {
            var prefix = prefixes[random.Next(prefixes.Count)];
            var length = Math.Min(32, prefix.Length + random.Next(3));
            prefixes.Add(random.GetItems([.. prefix.Split(length)], 1)[0]);
        }

        Prefix[] inAnyOrder = [.. prefixes];
        random.Shuffle(inAnyOrder);
        return inAnyOrder;
    }

    private static void AddParts(Random random, Prefix block, int depth, List<Prefix> parts)
    {
        if (depth > 0 && random.Next(5) > 0)
        {
            foreach (var half in block.Split(block.Length + 1))
            {
                AddParts(random, half, depth - 1, parts);
            }
        }
        else if (random.Next(3) > 0)
        {
            parts.Add(block);
        }
    }

    private static bool AreHalves(Prefix one, Prefix other) =>
        one.Length == other.Length && one != other && one.Length > 0 && Whole(one).Contains(other);

    // The prefix of which this is a half.
    private static Prefix Whole(Prefix half) => Prefix.Of(half.Network, half.Length - 1);

    // The prefixes that lie in no other one.
    private static IEnumerable<Prefix> Outermost(IReadOnlyList<Prefix> prefixes) =>
        prefixes.Where(prefix => !prefixes.Any(other => other != prefix && other.Contains(prefix)));

    private static List<Prefix> Merged(IEnumerable<Prefix> prefixes, Func<Prefix, Prefix, bool> areHalves)
    {
        List<Prefix> merged = [];
        foreach (var prefix in prefixes)
        {
            merged.Add(prefix);
            while (merged.Count > 1 && areHalves(merged[^2], merged[^1]))
            {
                merged[^2] = Whole(merged[^2]);
                merged.RemoveAt(merged.Count - 1);
            }
        }

        return merged;
    }

    // The longest prefix that contains all of them.
    private static Prefix Around(IReadOnlyList<Prefix> prefixes)
    {
        var around = prefixes[0];
        while (!prefixes.All(around.Contains))
        {
            around = Whole(around);
        }

        return around;
    }
}
