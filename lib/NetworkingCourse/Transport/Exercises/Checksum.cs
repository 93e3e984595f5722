using System.Globalization;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.2: the Internet checksum.</summary>
    public static ChecksumExercise Checksum { get; } = new();
}

/// <summary>The learner computes the checksum of IP, UDP and TCP (RFC 1071).</summary>
public sealed class ChecksumExercise : CaseExercise<ChecksumExercise.Answer, byte[]>
{
    private const int RandomCases = 40;
    private const int MaxShown = 20;

    internal ChecksumExercise()
        : base(new ExerciseText(
            "2-transport/2-ask-again.ipynb", "2.2", 2, nameof(Exercises.Checksum),
            "The Internet checksum",
            "Compute the checksum of a message of at most 65,535 bytes (RFC 1071): read it as 16-bit numbers, the more "
                + "significant byte first; add them up; add each carry out of the 16 bits back in at the bottom; invert all bits "
                + "of the result. If the number of bytes is odd, add a zero byte at the end for the computation.",
            [
                "Add into an `int` or `uint`, which has room for all carries, and deal with them at the end. What is "
                    + "`sum & 0xffff`, and what is `sum >> 16`? Can adding the two give a carry again?",
                "The number at position i is `(message[i] << 8) | message[i + 1]`, where a byte behind the end counts as 0. At "
                    + "the end: `while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);`, and then `(ushort)~sum`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="message">The message, in which the place of the checksum holds 0 if it has one. 0 to 65,535 bytes.</param>
    /// <returns>The checksum; 0 for a message that already includes its right checksum.</returns>
    public delegate ushort Answer(byte[] message);

    internal override Answer Reference => message => InternetChecksum.Of(message);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "forgets the carries",
            "Your sum loses what does not fit into 16 bits. The checksum is a *ones' complement* sum: each carry out of the top "
                + "is added back in at the bottom. Without that, the top bits are protected badly: two errors in the highest bit "
                + "of two words cancel each other out. Other machines also reject every packet of yours, as soon as a sum "
                + "exceeds `ffff`. (Or you read the numbers as `short`: those above `7fff` are negative then, and the sum seldom "
                + "gets as far as a carry. Read a `ushort`.)",
            message => (ushort)~Sum(message)),
        new(
            "adds the carry only once",
            "Your method adds the carries back in once. That addition can have a carry itself: `1ffff` becomes `ffff` + 1 = "
                + "`10000`, whose carry must be added too. It is rare with random data, so that such code passes many tests and "
                + "then fails on one packet in thousands. Repeat it while the sum is above `ffff`.",
            message => (ushort)~Once(Sum(message))),
        new(
            "ignores the last byte of an odd length",
            "Your method adds whole 16-bit numbers and leaves out the last byte of a message with an odd length. Nothing "
                + "protects that byte then, and other machines compute something else. It counts as if a zero byte followed.",
            message => InternetChecksum.Of(message.AsSpan(0, message.Length & ~1))),
        new(
            "reads beyond the end of an odd length",
            "Your method reads two bytes where only one is left, and throws. Messages may have any length; TCP does not care "
                + "whether your text has an even number of letters. The missing byte counts as zero.",
            message =>
            {
                var sum = 0u;
                for (var i = 0; i < message.Length; i += 2)
                {
                    sum += (uint)((message[i] << 8) | message[i + 1]);
                }

                return (ushort)~InternetChecksum.Fold(sum);
            }),
        new(
            "puts the last byte at the wrong end",
            "Your method adds the last byte of an odd length as it is, as the *lower* half of a number. The zero byte comes "
                + "after it, so the byte is the upper half: `last << 8`.",
            message => (ushort)~InternetChecksum.Fold(
                Sum(message[..(message.Length & ~1)]) + (message.Length % 2 == 0 ? 0u : message[^1]))),
        new(
            "swaps the bytes",
            "Your method reads the less significant byte first, as `BitConverter` does on most machines. On the network, the "
                + "more significant byte comes first (*network byte order*). The result has its two bytes swapped. Read with "
                + "`BinaryPrimitives.ReadUInt16BigEndian`, or `(message[i] << 8) | message[i + 1]`.",
            message => Swapped(InternetChecksum.Of(message))),
        new(
            "shifts by the second byte too",
            "Your numbers are not those of the message. In C#, `+` comes before `<<`: `message[i] << 8 + message[i + 1]` shifts "
                + "the first byte by 8 plus the second. Put the shift into brackets, `(message[i] << 8) + message[i + 1]`, or "
                + "combine the two bytes with `|`, which comes after it.",
            message =>
            {
                var sum = 0;
                for (var i = 0; i < message.Length; i += 2)
                {
                    sum = unchecked(sum + (message[i] << (8 + (i + 1 < message.Length ? message[i + 1] : 0))));
                }

                while (sum > 0xffff)
                {
                    sum = (sum & 0xffff) + (sum >> 16);
                }

                return unchecked((ushort)~sum);
            }),
        new(
            "does not invert the result",
            "Your method returns the sum itself. The checksum is the sum with all its bits inverted. That is what makes checking "
                + "easy: over a message *with* its checksum, the sum is `ffff`, whatever the message is.",
            message => (ushort)~InternetChecksum.Of(message)),
        new(
            "negates instead of inverting",
            "Your method returns `-sum`, which is one more than the inverted sum: `-x` is `~x + 1` in two's complement, the "
                + "arithmetic of C#. The checksum is defined in ones' complement, in which the negative of a number is `~x`.",
            message => (ushort)-InternetChecksum.Fold(Sum(message))),
        new(
            "adds single bytes",
            "Your method adds up the bytes one by one. The checksum adds 16-bit numbers: of each two bytes, the first counts 256 "
                + "times as much. A sum of bytes would not even notice two letters that have changed places.",
            message => (ushort)~InternetChecksum.Fold((ulong)message.Sum(one => (long)one))),
        new(
            "takes the remainder by 65,535",
            "Your method computes the sum modulo 65,535. Adding the carries back in gives the same number, except "
                + "in one case: a sum of `ffff` stays `ffff`, and the remainder is 0. It is the case that matters most, because "
                + "the sum over every undamaged message with its checksum is `ffff`.",
            message => (ushort)~(Sum(message) % 0xffff)),
    ];

    private protected override IEnumerable<byte[]> Cases(Random random)
    {
        yield return [0x12, 0x34];
        yield return [0xff, 0xff, 0x00, 0x02];
        // The example of RFC 1071, section 3.
        yield return [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        yield return [0x80, 0x00, 0x80, 0x00, 0x12, 0x34];
        yield return "odd"u8.ToArray();
        yield return [0xff, 0xff, 0xff, 0xff, 0x00, 0x01];
        yield return [];
        yield return Segment.WithData(3, "Hello!"u8.ToArray()).ToBytes();
        yield return [.. Enumerable.Repeat((byte)0xff, 65_535)];
        for (var i = 0; i < RandomCases; i++)
        {
            var message = new byte[i % 4 == 0 ? random.Next(500, 1500) : random.Next(1, 40)];
            random.NextBytes(message);
            yield return message;
        }
    }

    private protected override object? Apply(Answer answer, byte[] arguments) =>
        new Said($"`0x{answer([.. arguments]).ToString("x4", CultureInfo.InvariantCulture)}`");

    private protected override string Describe(byte[] arguments) => arguments.Length == 0
        ? "called it with no bytes at all"
        : $"called it with {Octets.Count(arguments.Length)}, `{Octets.Hex(arguments, MaxShown)}`";

    private static uint Sum(byte[] message) => (uint)InternetChecksum.Add(message);

    private static uint Once(uint sum) => (sum & 0xffff) + (sum >> 16);

    private static ushort Swapped(ushort number) => (ushort)((number << 8) | (number >> 8));
}
