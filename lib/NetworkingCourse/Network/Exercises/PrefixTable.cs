using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.6: a prefix table of your own.</summary>
    public static PrefixTableExercise PrefixTable { get; } = new();
}

/// <summary>
/// The learner writes a prefix table; the check enters, removes and finds, in this one and in the course's list.
/// </summary>
public sealed class PrefixTableExercise : CaseExercise<PrefixTableExercise.Answer, PrefixTableExercise.Script>
{
    private const int RandomScripts = 40;
    private const int StepsInScript = 14;

    internal PrefixTableExercise()
        : base(new ExerciseText(
            "3-network/6-forwarding.ipynb", "3.6", 1, nameof(Exercises.PrefixTable),
            "A prefix table of your own",
            "Write a class that implements `IPrefixTable<int>`. `Enter` adds a prefix with its value, or replaces the value that "
                + "the prefix has. `Remove` removes a prefix and returns whether it was there. `Find` gives the longest prefix "
                + "that contains the address, with its value, and returns how many entries or nodes it has examined, as a "
                + "negative number (or 0) if nothing matched. `Count` is the number of prefixes. How you store them is up to "
                + "you; a trie is fast.",
            [
                "In a trie, each node has two children, one for each next bit. A node may also exist only because a longer "
                    + "prefix lies below it: it needs a way to say that it has no value of its own.",
                "`Find` walks down from the root, one bit at a time: bit i is `address >> (31 - i) & 1`. It remembers the last "
                    + "node with a value that it has passed. At a missing child it stops, and the remembered node is the "
                    + "longest match. The root stands for /0, and there are up to 32 steps below it.",
                "The short way: a `Dictionary<(uint Network, int Length), int>`. `Find` tries the lengths from 32 down to 0, "
                    + "with `var mask = length == 0 ? 0 : uint.MaxValue << (32 - length)`.",
            ]))
    {
    }

    /// <summary>Creates an empty table of the learner's.</summary>
    public delegate IPrefixTable<int> Answer();

    /// <inheritdoc/>
    public override int Minutes => 20;

    internal override Answer Reference => () => new PrefixList<int>();

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "takes the first match",
            "Your table returns the first entry that matches, in the order in which they were entered. Behind a default route "
                + "that was entered first, no other entry is ever used. The longest match wins, whatever the order.",
            () => new Flawed { Choose = entries => entries.FirstOrDefault() }),
        new(
            "takes the last match",
            "Your table lets a later match replace an earlier one, whether it is longer or not. A default route that is entered "
                + "last then takes all packets. Replace the best match only by a longer one.",
            () => new Flawed { Choose = entries => entries.LastOrDefault() }),
        new(
            "takes the shortest match",
            "Your table stops at the first node with a value on the way down, or prefers the shorter prefix. That is the least "
                + "specific match: with a default route, every packet goes there. Go on, and keep the last match.",
            () => new Flawed { Choose = entries => entries.MinBy(entry => entry.Length) }),
        new(
            "takes a node without a value for a match",
            "Your table returns a node of the trie that exists only as a step on the way to a longer prefix. Nobody has entered "
                + "that prefix, and its value is only a default. Remember only nodes that have a value.",
            () => new Flawed { InnerNodesMatch = true }),
        new(
            "looks only at the deepest node",
            "Your table walks down as far as it can, and finds nothing if the node at which it ends has no value. The prefixes "
                + "that it has passed on the way match as well. Remember the last of them that has a value.",
            () => new Flawed { OnlyTheDeepest = true }),
        new(
            "never finds a prefix of 32 bits",
            "Your table stops one bit too early: an entry for a single machine, a /32, never matches. There are 32 steps below "
                + "the root, and so 33 nodes on the longest path. Look at a node before you ask for its next bit.",
            () => new Flawed { Longest = 31 }),
        new(
            "never finds the default route",
            "Your table mishandles /0. In C#, a `uint` shifted by 32 is shifted by nothing: `uint.MaxValue << 32` has all "
                + "bits set, and the default route then matches only 0.0.0.0. A length of 0 needs a case of its own.",
            () => new Flawed { NoShiftBy32 = true }),
        new(
            "keeps the old value of a prefix",
            "Your table keeps the value that a prefix had first. A route that moves to another neighbour is entered again with "
                + "its new value; with your table, packets go on to the old one.",
            () => new Flawed { KeepsOld = true }),
        new(
            "tells prefixes apart by their address alone",
            "Your table uses only the network's address as the key. `10.0.0.0/8` and `10.0.0.0/16` have the same address and are "
                + "two prefixes: with your table, one replaces the other. The length belongs to the key.",
            () => new Flawed { KeyIsAddress = true }),
        new(
            "removes what lies below",
            "Your table removes a whole branch: with `10.0.0.0/8`, the longer prefixes inside it vanish as well. They are "
                + "entries of their own. Take away the value of the node, and the node only if there is nothing below it.",
            () => new Flawed { RemovesBelow = true }),
        new(
            "takes the value 0 for no value",
            "Your table has an entry with the value 0, and does not find it. It takes 0 (or another number, such as -1) for "
                + "\"no value\". Every `int` may be a value: the first neighbour of a router may well have the number 0. Store "
                + "separately whether there is a value, in a `bool`, or use an `int?`.",
            () => new Flawed { ZeroIsNone = true }),
        new(
            "holds a prefix twice",
            "Your table adds a prefix that it already has, so that it is there twice. `Count` is wrong, one of the two values is "
                + "never found, and `Remove` may take away only one of them. Look first whether the prefix is there, and "
                + "replace its value.",
            () => new Flawed { Doubles = true }),
        new(
            "never looks for the length 0",
            "Your table stops at the length 1, and the default route is never found. There are 33 lengths, from 32 down to and "
                + "including 0: `length >= 0`. In a trie, the root itself may have a value.",
            () => new Flawed { Shortest = 1 }),
        new(
            "returns a positive number without a match",
            "Your `Find` returns a positive number although nothing matched. The sign is the answer: a positive number says that "
                + "`match` holds an entry, and here it holds only the default, `0.0.0.0/0` with the value 0. Return the number "
                + "of entries examined as a negative one.",
            () => new Flawed { AlwaysFinds = true }),
    ];

    private protected override IEnumerable<Script> Cases(Random random)
    {
        yield return Script.Of("find 10.1.2.3");
        yield return Script.Of("enter 10.0.0.0/8 = 1", "find 10.1.2.3", "find 11.1.2.3");
        yield return Script.Of("enter 0.0.0.0/0 = 1", "find 192.0.2.1", "find 0.0.0.0", "find 255.255.255.255");
        yield return Script.Of("enter 10.1.2.3/32 = 1", "find 10.1.2.3", "find 10.1.2.2");
        yield return Script.Of("enter 10.1.0.0/16 = 1", "enter 10.0.0.0/8 = 2", "find 10.1.2.3", "find 10.2.2.3");
        yield return Script.Of("enter 10.0.0.0/8 = 1", "enter 10.1.0.0/16 = 2", "find 10.1.2.3", "find 10.2.2.3");
        yield return Script.Of("enter 10.1.0.0/16 = 1", "enter 10.2.0.0/16 = 2", "find 10.3.0.1", "find 11.0.0.1");
        yield return Script.Of("enter 10.0.0.0/8 = 1", "enter 10.1.2.128/25 = 2", "find 10.1.2.3");
        yield return Script.Of("enter 10.0.0.0/8 = 1", "enter 10.0.0.0/16 = 2", "find 10.0.0.1", "find 10.9.0.1", "count");
        yield return Script.Of("enter 10.0.0.0/8 = 1", "enter 10.0.0.0/8 = 2", "find 10.1.2.3", "count");
        yield return Script.Of("enter 10.0.0.0/8 = 1", "enter 10.0.0.0/8 = 2", "remove 10.0.0.0/8", "count");
        yield return Script.Of(
            "enter 10.0.0.0/8 = 1", "enter 10.1.0.0/16 = 2", "remove 10.0.0.0/8", "find 10.1.2.3", "find 10.2.2.3", "count");
        yield return Script.Of("enter 10.1.0.0/16 = 1", "remove 10.0.0.0/8", "remove 10.1.0.0/16", "remove 10.1.0.0/16", "count");
        yield return Script.Of(
            "enter 10.1.0.0/16 = 1", "remove 10.1.0.0/16", "find 10.1.0.1", "enter 10.1.0.0/16 = 2", "find 10.1.0.1");
        yield return Script.Of("enter 10.0.0.0/8 = 1", "enter 10.1.0.0/16 = 0", "find 10.1.2.3", "find 10.2.2.3");
        yield return Script.Of("enter 10.0.0.0/8 = 1", "enter 10.1.0.0/16 = -1", "find 10.1.2.3", "find 10.2.2.3");
        for (var i = 0; i < RandomScripts; i++)
        {
            yield return RandomScript(random);
        }
    }

    private protected override object? Apply(Answer answer, Script arguments)
    {
        var table = answer() ?? throw new InvalidOperationException("The table is null.");
        return new Transcript([.. arguments.Steps
            .Select(step => (Step: step, Result: Done(table, step)))
            .Where(done => done.Result is not null)
            .Select(done => $"{done.Step}: {done.Result}")]);
    }

    private protected override string Describe(Script arguments) =>
        $"began with an empty table: {string.Join("; ", arguments.Steps.Select(step => $"`{step}`"))}";

    private static string? Done(IPrefixTable<int> table, Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Enter:
                table.Enter(step.Prefix, step.Value);
                return null;
            case StepKind.Remove:
                return table.Remove(step.Prefix) ? "it was there" : "it was not there";
            case StepKind.Find:
                return table.Find(step.Address.ToUInt32(), out var match) > 0
                    ? InvariantText.Format($"{match.Prefix} = {match.Value}")
                    : "no match";
            default:
                return InvariantText.Format($"{table.Count}");
        }
    }

    // Prefixes of a few bits, in a small part of all addresses, so that they lie inside one another.
    private static Script RandomScript(Random random)
    {
        var steps = new List<Step>();
        List<Prefix> used = [];
        for (var i = 0; i < StepsInScript; i++)
        {
            var address = Address.V4(
                0x0A00_0000 | ((uint)random.Next(4) << 22) | ((uint)random.Next(2) << 9) | (uint)random.Next(4));
            var prefix = random.Next(3) == 0 && used.Count > 0
                ? used[random.Next(used.Count)]
                : Prefix.Of(address, random.GetItems([0, 8, 9, 10, 16, 22, 23, 24, 30, 31, 32], 1)[0]);
            steps.Add(random.Next(9) switch
            {
                < 4 => new Step(StepKind.Enter) { Prefix = prefix, Value = i + 1 },
                4 when used.Count > 0 => new Step(StepKind.Remove) { Prefix = prefix },
                5 => new Step(StepKind.Count),
                _ => new Step(StepKind.Find) { Address = address },
            });
            used.Add(prefix);
        }

        return new Script(steps);
    }

    /// <summary>What is done with one empty table.</summary>
    public sealed record Script
    {
        internal Script(IReadOnlyList<Step> steps) => Steps = steps;

        internal IReadOnlyList<Step> Steps { get; }

        internal static Script Of(params string[] steps) => new([.. steps.Select(Step.Of)]);
    }

    /// <summary>What can be done with a table.</summary>
    internal enum StepKind
    {
        /// <summary>A prefix is entered.</summary>
        Enter,

        /// <summary>A prefix is removed.</summary>
        Remove,

        /// <summary>An address is looked up.</summary>
        Find,

        /// <summary>The prefixes are counted.</summary>
        Count,
    }

    /// <summary>One thing that is done with a table.</summary>
    internal sealed record Step(StepKind Kind)
    {
        public Prefix Prefix { get; init; }

        public Address Address { get; init; }

        public int Value { get; init; }

        /// <summary>
        /// Parses it: <c>enter 10.0.0.0/8 = 1</c>, <c>remove 10.0.0.0/8</c>, <c>find 10.1.2.3</c>, <c>count</c>.
        /// </summary>
        public static Step Of(string text) => text.Split(' ') switch
        {
            ["enter", var prefix, _, var value] => new Step(StepKind.Enter)
            {
                Prefix = Prefix.Parse(prefix),
                Value = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture),
            },
            ["remove", var prefix] => new Step(StepKind.Remove) { Prefix = Prefix.Parse(prefix) },
            ["find", var address] => new Step(StepKind.Find) { Address = Address.Parse(address) },
            _ => new Step(StepKind.Count),
        };

        public override string ToString() => Kind switch
        {
            StepKind.Enter => InvariantText.Format($"enter {Prefix} = {Value}"),
            StepKind.Remove => $"remove {Prefix}",
            StepKind.Find => $"find {Address}",
            _ => "count",
        };
    }

    // A list of entries that can be given one flaw.
    private sealed class Flawed : IPrefixTable<int>
    {
        private readonly List<(uint Bits, int Length, int Value)> _entries = [];

        public Func<IEnumerable<(uint Bits, int Length, int Value)>, (uint Bits, int Length, int Value)> Choose { get; init; } =
            entries => entries.MaxBy(entry => entry.Length);

        public bool InnerNodesMatch { get; init; }

        public bool OnlyTheDeepest { get; init; }

        public bool NoShiftBy32 { get; init; }

        public bool KeepsOld { get; init; }

        public bool KeyIsAddress { get; init; }

        public bool RemovesBelow { get; init; }

        public bool ZeroIsNone { get; init; }

        public bool Doubles { get; init; }

        public bool AlwaysFinds { get; init; }

        public int Shortest { get; init; }

        public int Longest { get; init; } = 32;

        public int Count => _entries.Count;

        public void Enter(Prefix prefix, int value)
        {
            var at = IndexOf(prefix);
            if (at < 0 || Doubles)
            {
                _entries.Add((prefix.Network.ToUInt32(), prefix.Length, value));
            }
            else if (!KeepsOld)
            {
                _entries[at] = (prefix.Network.ToUInt32(), prefix.Length, value);
            }
        }

        public bool Remove(Prefix prefix)
        {
            var at = IndexOf(prefix);
            if (RemovesBelow)
            {
                _entries.RemoveAll(entry => entry.Length > prefix.Length && prefix.Contains(Address.V4(entry.Bits)));
                at = IndexOf(prefix);
            }

            if (at >= 0)
            {
                _entries.RemoveAt(at);
            }

            return at >= 0;
        }

        public int Find(uint address, out PrefixMatch<int> match)
        {
            var found = _entries.Where(entry => entry.Length >= Shortest && entry.Length <= Longest
                && Matches(address, entry.Bits, entry.Length) && (entry.Value != 0 || !ZeroIsNone)).ToList();
            var deepest = Deepest(address);
            if (InnerNodesMatch && found.TrueForAll(entry => entry.Length < deepest))
            {
                match = new PrefixMatch<int>(Prefix.Of(Address.V4(address), deepest), 0);
                return 1;
            }

            if (found.Count == 0 || (OnlyTheDeepest && found.TrueForAll(entry => entry.Length < deepest)))
            {
                match = default;
                return AlwaysFinds ? 1 : -_entries.Count;
            }

            var best = Choose(found);
            match = new PrefixMatch<int>(Prefix.Of(Address.V4(best.Bits), best.Length), best.Value);
            return _entries.Count;
        }

        // How far down a trie of these entries has nodes for an address.
        private int Deepest(uint address) => _entries
            .Select(entry => Math.Min(entry.Length, System.Numerics.BitOperations.LeadingZeroCount(entry.Bits ^ address)))
            .DefaultIfEmpty(0).Max();

        private int IndexOf(Prefix prefix) => _entries.FindIndex(entry =>
            entry.Bits == prefix.Network.ToUInt32() && (KeyIsAddress || entry.Length == prefix.Length));

        private bool Matches(uint address, uint bits, int length) =>
            ((address ^ bits) & (length == 0 && !NoShiftBy32 ? 0 : uint.MaxValue << (32 - length))) == 0;
    }
}
