using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.6: the number that acknowledges a segment.</summary>
    public static NextAckExercise NextAck { get; } = new();
}

/// <summary>The learner computes the acknowledgment number that answers a segment.</summary>
public sealed class NextAckExercise : CaseExercise<NextAckExercise.Answer, NextAckExercise.Arrival>
{
    private const int RandomCases = 40;
    private const int MaxDataLength = 1460;

    private static readonly ControlBits[] Usual =
    [
        ControlBits.Syn, ControlBits.Syn | ControlBits.Ack, ControlBits.Ack, ControlBits.Psh | ControlBits.Ack,
        ControlBits.Fin | ControlBits.Ack, ControlBits.Fin | ControlBits.Psh | ControlBits.Ack,
    ];

    internal NextAckExercise()
        : base(new ExerciseText(
            "2-transport/6-tcp-packet-by-packet.ipynb", "2.6", 1, nameof(Exercises.NextAck),
            "Which number acknowledges a segment?",
            "A segment has arrived in order. Its sequence number in the header is `sequence`, it carries `length` bytes of "
                + "data, and its flags are `flags`. Return the acknowledgment number with which the receiver answers: that "
                + "of the next byte that it expects.",
            [
                "Which parts of a segment take up numbers: the header, the data, each flag, or only some flags? Look at the "
                    + "numbers around the `SYN` and the `FIN` in the ladder.",
                "Start with `sequence + (uint)length`, and add 1 if `(flags & ControlBits.Syn) != 0`, and 1 if "
                    + "`(flags & ControlBits.Fin) != 0`. Arithmetic on `uint` wraps at 2³², as sequence numbers do.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="sequence">The segment's sequence number, as in its header.</param>
    /// <param name="length">The number of bytes of data.</param>
    /// <param name="flags">The segment's flags.</param>
    /// <returns>The acknowledgment number for it, as in the header of the answer.</returns>
    public delegate uint Answer(uint sequence, int length, ControlBits flags);

    /// <inheritdoc/>
    public override int Minutes => 5;

    internal override Answer Reference => (sequence, length, flags) =>
        unchecked(sequence + (uint)length + One(flags, ControlBits.Syn) + One(flags, ControlBits.Fin));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "returns the number of the last byte",
            "Your method returns the number of the last byte that arrived. TCP acknowledges with the number of the *next* "
                + "one: \"everything before this has arrived\". With the last byte's number, the sender takes one byte for "
                + "lost and sends it again and again.",
            (sequence, length, flags) => unchecked(Right(sequence, length, flags) - 1)),
        new(
            "does not count the SYN",
            "Your method does not count the `SYN`. It takes up a number, so that it can be acknowledged, and sent again if "
                + "it is lost. Without it, the answer to a `SYN` would acknowledge nothing, and the connection would never "
                + "open.",
            (sequence, length, flags) => Right(sequence, length, flags & ~ControlBits.Syn)),
        new(
            "does not count the FIN",
            "Your method does not count the `FIN`. The other end would never learn that it has arrived, would send it "
                + "again, and would stay in `FIN-WAIT-1` or `LAST-ACK` until it gives up.",
            (sequence, length, flags) => Right(sequence, length, flags & ~ControlBits.Fin)),
        new(
            "counts only the data",
            "Your method counts the bytes of data and nothing else. `SYN` and `FIN` take up one number each, since both "
                + "must be acknowledged as reliably as data. Therefore the first byte of data has number 1 in the ladder.",
            (sequence, length, _) => Right(sequence, length, ControlBits.None)),
        new(
            "counts every flag",
            "Your method adds 1 for each flag. `ACK` and `PSH` take up no numbers. If `ACK` did, an acknowledgment would have "
                + "to be acknowledged, and that acknowledgment too, for ever.",
            (sequence, length, flags) => unchecked(sequence + (uint)length + (uint)int.PopCount((int)flags))),
        new(
            "adds 1 to every segment",
            "Your method adds 1 to every segment, or to every one that has any flag. Ten bytes from 1001 on have the numbers "
                + "1001 to 1010. The next one is 1011, and that is `sequence + length` already. Only `SYN` and `FIN` take up "
                + "one number more.",
            (sequence, length, _) => unchecked(sequence + (uint)length + 1)),
        new(
            "compares the flags with ==",
            "Your method recognises a `SYN` or `FIN` only if it is the only flag. The second packet of every connection has "
                + "`SYN` *and* `ACK`, and nearly every `FIN` comes with an `ACK`. Test one bit: `(flags & ControlBits.Fin) "
                + "!= 0`.",
            (sequence, length, flags) =>
                Right(sequence, length, flags is ControlBits.Syn or ControlBits.Fin ? flags : ControlBits.None)),
        new(
            "counts a flag only in a segment without data",
            "Your method takes either the data or the flag. A `FIN` often travels with the last bytes of data, and then "
                + "both count: the data comes first, and the `FIN` has the number after it.",
            (sequence, length, flags) => Right(sequence, length, length > 0 ? ControlBits.None : flags)),
        new(
            "counts one for a segment that is empty",
            "Your method adds 1 for a segment that has no data and neither `SYN` nor `FIN`. Such a segment is an "
                + "acknowledgment and takes up no number: the number of the next expected byte stays the same. That is why "
                + "acknowledgments are not acknowledged, and why no one notices if one is lost.",
            (sequence, length, flags) => unchecked(
                Right(sequence, length, flags) + (Right(0, length, flags) == 0 ? 1u : 0))),
        new(
            "stops at 2³² − 1",
            "Your method does not go on after 4,294,967,295, the highest number of 32 bits: it fails, or stays there. The "
                + "number after it is 0. A connection that sends more than 4 GiB gets there, and one whose initial number "
                + "is high gets there after a few bytes.",
            (sequence, length, flags) => checked(
                sequence + (uint)length + One(flags, ControlBits.Syn) + One(flags, ControlBits.Fin))),
        new(
            "divides by 2³² − 1",
            "Your method wraps one number too early: `% uint.MaxValue` divides by 2³² − 1, which is the highest number, not "
                + "how many there are. From the wrap on, every acknowledgment would be one too high and acknowledge a byte "
                + "that was never sent. Arithmetic on `uint` needs no `%`.",
            (sequence, length, flags) => (uint)(
                (sequence + (ulong)length + One(flags, ControlBits.Syn) + One(flags, ControlBits.Fin)) % uint.MaxValue)),
        new(
            "ignores data that comes with a SYN",
            "Your method returns `sequence + 1` for every `SYN`. A `SYN` seldom carries data, but it may: TCP Fast Open (RFC "
                + "7413) sends the first request with it. The `SYN` takes up the first number, and the data takes up the next "
                + "ones: add both.",
            (sequence, length, flags) => Right(sequence, (flags & ControlBits.Syn) != 0 ? 0 : length, flags)),
        new(
            "lists the combinations of flags",
            "Your method knows some combinations of flags, such as `SYN` alone and `SYN` with `ACK`. There are others: a `SYN` "
                + "with `ECE` and `CWR` asks whether the other end supports ECN (RFC 3168), and counts 1 like any `SYN`. Test "
                + "one bit, whatever the others are: `(flags & ControlBits.Syn) != 0`.",
            (sequence, length, flags) => Right(sequence, length, Array.IndexOf(Usual, flags) >= 0 ? flags : ControlBits.None)),
    ];

    private protected override IEnumerable<Arrival> Cases(Random random)
    {
        yield return new Arrival(1001, 10, ControlBits.Psh | ControlBits.Ack);
        yield return new Arrival(1000, 0, ControlBits.Syn);
        yield return new Arrival(5000, 0, ControlBits.Syn | ControlBits.Ack);
        yield return new Arrival(1001, 0, ControlBits.Ack);
        yield return new Arrival(1017, 0, ControlBits.Fin);
        yield return new Arrival(1017, 0, ControlBits.Fin | ControlBits.Ack);
        yield return new Arrival(1011, 6, ControlBits.Fin | ControlBits.Psh | ControlBits.Ack);
        yield return new Arrival(1000, 5, ControlBits.Syn);
        yield return new Arrival(1000, 0, ControlBits.Syn | ControlBits.Ece | ControlBits.Cwr);
        yield return new Arrival(uint.MaxValue, 0, ControlBits.Syn);
        yield return new Arrival(uint.MaxValue - 3, 10, ControlBits.Ack);
        yield return new Arrival(uint.MaxValue - 10, 10, ControlBits.Ack);
        for (var i = 0; i < RandomCases; i++)
        {
            // Some near the wrap.
            var sequence = random.Next(5) == 0
                ? uint.MaxValue - (uint)random.Next(MaxDataLength)
                : (uint)random.NextInt64(1L << 32);
            var flags = random.GetItems(Usual, 1)[0];
            var length = (flags & ControlBits.Syn) != 0 ? 0 : random.Next(MaxDataLength);
            yield return new Arrival(sequence, random.Next(3) == 0 ? 0 : length, flags);
        }
    }

    private protected override object? Apply(Answer answer, Arrival arguments) =>
        answer(arguments.Sequence, arguments.Length, arguments.Flags);

    private protected override string Describe(Arrival arguments)
    {
        var flags = arguments.Flags.ToString().ToUpperInvariant();
        var data = arguments.Length == 0 ? "no data" : Octets.Count(arguments.Length) + " of data";
        return InvariantText.Format($"a segment arrived: sequence number {arguments.Sequence}, `{flags}`, {data}");
    }

    private static uint Right(uint sequence, int length, ControlBits flags) =>
        unchecked(sequence + (uint)length + One(flags, ControlBits.Syn) + One(flags, ControlBits.Fin));

    private static uint One(ControlBits flags, ControlBits flag) => (flags & flag) != 0 ? 1u : 0;

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Sequence">The sequence number.</param>
    /// <param name="Length">The bytes of data.</param>
    /// <param name="Flags">The flags.</param>
    public sealed record Arrival(uint Sequence, int Length, ControlBits Flags);
}
