using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.9: divide a block of addresses among networks.</summary>
    public static SubnetPlanExercise SubnetPlan { get; } = new();
}

/// <summary>
/// The learner divides a block of addresses among networks. The check builds a small internet by that plan, and lets every host
/// ping every other.
/// </summary>
public sealed class SubnetPlanExercise : Exercise<SubnetPlanExercise.Answer>
{
    private const int Reserved = 3; // the network address, the broadcast address, and the router's
    private const int RandomPlans = 12;
    private const int PlansBuilt = 2;

    private static readonly Mistake<Answer> OnlyHosts = new(
        "counts only the hosts",
        "Your plan has an address for each host and none left over. The first address of a network names the network, the "
            + "last one is for broadcasts, and the router needs one too. So 64 hosts do not fit into a /26: `hosts + 3` "
            + "addresses are needed.",
        (block, hosts) => Plan(block, hosts, count => count));

    private static readonly Mistake<Answer> NoNetworkAddress = new(
        "forgets the network and the broadcast address",
        "Your plan counts the hosts and the router, but not the first and the last address of the network. They belong to no "
            + "machine: one names the network, and what is sent to the other goes to everyone. A prefix of n addresses has "
            + "room for n − 2 machines.",
        (block, hosts) => Plan(block, hosts, count => count + 1));

    private static readonly Mistake<Answer> NoRouter = new(
        "forgets the router",
        "Your plan has room for all hosts, and none for the router. Without an address in the network, the router cannot be "
            + "their gateway, and they reach nobody outside. It counts like a host.",
        (block, hosts) => Plan(block, hosts, count => count + 2));

    private static readonly Mistake<Answer> EqualParts = new(
        "gives every network the same size",
        "Your plan cuts the block into equal parts. The largest network does not fit into its part, while the small ones waste "
            + "most of theirs. Prefixes may have different lengths in one block, so give each network the length that it needs.",
        (block, hosts) => [.. block.Split(block.Length + Length(hosts.Count)).Take(hosts.Count)]);

    private static readonly Mistake<Answer> Overlap = new(
        "lets prefixes overlap",
        "Two of your prefixes share addresses. Packets for these go into one of the two networks, and machines of the other "
            + "never get theirs. A prefix of n addresses begins at a multiple of n: if you put one where the last one ends, "
            + "`Prefix.Of` rounds its beginning down, into the one before. Place the largest networks first, and every "
            + "beginning fits by itself.",
        (block, hosts) =>
        {
            var next = block.Network.ToUInt32();
            return [.. hosts.Select(count =>
            {
                var length = 32 - Length(count + Reserved);
                var prefix = Prefix.Of(Address.V4(next), length);
                next += 1u << (32 - length);
                return prefix;
            })];
        });

    private static readonly Mistake<Answer> RunsOut = new(
        "runs out of the block",
        "Your plan leaves the block: the last addresses are somebody else's, and no packet for them will ever come here. "
            + "There is room if nothing is wasted. Networks in the given order leave gaps, because each has to begin at a "
            + "multiple of its size. Place the largest first. And give no network more addresses than it needs.",
        (block, hosts) =>
        {
            var next = (ulong)block.Network.ToUInt32();
            return [.. hosts.Select(count =>
            {
                var size = 1ul << Length(count + Reserved);
                next = (next + size - 1) / size * size;
                var prefix = Prefix.Of(Address.V4((uint)next), 32 - Length(count + Reserved));
                next += size;
                return prefix;
            })];
        });

    private static readonly Mistake<Answer> IgnoresBlock = new(
        "does not begin where the block begins",
        "Your plan begins at a round address instead of the block's own first one. A block may begin anywhere: `10.7.4.128/25` "
            + "begins at .128. The addresses before it are somebody else's. Begin at `block.Network`.",
        (block, hosts) => Plan(Prefix.Of(Address.V4(block.Network.ToUInt32() & 0xFFFF_0000), block.Length), hosts, Whole));

    private static readonly Mistake<Answer> Sorted = new(
        "returns the prefixes in another order",
        "Your plan is good, but in the wrong order. You have placed the largest network first, and returned the prefixes in that "
            + "order. The first prefix is for the network that was named first. Remember which network each prefix is for.",
        (block, hosts) => [.. Plan(block, hosts, Whole).OrderBy(prefix => prefix.Length)]);

    private static readonly Mistake<Answer> SameSize = new(
        "takes networks of the same size for one",
        "Several networks have the same number of hosts, and your plan does not tell them apart: they get the same prefix, or "
            + "some get none. `IndexOf(count)` finds the first of them each time, and a dictionary with the number of hosts as "
            + "its key has room for only one. Remember the *place* of each network: `hosts.Index()` gives both.",
        (block, hosts) =>
        {
            var plan = Plan(block, hosts, Whole);
            return [.. hosts.Select(count => plan[hosts.ToList().IndexOf(count)])];
        });

    internal SubnetPlanExercise()
        : base(new ExerciseText(
            "3-network/9-nat-and-faults.ipynb", "3.9", 2, nameof(Exercises.SubnetPlan),
            "A subnet plan",
            "An office has a block of addresses and several networks, joined by one router. `hosts` says how many hosts each "
                + "network has. Return one prefix for each, in the same order: in the block, without overlap, and with an "
                + "address for each host and one for the router. The first and the last address of a prefix belong to no "
                + "machine. There is always a plan that fits. The check builds the office in the small internet, and lets the "
                + "hosts at both ends of each network ping all others.",
            [
                "How many addresses does a network with 29 hosts need? The router has one too, and two belong to no machine. "
                    + "Then round up to a power of two: a prefix of length 27 has 32 addresses.",
                "Place the largest network first: `hosts.Index().OrderByDescending(network => network.Item)`. Then each prefix "
                    + "begins where the last one has ended, always at a multiple of its size. Put it into an array of "
                    + "prefixes at `network.Index`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="block">The block of addresses.</param>
    /// <param name="hosts">The number of hosts in each network, at least 1.</param>
    /// <returns>The prefix of each network, in the same order.</returns>
    public delegate IReadOnlyList<Prefix> Answer(Prefix block, IReadOnlyList<int> hosts);

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Answer Reference => (block, hosts) => Plan(block, hosts, Whole);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
        [OnlyHosts, NoNetworkAddress, NoRouter, EqualParts, Overlap, RunsOut, IgnoresBlock, Sorted, SameSize];

    private protected override void Try(Trial trial, Answer answer)
    {
        One(trial, answer, "10.1.0.0/24", [20]);
        One(trial, answer, "10.1.0.0/24", [64]);
        One(trial, answer, "10.1.0.0/24", [63]);
        One(trial, answer, "10.1.0.0/24", [62]);
        One(trial, answer, "10.1.0.0/24", [29]);
        One(trial, answer, "10.1.0.0/24", [100, 50, 25, 10], builds: true);
        One(trial, answer, "10.7.4.128/25", [50, 20]);
        One(trial, answer, "10.1.0.0/24", [1, 10, 100, 50], builds: true);
        One(trial, answer, "10.1.0.0/24", [10, 60, 20, 100]);
        One(trial, answer, "10.1.0.0/24", [61, 61, 61, 61]);
        for (var i = 0; i < RandomPlans; i++)
        {
            var (block, hosts) = RandomOffice(trial.Random);
            One(trial, answer, block.ToString(), hosts, builds: i < PlansBuilt);
        }
    }

    private static void One(Trial trial, Answer answer, string text, int[] hosts, bool builds = false)
    {
        var block = Prefix.Parse(text);
        var what = $"asked for a plan of {block} for networks of {string.Join(", ", hosts)} host{(hosts is [1] ? "" : "s")}";
        var plan = trial.Call(what, () => answer(block, [.. hosts])?.ToArray());
        if (plan is null || plan.Length != hosts.Length)
        {
            trial.Wrong(
                what, new Said(InvariantText.Format($"prefixes: {hosts.Length}")),
                plan is null ? null : new Said(InvariantText.Format($"prefixes: {plan.Length}")));
        }

        Judge(trial, what, block, hosts, plan, builds);
        if (builds)
        {
            Build(trial, what, plan);
        }
        else
        {
            trial.Expect(what, plan, plan);
        }
    }

    private static void Judge(Trial trial, string what, Prefix block, int[] hosts, Prefix[] plan, bool builds)
    {
        var isOutside = Array.Exists(plan, prefix => !block.Contains(prefix));
        var overlapping = plan.SelectMany((one, i) => plan[(i + 1)..], (one, other) => (one, other))
            .FirstOrDefault(pair => pair.one.Contains(pair.other) || pair.other.Contains(pair.one));
        var small = Enumerable.Range(0, hosts.Length).FirstOrDefault(i => plan[i].Count < hosts[i] + Reserved, -1);
        if (small >= 0)
        {
            trial.Wrong(
                what,
                new Said(InvariantText.Format(
                    $"a prefix for {hosts[small]} hosts and the router, which takes {hosts[small] + Reserved} addresses")),
                new Said(InvariantText.Format($"{plan[small]}, which has {plan[small].Count}; the whole plan: {Told(plan)}")),
                WhySmall(hosts, plan, small));
        }

        if (Array.Find(plan, prefix => prefix.IsV6) is { IsV6: true } other)
        {
            trial.Wrong(what, new Said($"prefixes in {block}"), other);
        }

        if (overlapping != default)
        {
            trial.Wrong(
                what, new Said("prefixes that share no address"),
                builds
                    ? Built(plan)
                    : new Said($"{overlapping.one} and {overlapping.other} overlap; the whole plan: {Told(plan)}"),
                IsShared(hosts, plan) ? SameSize : IsRoundedDown(block, hosts, plan) ? Overlap : null);
        }

        if (isOutside)
        {
            var begins = plan.Min();
            trial.Wrong(
                what, new Said($"prefixes in {block}"), plan,
                begins < block && !block.Contains(begins) ? IgnoresBlock : plan.Max().Network > block.Last ? RunsOut : null);
        }
    }

    // What was not counted shows in networks whose sizes are just above a power of two.
    private static Mistake<Answer>? WhySmall(int[] hosts, Prefix[] plan, int small)
    {
        if (plan.Select(prefix => prefix.Length).Distinct().Count() == 1 && hosts.Length > 1)
        {
            return EqualParts;
        }

        int[] needed = [.. hosts.Order()];
        Prefix[] given = [.. plan.OrderByDescending(prefix => prefix.Length)];
        if (Enumerable.Range(0, needed.Length).All(i => given[i].Count >= needed[i] + Reserved))
        {
            return Sorted;
        }

        var missing = (int)(hosts[small] + Reserved - plan[small].Count);
        return missing switch
        {
            1 => NoRouter,
            2 => NoNetworkAddress,
            3 => OnlyHosts,
            _ => null,
        };
    }

    // Whether two networks with the same number of hosts have the same prefix.
    private static bool IsShared(int[] hosts, Prefix[] plan) =>
        hosts.Zip(plan).Distinct().Count() < hosts.Length;

    // Whether each prefix holds the address at which the ones before it end, if they are placed one after the other.
    private static bool IsRoundedDown(Prefix block, int[] hosts, Prefix[] plan)
    {
        var next = (UInt128)block.Network.ToUInt32();
        for (var i = 0; i < hosts.Length; i++)
        {
            if (!plan[i].Contains(Address.V4((uint)next)))
            {
                return false;
            }

            next += (UInt128)1 << (32 - plan[i].Length);
        }

        return true;
    }

    private static void Build(Trial trial, string what, Prefix[] plan)
    {
        var matrix = Internet.Of(InternetSample.Office(plan)).Connectivity();
        trial.Expect(
            what + ", and built it",
            new Said(InvariantText.Format($"{matrix.Pairs} of {matrix.Pairs} pairs reach each other")),
            new Said(InvariantText.Format($"{matrix.Reached} of {matrix.Pairs} pairs reach each other")));
    }

    // A matrix with gaps, or why there is none.
    private static object Built(Prefix[] plan)
    {
        try
        {
            return Internet.Of(InternetSample.Office(plan)).Connectivity();
        }
        catch (FormatException problem)
        {
            return new Said($"The plan is {Told(plan)}, and the office cannot be built. {problem.Message}");
        }
    }

    private static string Told(Prefix[] plan) => string.Join(", ", plan);

    // Networks that fill between half and all of a block, in any order.
    private static (Prefix Block, int[] Hosts) RandomOffice(Random random)
    {
        var length = random.Next(21, 26);
        var block = Prefix.Of(Address.V4(0x0A00_0000 | (uint)random.Next(1 << 24)), length);
        var (left, hosts) = (1 << (32 - length), new List<int>());
        for (var part = left / 2; part >= 8 && hosts.Count < 5; part /= 2)
        {
            var min = part == 8 ? 1 : (part / 2) - Reserved + 1;
            hosts.Add(random.Next(min, part - Reserved + 1));
        }

        int[] order = [.. hosts];
        random.Shuffle(order);
        return (block, order);
    }

    private static int Whole(int hosts) => hosts + Reserved;

    // The number of bits for so many addresses.
    private static int Length(int addresses) => 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)addresses - 1);

    private static Prefix[] Plan(Prefix block, IReadOnlyList<int> hosts, Func<int, int> addresses)
    {
        var (plan, next) = (new Prefix[hosts.Count], block.Network.ToUInt32());
        foreach (var (i, count) in hosts.Index().OrderByDescending(network => network.Item))
        {
            var free = Length(addresses(count));
            plan[i] = new Prefix(Address.V4(next), 32 - free);
            next += 1u << free;
        }

        return plan;
    }
}
