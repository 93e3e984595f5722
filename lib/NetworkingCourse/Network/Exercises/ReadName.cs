using System.Collections;
using System.Runtime.CompilerServices;
using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.3: read a name from a message that anyone may have written.</summary>
    public static ReadNameExercise ReadName { get; } = new();
}

/// <summary>The learner reads compressed names from messages, some of which are hostile.</summary>
public sealed class ReadNameExercise : CaseExercise<ReadNameExercise.Answer, ReadNameExercise.Message>
{
    private const int HeaderLength = 12;
    private const int RandomCases = 40;
    private const int MaxReads = 100_000;

    internal ReadNameExercise()
        : base(new ExerciseText(
            "3-network/3-a-dns-query.ipynb", "3.3", 2, nameof(Exercises.ReadName),
            "Read a name from a hostile message",
            "Read the name that begins at offset `at` of a DNS message. Return its text, each label followed by a dot (the root "
                + "is `\".\"`), and the offset of what follows the name in the message. Return `null` if there is no name: if "
                + "something of it is missing, if a byte begins neither a label of at most 63 bytes nor a pointer, if the name "
                + "has more than 255 bytes on the wire (without pointers, with its length bytes and the final zero), or if a "
                + "pointer does not lead back, to a place before the labels that lead to it. The sender may want your method "
                + "to throw, to read beyond the message, or never to end.",
            [
                "Keep three numbers: where you are, where the present run of labels began (a pointer must lead to a place "
                    + "before that), and what the name has cost so far. The offset to return is decided only once: which "
                    + "pointer decides it?",
                "In a loop: leave with `null` if `at >= message.Count`. Look at the two highest bits, `message[at] & 0xC0`. For "
                    + "`0xC0`, the second byte must be there; the target is `(message[at] & 0x3F) << 8 | message[at + 1]`; "
                    + "`next ??= at + 2`; leave if `target >= start`; go on with `at = start = target`. For 0, the byte is the "
                    + "label's length, and the name ends if it is 0. Anything else is not allowed.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 20;

    /// <summary>The learner's method.</summary>
    /// <param name="message">The message. It is read byte by byte; what is read is counted.</param>
    /// <param name="at">The offset at which the name begins: 12 or more, up to the length of the message.</param>
    /// <returns>
    /// The name with a dot after each label, and the offset after it: after its final zero, or after its first pointer; null if
    /// it is not a name (RFC 1035, sections 3.1 and 4.1.4).
    /// </returns>
    public delegate (string Name, int Next)? Answer(IReadOnlyList<byte> message, int at);

    private enum Flaw
    {
        EndOfTheTarget,
        LastPointer,
        Forward,
        AnyPointer,
        LoopThroughLabels,
        LongLabel,
        NoLimit,
        LimitOfText,
        SmallPointer,
        PastTheEnd,
        EmptyRoot,
        AnyHighBit,
        IntoALabel,
        BeforeTheName,
    }

    internal override Answer Reference => (message, at) =>
    {
        try
        {
            var (name, parts) = DnsNameReader.Read([.. message], at, message.Count);
            return (name.Labels.Count == 0 ? "." : string.Concat(name.Labels.Select(label => label + ".")), parts[^1].Offset
                + parts[^1].Length);
        }
        catch (FormatException)
        {
            return null;
        }
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } = All();

    private protected override IEnumerable<Message> Cases(Random random) => Fixed().Concat(
        Enumerable.Range(0, RandomCases).Select(_ => RandomMessage(random)));

    private protected override object? Apply(Answer answer, Message arguments)
    {
        var bytes = new CountedBytes(arguments.Bytes);
        try
        {
            var name = answer(bytes, arguments.At);
            return bytes.IsExhausted ? Endless(arguments) : new Said(name is var (text, next)
                ? InvariantText.Format($"`{Printable(text ?? "null")}`, and what follows is at offset {next}")
                : "`null`: not a name");
        }
        catch (Exception exception) when (exception is CountedBytes.ExhaustedException or InsufficientExecutionStackException)
        {
            return Endless(arguments);
        }
    }

    private protected override string Describe(Message arguments) => InvariantText.Format(
        $"asked for the name at offset {arguments.At} of {arguments.Bytes.Length} bytes: {arguments.Text}");

    // Labels may have any bytes: those that cannot be printed are shown as `\000`, with three digits (RFC 1035, section 5.1).
    private static string Printable(string text) => string.Concat(Octets.Shorten(text, 80).Select(character =>
        char.IsControl(character) ? InvariantText.Format($"\\{(int)character:d3}") : char.ToString(character)));

    private static Said Endless(Message message) => new(InvariantText.Format(
        $"still reading, again and again, a message of {message.Bytes.Length} bytes"));

    private static IEnumerable<Message> Fixed()
    {
        yield return Builder.New.Labels("www", "example", "test").Zero().ReadFrom(0);
        yield return Builder.New.Zero().ReadFrom(0);
        yield return Builder.New.Labels("www", "test").Zero().Raw(0, 1, 0, 1).ReadFrom(0);
        yield return Builder.New.Labels("_sip", "_TCP", "Example").Zero().ReadFrom(0);
        yield return Builder.New.Labels("www", "example", "test").Zero().Piece().To(0).Raw(0, 1, 0, 1).ReadFrom(1);
        yield return Builder.New.Labels("www").Piece().Labels("example", "test").Zero().Piece().Labels("mail").To(1)
            .Raw(0, 1).ReadFrom(2);
        yield return Builder.New.Labels("test").Zero().Piece().Labels("example").To(0).Piece().Labels("www").To(1).Raw(0, 1)
            .ReadFrom(2);
        yield return Builder.New.Filler(300).Piece().Labels("far", "away", "test").Zero().Piece().Labels("not", "so").To(1)
            .Raw(0, 1).ReadFrom(2);
        yield return Builder.New.Zero().Piece().To(0).Raw(0, 1).ReadFrom(1);
        yield return Builder.New.To(0).ReadFrom(0);
        yield return Builder.New.To(1).Piece().Labels("a", "test").Zero().ReadFrom(0);
        yield return Builder.New.Labels("www").To(1).Piece().Labels("a", "test").Zero().ReadFrom(0);
        yield return Builder.New.To(2).Piece().Labels("b").Zero().Piece().To(1).ReadFrom(0);
        yield return Builder.New.Labels("a").To(0).ReadFrom(0);
        yield return Builder.New.To(1).Piece().To(0).ReadFrom(1);
        yield return Builder.New.Labels("a").Piece().Labels("b").To(1).ReadFrom(0);
        yield return Builder.New.To(0).Piece().To(0).ReadFrom(1);
        // A label of three bytes, which are themselves a name.
        yield return Builder.New.Raw(3).Piece().Raw(1, (byte)'x', 0).To(1).ReadFrom(0);
        yield return Builder.New.Labels(Letters(63)).Zero().ReadFrom(0);
        yield return Builder.New.Labels(Letters(64)).Zero().ReadFrom(0);
        yield return Builder.New.Raw(0x80, 1, (byte)'a', 0).ReadFrom(0);
        yield return Builder.New.Labels("www").Raw(0x40).ReadFrom(0);
        yield return Builder.New.Labels(Letters(63), Letters(63), Letters(63), Letters(61)).Zero().ReadFrom(0);
        yield return Builder.New.Labels(Letters(63), Letters(63), Letters(63), Letters(62)).Zero().ReadFrom(0);
        yield return Builder.New.Labels(Letters(63), Letters(63), Letters(63), Letters(63), Letters(63)).Zero().ReadFrom(0);
        yield return Builder.New.Labels(Letters(63), Letters(63)).Zero().Piece().Labels(Letters(63), Letters(61)).To(0)
            .ReadFrom(1);
        yield return Builder.New.Labels(Letters(63), Letters(63)).Zero().Piece().Labels(Letters(63), Letters(62)).To(0)
            .ReadFrom(1);
        yield return Builder.New.Labels("www").ReadFrom(0);
        yield return Builder.New.Raw(63, (byte)'a', (byte)'b').ReadFrom(0);
        yield return Builder.New.Labels("www", "test").Raw(0xC0).ReadFrom(0);
        yield return Builder.New.Zero().Piece().ReadFrom(1);
    }

    // A message with several names, of which the later ones point into the earlier ones; some are cut off, some point anywhere.
    private static Message RandomMessage(Random random)
    {
        var builder = Builder.New;
        var pieces = random.Next(1, 5);
        for (var i = 0; i < pieces; i++)
        {
            var labels = Enumerable.Range(0, random.Next(i == 0 ? 1 : 0, 4))
                .Select(_ => random.GetString("abcdxyz", random.Next(1, 9)));
            builder = (i > 0 ? builder.Piece() : builder).Labels([.. labels]);
            builder = random.Next(12) == 0 ? builder.To(random.Next(0, pieces))
                : i > 0 && random.Next(3) > 0 ? builder.To(random.Next(0, i))
                : builder.Zero();
        }

        var message = builder.Raw(0, 1, 0, 1).ReadFrom(random.Next(0, pieces));
        return random.Next(6) > 0 ? message : message.CutOff(random.Next(message.At, message.Bytes.Length));
    }

    private static string Letters(int count) => new((char)('a' + count % 26), count);

    private static List<Mistake<Answer>> All()
    {
        List<Mistake<Answer>> all = [];
        Add(
            Flaw.EndOfTheTarget,
            "goes on at the end of the target",
            "Your method returns the offset after the place that a pointer leads to. The name in this place ends with the "
                + "pointer, which has two bytes; what follows it there is the type. With your offset, the reader of the message "
                + "goes back and takes the rest of the question for the rest of the answer.");
        Add(
            Flaw.LastPointer,
            "lets the second pointer move the end",
            "Your method sets the offset to return at every pointer. The labels after a pointer can end with a pointer of their "
                + "own, and that one is somewhere else in the message. Only the first pointer ends the name in this place: "
                + "`next ??= at + 2`.");
        Add(
            Flaw.Forward,
            "follows pointers forward",
            "Your method follows a pointer to a later place, and only takes care not to be at the same place twice. That "
                + "ends, but no honest message needs it: a pointer refers to a prior occurrence (RFC 1035, section 4.1.4). "
                + "A reader that goes through the message in order cannot know such a name, and two readers that disagree about "
                + "a name are what an attacker is looking for. The rule \"only back\" needs no memory at all.");
        Add(
            Flaw.AnyPointer,
            "follows every pointer",
            "Your method follows a pointer wherever it leads. Two bytes, a pointer to itself, keep it busy for ever; one "
                + "datagram is enough to stop a server. Follow a pointer only if it leads to a place before the labels that "
                + "lead to it. Then every jump leads closer to the beginning, so the jumps must end.");
        Add(
            Flaw.LoopThroughLabels,
            "compares a pointer only with its own place",
            "Your method allows every pointer that leads to a place before itself. The label `a`, followed by a pointer to that "
                + "label, passes this test: `a.a.a.a.` and so on, and the name grows until the memory is full. Compare with the "
                + "place where the run of labels began that ends with the pointer.");
        Add(
            Flaw.LongLabel,
            "takes every other byte for a length",
            "Your method takes all bytes that do not begin with the bits `11` for the length of a label. The bits `01` and "
                + "`10` are reserved: a label has at most 63 bytes, the six bits that are left. A byte such as `0x40` means "
                + "that the message is damaged, hostile, or of a kind that your method does not know.");
        Add(
            Flaw.NoLimit,
            "reads names of any length",
            "Your method accepts names of more than 255 bytes. All other programs rely on that limit (RFC 1035, section 2.3.4), "
                + "some of them with an array of 255 bytes. A short message can hold many long names, because pointers let "
                + "them share their labels. Count each label with its length byte, and the final zero.");
        Add(
            Flaw.LimitOfText,
            "forgets the final zero",
            "Your method allows 256 bytes on the wire. The labels and their length bytes may have 254 together, because the "
                + "final zero is a byte of the name too (RFC 1035, section 3.1).");
        Add(
            Flaw.SmallPointer,
            "takes one byte for the target",
            "Your method takes the second byte of a pointer for the target. The six bits that are left of the first byte "
                + "belong to it, as the upper ones. In small messages they are zero, so every test with one question and one "
                + "answer succeeds; from offset 256 on you read another name.");
        Add(
            Flaw.PastTheEnd,
            "reads past the end of the message",
            "Your method believes a length and reads on past the last byte. C# throws an exception; in C it would have read "
                + "the memory that happens to be there, and perhaps sent it to the client. Before you read a byte, a label or "
                + "the second byte of a pointer, see whether it is there, and return `null` if it is not.");
        Add(
            Flaw.EmptyRoot,
            "returns an empty text for a pointer to the root",
            "Your method returns `\"\"` for a name that consists of a pointer to a zero. That is the root, too, and its text "
                + "is `\".\"`, wherever its zero is. Do not look for a zero only at the beginning. Decide at the end: if the "
                + "name has no labels, return `\".\"`.");
        Add(
            Flaw.AnyHighBit,
            "takes one high bit for a pointer",
            "Your method follows a pointer as soon as one of the two highest bits is set. A pointer has both. The bits `01` "
                + "and `10` are reserved (RFC 1035, section 4.1.4), and a byte that begins with them makes the name invalid. "
                + "Compare `message[at] & 0xC0` with `0xC0`, not with 0.");
        Add(
            Flaw.IntoALabel,
            "follows a pointer into the labels that lead to it",
            "Your method allows every pointer that leads to a place before itself, and only the limit of 255 bytes ends the "
                + "loops. Here a pointer leads into the middle of a label that it follows: the same bytes are read twice, "
                + "first as text and then as a name. Another program sees another name there, and that is what an attacker "
                + "needs. Compare with the place where the run of labels began that ends with the pointer.");
        Add(
            Flaw.BeforeTheName,
            "compares every pointer with the beginning of the name",
            "Your method compares each pointer with the place where the name begins. That is right for the first one. The second "
                + "pointer is read at the first one's target: it can lead to its own place, or forward from there, and still "
                + "be before the name. So your method goes round for ever. After a jump, compare with the place to which you "
                + "have jumped.");
        return all;

        void Add(Flaw flaw, string name, string explanation) =>
            all.Add(new(name, explanation, (message, at) => Read(message, at, flaw)));
    }

    private static (string Name, int Next)? Read(IReadOnlyList<byte> message, int at, Flaw flaw)
    {
        var (text, length, start, seen) = (new StringBuilder(), flaw == Flaw.LimitOfText ? 0 : 1, at, new HashSet<int>());
        var begin = at;
        for (int? next = null; ;)
        {
            if (at >= message.Count && flaw != Flaw.PastTheEnd)
            {
                return null;
            }

            int first = message[at];
            switch (flaw == Flaw.AnyHighBit && first > DnsName.MaxLabelLength ? 0xC0 : first & 0xC0)
            {
                case 0xC0:
                    if (at + 1 >= message.Count && flaw != Flaw.PastTheEnd)
                    {
                        return null;
                    }

                    var target = ((flaw == Flaw.SmallPointer ? 0 : first & 0x3F) << 8) | message[at + 1];
                    next = flaw == Flaw.LastPointer ? at + 2 : flaw == Flaw.EndOfTheTarget ? null : next ?? at + 2;
                    var isAllowed = flaw switch
                    {
                        Flaw.AnyPointer => true,
                        Flaw.Forward => seen.Add(target),
                        Flaw.LoopThroughLabels or Flaw.IntoALabel => target < at,
                        Flaw.BeforeTheName => target < begin,
                        _ => target < start,
                    };
                    if (!isAllowed)
                    {
                        return null;
                    }

                    at = start = target;
                    break;
                case 0 when first == 0:
                    var isRoot = text.Length == 0 && (next is null || flaw != Flaw.EmptyRoot);
                    return (isRoot ? "." : text.ToString(), next ?? at + 1);
                case 0:
                case not 0 when flaw == Flaw.LongLabel:
                    length += 1 + first;
                    if ((length > DnsName.MaxNameLength && flaw is not (Flaw.NoLimit or Flaw.LoopThroughLabels))
                        || (at + 1 + first > message.Count && flaw != Flaw.PastTheEnd))
                    {
                        return null;
                    }

                    for (var i = at + 1; i <= at + first; i++)
                    {
                        text.Append((char)message[i]);
                    }

                    text.Append('.');
                    at += 1 + first;
                    break;
                default:
                    return null;
            }
        }
    }

    /// <summary>A message, and the offset at which to read a name.</summary>
    /// <param name="Bytes">The message: a header of 12 zeros, and names.</param>
    /// <param name="At">The offset of the name.</param>
    /// <param name="Text">What is in the message, in words.</param>
    public sealed record Message(byte[] Bytes, int At, string Text)
    {
        internal Message CutOff(int length) =>
            new(Bytes[..length], At, Text + InvariantText.Format($", all cut off at offset {length}"));
    }

    /// <summary>Puts messages together from names and pointers to them.</summary>
    private sealed class Builder
    {
        private readonly List<byte> _bytes = [.. new byte[HeaderLength]];
        private readonly List<int> _pieces = [HeaderLength];
        private readonly List<(int At, int Piece)> _pointers = [];
        private readonly List<(int At, Func<int[], string> Text)> _parts = [];

        private Builder()
        {
        }

        public static Builder New => new();

        public Builder Piece()
        {
            _pieces.Add(_bytes.Count);
            return this;
        }

        public Builder Labels(params IReadOnlyList<string> labels)
        {
            foreach (var label in labels)
            {
                var shown = InvariantText.Format($"{label.Length} {Octets.Shorten(label, 12)}");
                _parts.Add((_bytes.Count, _ => shown));
                _bytes.Add((byte)label.Length);
                _bytes.AddRange(Encoding.ASCII.GetBytes(label));
            }

            return this;
        }

        public Builder Zero() => Raw(0);

        public Builder Raw(params byte[] bytes)
        {
            var shown = string.Join(' ', bytes.Select(value => value == 0 ? "0" : InvariantText.Format($"0x{value:x2}")));
            _parts.Add((_bytes.Count, _ => shown));
            _bytes.AddRange(bytes);
            return this;
        }

        public Builder Filler(int length)
        {
            _parts.Add((_bytes.Count, _ => InvariantText.Format($"{length} bytes 0x01")));
            _bytes.AddRange(Enumerable.Repeat((byte)1, length));
            return this;
        }

        // Points to a piece, which may come later.
        public Builder To(int piece)
        {
            _parts.Add((_bytes.Count, pieces => InvariantText.Format($"→ {pieces[piece]}")));
            _pointers.Add((_bytes.Count, piece));
            _bytes.AddRange([0, 0]);
            return this;
        }

        public Message ReadFrom(int piece)
        {
            byte[] bytes = [.. _bytes];
            foreach (var (at, target) in _pointers)
            {
                (bytes[at], bytes[at + 1]) = ((byte)(0xC0 | (_pieces[target] >> 8)), (byte)_pieces[target]);
            }

            int[] pieces = [.. _pieces];
            var shown = _pieces.Select((from, i) => (
                From: from,
                Text: string.Join(' ', _parts
                    .Where(part => part.At >= from && (i + 1 == pieces.Length || part.At < pieces[i + 1]))
                    .Select(part => part.Text(pieces)))));
            return new Message(bytes, pieces[piece], string.Join(", ", shown.Select(part => part.Text.Length == 0
                ? InvariantText.Format($"{part.From}: nothing")
                : InvariantText.Format($"{part.From}: `{part.Text}`"))));
        }
    }

    /// <summary>Bytes that can be read only so many times, and only while there is room on the stack.</summary>
    private sealed class CountedBytes(byte[] bytes) : IReadOnlyList<byte>
    {
        private int _reads;
        private bool _isTooDeep;

        public bool IsExhausted => _isTooDeep || _reads > MaxReads;

        public int Count => bytes.Length;

        public byte this[int index]
        {
            get
            {
                // A method that calls itself for each pointer would overflow the stack, and end the whole process: a zero ends
                // the name before.
                _isTooDeep = _isTooDeep || !RuntimeHelpers.TryEnsureSufficientExecutionStack();
                return ++_reads > MaxReads ? throw new ExhaustedException() : _isTooDeep ? byte.MinValue : bytes[index];
            }
        }

        public IEnumerator<byte> GetEnumerator()
        {
            for (var i = 0; i < Count; i++)
            {
                yield return this[i];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public sealed class ExhaustedException() : Exception("Read far too much.");
    }
}
