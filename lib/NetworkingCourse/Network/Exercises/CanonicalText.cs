using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.1: the canonical text of an IPv6 address.</summary>
    public static CanonicalTextExercise CanonicalText { get; } = new();
}

/// <summary>The learner writes an IPv6 address in the one form that is canonical (RFC 5952, section 4).</summary>
public sealed class CanonicalTextExercise : CaseExercise<CanonicalTextExercise.Answer, byte[]>
{
    private const int Groups = 8;
    private const int RandomCases = 60;

    internal CanonicalTextExercise()
        : base(new ExerciseText(
            "3-network/1-addresses.ipynb", "3.1", 1, nameof(Exercises.CanonicalText),
            "The canonical text of an IPv6 address",
            "`address` is an IPv6 address as it travels: 16 bytes, the most significant first. Two bytes make a group. Return "
                + "the canonical text: the groups as hexadecimal numbers without leading zeros, in lower case, separated by "
                + "colons. A group that is 0 is written `0`. The longest run of groups that are 0 becomes `::`; of several runs "
                + "of that length, the first one. A run has at least two groups. No address in the check has an IPv4 address "
                + "inside, such as `::ffff:192.0.2.10`, for which there are other rules.",
            [
                "First make eight numbers of the bytes: `address[2 * i] << 8 | address[2 * i + 1]`. Then look for the run: walk "
                    + "through the groups, count how many zeros in a row end at the present one, and remember where the longest "
                    + "run so far began. Make the text last.",
                "With `run = groups[i] == 0 ? run + 1 : 0`, a run is the best so far if `run > length`; it began at "
                    + "`i - run + 1`. Begin with `length = 1`, so that a single group is never enough. The text is the groups "
                    + "before the run, joined by `:`, then `::`, then the groups after the run, joined by `:`. "
                    + "`$\"{group:x}\"` writes a number in hexadecimal, in lower case.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="address">The 16 bytes of the address, in network byte order.</param>
    /// <returns>Its canonical text (RFC 5952, section 4).</returns>
    public delegate string Answer(byte[] address);

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Answer Reference => address => Address.FromBytes(address).ToString();

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "swaps the two bytes of a group",
            "Your method takes the first byte of each group for the least significant, as `BitConverter` and a cast do on most "
                + "processors. On the wire the most significant byte comes first. Your text is that of another address: a "
                + "client that uses it reaches another machine, or none. A group is `address[2 * i] << 8 | address[2 * i + 1]`.",
            address => Text(address.Chunk(2).Select(pair => (pair[1] << 8) | pair[0]), LongestRun(address))),
        new(
            "writes byte by byte",
            "Your method writes each byte by itself, without its leading zero. In the bytes `20 01`, the zero of `01` stands "
                + "inside the group: without it, `2001` becomes `201`, which is another address. And `00 01` becomes "
                + "`01`, although the zero in front has to go. Make one number of the two bytes, and write that in "
                + "hexadecimal.",
            address => Text(address.Chunk(2), LongestRun(address), pair => Hex(pair[0]) + Hex(pair[1]))),
        new(
            "keeps leading zeros",
            "Your groups always have four digits. RFC 5952, section 4.1, drops the zeros in front: `0db8` is written `db8`, and "
                + "`0001` is written `1`. A search for `2001:db8::1` in your log does not find `2001:0db8::0001`, although both "
                + "are the same address. Write `x` as the format, not `x4`.",
            address => Text(GroupsOf(address), LongestRun(address), group => $"{group:x4}")),
        new(
            "writes in upper case",
            "Your digits from `A` to `F` are in upper case. Both cases mean the same number, but a search in a log, or the key "
                + "of a dictionary, often does not know that. RFC 5952, section 4.3, has decided for lower case. The format is "
                + "`x`, not `X`.",
            address => Text(GroupsOf(address), LongestRun(address)).ToUpperInvariant()),
        new(
            "shortens the first run",
            "Your method shortens the first run of zeros that it finds, although a longer one follows. Every program can "
                + "read the text, but it is not the canonical one: another program writes the same address in another way, and "
                + "the two texts are not equal. The longest run counts (RFC 5952, section 4.2.3). Look at all runs before you "
                + "choose.",
            address => Text(GroupsOf(address), Runs(address).FirstOrDefault(IsLong))),
        new(
            "shortens the last of the longest runs",
            "Of two runs of the same length, your method shortens the last one. Both texts mean the same address, so the rule "
                + "has to choose, and it takes the first (RFC 5952, section 4.2.3). A later run is better only if it is longer: "
                + "compare with `>`, not with `>=`.",
            address => Text(GroupsOf(address), Runs(address).Where(IsLong).OrderBy(run => run.Length).LastOrDefault())),
        new(
            "shortens every run",
            "Your text has more than one `::`. Each of them stands for as many zeros as are missing, so a reader cannot tell how "
                + "many belong to which: `2001::1::1` could be several addresses, and every program rejects it. Only one run is "
                + "shortened, the longest.",
            address => Regex.Replace(Plain(address), "(^|:)0(:0)+(:|$)", "::")),
        new(
            "shortens a single group",
            "Your method writes `::` for one group that is 0. That saves one character at most, and RFC 5952, section 4.2.2, "
                + "forbids it: programs that follow the rule write another text for the same address. A single group stays `0`. "
                + "A run has at least two groups.",
            address => Text(GroupsOf(address), Runs(address).OrderByDescending(run => run.Length).FirstOrDefault())),
        new(
            "leaves zero groups empty",
            "Your method removes all zeros from the front of a group, and nothing is left of `0000`. Outside of the `::`, the "
                + "text then has colons with nothing between them, and a program that reads it rejects it or finds a `::` that "
                + "is none. One zero stays: RFC 5952, section 4.1, writes such a group as `0`.",
            address => Text(GroupsOf(address), LongestRun(address), group => group == 0 ? "" : $"{group:x}")),
        new(
            "writes one colon at the edge",
            "Your method puts an empty text in place of the run, and joins the groups with `:`. Between two groups this makes "
                + "`::`. But if the run is at the beginning or at the end, there is nothing on one side of it, and only one "
                + "colon comes out: `:1` is no address at all. Join the groups before and after the run separately, and write "
                + "`::` between the two texts.",
            address => LongestRun(address) is (var start, > 0 and var length)
                ? string.Join(':', (string[])
                    [.. GroupsOf(address)[..start].Select(Hex), "", .. GroupsOf(address)[(start + length)..].Select(Hex)])
                : Plain(address)),
        new(
            "misses a run at the end",
            "Your method looks at a run only when the next group that is not 0 comes. A run at the end of the address has no "
                + "such group, and so you miss it: the address of a network, such as `2001:db8::`, keeps all its zeros. Look at "
                + "the run at each of its groups, or once more after the loop.",
            address => Text(
                GroupsOf(address),
                Runs(address).Where(run => IsLong(run) && run.Start + run.Length < Groups)
                    .OrderByDescending(run => run.Length).FirstOrDefault())),
        new(
            "takes a digit for a group",
            "Your method looks for `0:0` in the text, and the first of these zeros may be the last digit of a group: `10:0:0` "
                + "becomes `1::`. The address is then another one. Look for groups that are 0 among the eight numbers, and make "
                + "the text afterwards.",
            address =>
            {
                var text = Plain(address);
                return Regex.Matches(text, "0(:0)+").MaxBy(zeros => zeros.Length) is { } zeros
                    ? $"{text[..zeros.Index].TrimEnd(':')}::{text[(zeros.Index + zeros.Length)..].TrimStart(':')}"
                    : text;
            }),
    ];

    private protected override IEnumerable<byte[]> Cases(Random random)
    {
        string[] addresses =
        [
            "2001:db8:1:2:3:4:5:6", "2001:db8::1", "2001:0:0:1::1", "2001::1:0:0:1", "2001:db8::1:0:0:1",
            "2001:db8:0:1:1:1:1:1", "::1", "2001:db8::", "2001:db8:10::1:2:3", "::", "fe80::a0:b00:c000", "0:1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:0", "::1:2:3:4:5:6", "1:2:3:4:5:6::",
        ];
        foreach (var address in addresses)
        {
            yield return Address.Parse(address).ToBytes();
        }

        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomAddress(random);
        }
    }

    private protected override object? Apply(Answer answer, byte[] arguments) => answer(arguments.ToArray());

    private protected override string Describe(byte[] arguments) => $"called it with the bytes `{Octets.Hex(arguments)}`";

    // Half of the groups are 0. An address that holds an IPv4 address in .NET's view has another text (RFC 5952, section 5).
    private static byte[] RandomAddress(Random random)
    {
        byte[] address;
        do
        {
            address = [.. Enumerable.Range(0, Groups).Select(_ => RandomGroup(random)).SelectMany(group =>
                (byte[])[(byte)(group >> 8), (byte)group])];
        }
        while (new IPAddress(address).ToString().Contains('.'));
        return address;
    }

    // One to four digits; in one of four, the last digit is 0.
    private static int RandomGroup(Random random) => random.Next(2) == 0
        ? 0
        : random.Next(1, 1 << (4 * random.Next(1, 5))) & (random.Next(4) == 0 ? 0xFFF0 : 0xFFFF);

    private static int[] GroupsOf(byte[] address) => [.. address.Chunk(2).Select(pair => (pair[0] << 8) | pair[1])];

    // All runs of groups that are 0, in order.
    private static IEnumerable<(int Start, int Length)> Runs(byte[] address)
    {
        var groups = GroupsOf(address);
        for (var start = 0; start < Groups; start++)
        {
            var length = groups.Skip(start).TakeWhile(group => group == 0).Count();
            if (length > 0)
            {
                yield return (start, length);
                start += length;
            }
        }
    }

    private static bool IsLong((int Start, int Length) run) => run.Length > 1;

    // The run to shorten; its length is 0 if there is none.
    private static (int Start, int Length) LongestRun(byte[] address) =>
        Runs(address).Where(IsLong).OrderByDescending(run => run.Length).FirstOrDefault();

    private static string Hex(int group) => group.ToString("x", CultureInfo.InvariantCulture);

    private static string Plain(byte[] address) => string.Join(':', GroupsOf(address).Select(Hex));

    private static string Text(IEnumerable<int> groups, (int Start, int Length) run) => Text(groups, run, Hex);

    private static string Text<T>(IEnumerable<T> groups, (int Start, int Length) run, Func<T, string> hex)
    {
        string[] texts = [.. groups.Select(hex)];
        return run.Length == 0
            ? string.Join(':', texts)
            : $"{string.Join(':', texts[..run.Start])}::{string.Join(':', texts[(run.Start + run.Length)..])}";
    }
}
