using System.Buffers.Binary;
using NetworkingCourse.Checking;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.2: the checksum after one word has changed.</summary>
    public static UpdateChecksumExercise UpdateChecksum { get; } = new();
}

/// <summary>The learner updates a checksum from the word that has changed, without the rest of the header (RFC 1624).</summary>
public sealed class UpdateChecksumExercise : CaseExercise<UpdateChecksumExercise.Answer, UpdateChecksumExercise.Change>
{
    private const int RandomCases = 200;
    private const int Words = 10;
    private const int ChecksumWord = 5;

    internal UpdateChecksumExercise()
        : base(new ExerciseText(
            "3-network/2-headers-and-fragments.ipynb", "3.2", 1, nameof(Exercises.UpdateChecksum),
            "Update the checksum without the header",
            "A router has changed one 16-bit word of a header from `before` to `after`: the word with the TTL, or half of an "
                + "address. Return the new header checksum, given only the old one: the other words are not needed. It must be "
                + "the checksum that a sum over the whole header gives.",
            [
                "The checksum is the inverted sum, so begin with `~checksum`: that is the sum. Which word do you take out of it, "
                    + "and which do you add? In this arithmetic, to subtract a word is to add its inverse.",
                "In `uint`: `(ushort)~checksum + (ushort)~before + after`. Then add what is above 16 bits to what is below, "
                    + "`sum = (sum & 0xFFFF) + (sum >> 16)`, twice, because the first time can make a carry again. Invert what "
                    + "is left.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 10;

    /// <summary>The learner's method.</summary>
    /// <param name="checksum">The checksum of the header before the change.</param>
    /// <param name="before">The word before the change.</param>
    /// <param name="after">The word after the change.</param>
    /// <returns>The checksum of the header after the change (RFC 1624, equation 3).</returns>
    public delegate ushort Answer(ushort checksum, ushort before, ushort after);

    internal override Answer Reference => InternetChecksum.Update;

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "moves in the direction of the word",
            "Your checksum grows when the word grows, as the sum does. The checksum is the inverted sum: when a router takes 1 "
                + "from the TTL, the checksum goes up. Either swap `before` and `after`, or, safer, invert the checksum first: "
                + "then you have the sum.",
            (checksum, before, after) => (ushort)~Sum((ushort)~checksum, before, (ushort)~after)),
        new(
            "loses the carry",
            "Your method subtracts and lets what is above or below 16 bits fall off. In this arithmetic, a carry out of the top "
                + "is added back in at the bottom. Without it the checksum is wrong by one, but only when there is a carry: for "
                + "most packets it is right, and some are discarded by the next router, for no visible reason.",
            (checksum, before, after) => (ushort)(checksum + before - after)),
        new(
            "gives 0xffff where a sum over the header gives 0",
            "Your method subtracts from the checksum itself, as RFC 1141 proposed, or takes the sum modulo 65,535. This "
                + "arithmetic has two zeros, `0x0000` and `0xffff`, and yours ends at the wrong one: over a header that is not "
                + "all zeros, the checksum is never `0xffff`. Some receivers compare instead of adding up, and discard the "
                + "packet. RFC 1624 was written to correct this: work with the inverted checksum, and fold the carries.",
            (checksum, before, after) => Sum(checksum, before, (ushort)~after)),
        new(
            "folds only once",
            "Your method adds the carry back in once. That can make a carry again: `0x1ffff` becomes `0x10000`. The last bit "
                + "falls off, and the checksum is wrong by one, for one packet in tens of thousands. Fold twice, or until "
                + "nothing is left above 16 bits.",
            (checksum, before, after) =>
            {
                var sum = (uint)(ushort)~checksum + (ushort)~before + after;
                return (ushort)~((sum & 0xFFFF) + (sum >> 16));
            }),
        new(
            "inverts 32 bits",
            "In C#, `~` turns a `ushort` into an `int` first and inverts all 32 bits: `~(ushort)0x4011` is `0xffffbfee`, a "
                + "negative number. The upper bits get into the sum as carries that never were, and each makes it wrong by one. "
                + "Cut the result off: `(ushort)~before`.",
            (checksum, before, after) =>
            {
                var sum = ~checksum + ~before + after;
                sum = (sum & 0xFFFF) + (sum >> 16);
                sum = (sum & 0xFFFF) + (sum >> 16);
                return (ushort)~sum;
            }),
        new(
            "returns the sum",
            "Your method returns the sum and not the checksum. The last step is missing: invert it, so that the sum over the "
                + "header with its checksum is all ones.",
            (checksum, before, after) => Sum((ushort)~checksum, (ushort)~before, after)),
        new(
            "takes every carry for 1",
            "Your method adds 1, once, if the sum is above 16 bits. But the carry of three words can be 2, and adding it can "
                + "make another one. Then the checksum is wrong by one. Add what is above 16 bits, `sum >> 16`, until nothing "
                + "is left there.",
            (checksum, before, after) =>
            {
                var sum = (uint)(ushort)~checksum + (ushort)~before + after;
                return (ushort)~(sum > 0xFFFF ? (sum & 0xFFFF) + 1 : sum);
            }),
        new(
            "borrows, and ends at the other zero",
            "Your method adds and subtracts on the checksum itself, with the carries in the right place. One case still fails: "
                + "this arithmetic has two zeros, and yours ends at `0xffff` where a sum over the header gives `0x0000` "
                + "(RFC 1624, section 4). Work with the inverted checksum, and invert the result.",
            (checksum, before, after) =>
            {
                var sum = checksum + before - after;
                return (ushort)(sum < 0 ? sum - 1 : sum > 0xFFFF ? sum + 1 : sum);
            }),
    ];

    private protected override IEnumerable<Change> Cases(Random random)
    {
        var header = new byte[2 * Words];
        new Ipv4Header(Address.Parse("192.0.2.10"), Address.Parse("198.51.100.20"), IpProtocol.Experiment)
        {
            Identification = 0x1234,
        }.WriteTo(header, payloadLength: 11);
        yield return Change.Of(header, 4, 0x3FFD, "a router took 1 from the TTL");
        yield return Change.Of(header, 6, 0x0A00, "a NAT wrote another source address, half of which is this word");
        yield return new Change(0x00FE, 0x0400, 0x0300, "a router took 1 from the TTL");
        yield return new Change(0xFFA0, 0x4001, 0x3F01, "a router took 1 from the TTL");
        // The example of RFC 1624, section 4: the sum becomes all ones, and the checksum 0.
        yield return new Change(0xDD2F, 0x5555, 0x3285, "the example of RFC 1624");
        yield return new Change(0x1000, 0x2000, 0x2FFF + 1, "a word changed");
        for (var i = 0; i < RandomCases; i++)
        {
            random.NextBytes(header);
            var word = random.Next(Words - 1);
            var after = (ushort)random.Next(0x10000);
            yield return Change.Of(header, word < ChecksumWord ? word : word + 1, after, "a word of another header changed");
            var (one, other) = ((ushort)random.Next(1, 0x10000), (ushort)random.Next(1, 0x10000));
            if (one + other > 0xFFFF)
            {
                // The sum is 0x1ffff before it is folded.
                yield return new Change((ushort)~one, (ushort)~other, (ushort)(0x1FFFF - one - other), "a word changed");
            }
        }
    }

    private protected override object? Apply(Answer answer, Change arguments) =>
        new Said($"`0x{answer(arguments.Checksum, arguments.Before, arguments.After):x4}`");

    private protected override string Describe(Change arguments) =>
        $"{arguments.What}: `0x{arguments.Before:x4}` became `0x{arguments.After:x4}`, "
        + $"the checksum was `0x{arguments.Checksum:x4}`";

    private static ushort Sum(ushort one, ushort two, ushort three)
    {
        var sum = (uint)one + two + three;
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)((sum & 0xFFFF) + (sum >> 16));
    }

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Checksum">The old checksum.</param>
    /// <param name="Before">The old word.</param>
    /// <param name="After">The new word.</param>
    /// <param name="What">What happened, in the past tense.</param>
    public sealed record Change(ushort Checksum, ushort Before, ushort After, string What)
    {
        internal static Change Of(byte[] header, int word, ushort after, string what)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2 * ChecksumWord), 0);
            var checksum = InternetChecksum.Of(header);
            return new Change(checksum, BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2 * word)), after, what);
        }
    }
}
