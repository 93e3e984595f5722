using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.3: write a DNS query byte by byte.</summary>
    public static WriteQueryExercise WriteQuery { get; } = new();
}

/// <summary>The learner writes a DNS query, and refuses names that cannot be written.</summary>
public sealed class WriteQueryExercise : CaseExercise<WriteQueryExercise.Answer, WriteQueryExercise.Question>
{
    private const int RandomCases = 150;

    // Names from this length on are shown with their lengths.
    private const int Long = 40;

    // The text of the longest name without a dot at its end: the first length byte and the zero have no character there.
    private const int MaxTextLength = DnsName.MaxNameLength - 2;

    private const ushort A = 1;
    private const ushort Aaaa = 28;

    // Certification authority authorization (RFC 8659): a type that does not fit into one byte.
    private const ushort Caa = 257;

    internal WriteQueryExercise()
        : base(new ExerciseText(
            "3-network/3-a-dns-query.ipynb", "3.3", 1, nameof(Exercises.WriteQuery),
            "Write a DNS query",
            "Return the bytes of a DNS query with the given ID, all flags zero, and one question: `name`, `type`, and class "
                + "1. All numbers of 16 bits are written with the high byte first. The name consists of ASCII characters and "
                + "is written as it is, in capital or small letters. It may end with a dot or not: `www.example.test` and "
                + "`www.example.test.` are the same name. `.` is the root, which has no labels. Throw a `FormatException` for "
                + "a name that cannot be written: if a label is empty (as in `www..test`, `.test`, or `www.test..`), if a "
                + "label has more than 63 bytes, or if the name has more than 255 bytes in the message, with all length bytes "
                + "and the zero.",
            [
                "First find the labels. What does `Split('.')` return for `www.test.`, and what for `.`? Take away one dot at "
                    + "the end, and treat the root as a case of its own. Then check the labels, and write.",
                "`string[] labels = name == \".\" ? [] : (name.EndsWith('.') ? name[..^1] : name).Split('.');` Refuse the "
                    + "name if `labels.Any(label => label.Length is 0 or > 63)`, or if `labels.Sum(label => label.Length + 1) "
                    + "+ 1 > 255`. Write `id`, 0, 1, 0, 0, 0, each as `(byte)(number >> 8), (byte)number`; then the labels, "
                    + "each after its length; then a zero byte, `type`, and 1.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 10;

    /// <summary>The learner's method.</summary>
    /// <param name="id">The ID of the query.</param>
    /// <param name="name">The name to ask for, in ASCII; not empty.</param>
    /// <param name="type">The type of record wanted, as a number.</param>
    /// <returns>The message (RFC 1035, sections 3.1, 4.1.1 and 4.1.2).</returns>
    /// <exception cref="FormatException">
    /// A label is empty or has more than 63 bytes, or the name has more than 255 (RFC 1035, section 2.3.4).
    /// </exception>
    public delegate byte[] Answer(ushort id, string name, ushort type);

    private static ushort[] Types => [A, 2, 5, 6, 12, 15, 16, Aaaa, 65, 255, Caa];

    private enum Flaw
    {
        LowByteFirst,
        OneLabel,
        Swapped,
        FinalDotWritten,
        FinalDotRefused,
        EmptyLeftOut,
        EmptyWritten,
        AllDotsTrimmed,
        NoLabelLimit,
        NoNameLimit,
        TextLimit,
        ZeroForgotten,
        RootWritten,
        RootRefused,
    }

    internal override Answer Reference { get; } = (id, name, type) =>
        new DnsMessage(id) { Questions = [new DnsQuestion(DnsName.Parse(name), (DnsType)type)] }.ToBytes();

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } = All();

    private protected override IEnumerable<Question> Cases(Random random) => Fixed().Concat(
        Enumerable.Range(0, RandomCases).Select(i => RandomQuestion(random, i)));

    private protected override object? Apply(Answer answer, Question arguments) =>
        answer(arguments.Id, arguments.Name, arguments.Type);

    private protected override string Describe(Question arguments)
    {
        var (id, name, type) = arguments;
        var lengths = name.Length < Long ? "" : InvariantText.Format(
            $" ({name.Length} characters, at most {name.Split('.').Max(label => label.Length)} of them in a label)");
        return InvariantText.Format(
            $"asked for a query with the ID 0x{id:x4}, the name `{Present.Quoted(name)}`{lengths}, and the type {type}");
    }

    // What a wrong answer is told depends on the order: first what every query needs, then the dot at the end, then the names
    // that cannot be written. The root comes last, because an answer without any checks must first be told about them.
    private static IEnumerable<Question> Fixed()
    {
        yield return new(0x1234, "www.example.test", A);
        yield return new(0xBEEF, "mail.example.test", Aaaa);
        yield return new(7, "test", Caa);
        yield return new(0x0100, "_SIP._tcp.Example.test", 33);
        yield return new(0x1234, "www.example.test.", A);
        yield return new(0x1234, "test.", Aaaa);
        yield return new(0x1234, "www..test", A);
        yield return new(0x1234, ".example.test", A);
        yield return new(0x1234, "www.example..test.", A);
        yield return new(0x1234, "www.example.test..", A);
        yield return new(0x1234, "test..", A);
        yield return new(0x1234, "..", A);
        yield return new(0x1234, Letters(63) + ".test", A);
        yield return new(0x1234, Letters(64) + ".test", A);
        yield return new(0x1234, $"www.{Letters(192)}.test.", A);
        yield return new(0x1234, LongName(MaxTextLength), A);
        yield return new(0x1234, LongName(MaxTextLength) + ".", A);
        yield return new(0x1234, LongName(MaxTextLength + 2), A);
        yield return new(0x1234, LongName(MaxTextLength + 1), A);
        yield return new(0x1234, LongName(MaxTextLength + 1) + ".", A);
        yield return new(0x1234, LongName(300), A);
        yield return new(0x1234, ".", 2);
    }

    // How many there are of each kind does not depend on chance. Plain names are more than all others, and names with a dot at
    // the end more than those that cannot be written: so an answer with several mistakes is told about the first.
    private static Question RandomQuestion(Random random, int i)
    {
        var labels = Enumerable.Range(0, random.Next(1, 5))
            .Select(_ => random.GetString("abcdxyzABC0123456789-_", random.Next(1, 12))).ToList();
        if (i % 12 == 3)
        {
            labels.Insert(random.Next(0, labels.Count), "");
        }
        else if (i % 30 == 4)
        {
            labels.Insert(random.Next(0, labels.Count + 1), Letters(random.Next(DnsName.MaxLabelLength + 1, 192)));
        }

        var name = string.Join('.', labels) + (i % 7 < 2 ? "." : "");
        return new((ushort)random.Next(0, 0x10000), name, random.GetItems(Types, 1)[0]);
    }

    private static string Letters(int count) => new((char)('a' + count % 26), count);

    // Labels of 63 letters, and the rest: a text of so many characters, without a dot at its end.
    private static string LongName(int characters) => string.Join('.', Enumerable
        .Range(0, (characters + DnsName.MaxLabelLength) / (DnsName.MaxLabelLength + 1))
        .Select(i => Letters(Math.Min(DnsName.MaxLabelLength, characters - i * (DnsName.MaxLabelLength + 1)))));

    private static List<Mistake<Answer>> All()
    {
        List<Mistake<Answer>> all = [];
        Add(
            Flaw.LowByteFirst,
            "writes the low byte first",
            "Your method writes the low byte of each number first, as `BitConverter` does on most processors. In all headers "
                + "of the Internet, the high byte comes first (RFC 1035, section 2.3.2). A server reads your one question as "
                + "256 questions, does not find them, and answers with a format error, or not at all. Write `(byte)(number >> "
                + "8)`, then `(byte)number`.");
        Add(
            Flaw.OneLabel,
            "writes the whole name as one label",
            "Your method writes the length of the whole text, and then the text with its dots. For the server, this is one "
                + "label that contains dots, directly below the root. There is no such name. In the message there are no "
                + "dots: each label comes after its own length.");
        Add(
            Flaw.Swapped,
            "swaps type and class",
            "Your method writes the class before the type. You do not notice it with an `A` record, where both are 1. With "
                + "any other type, the server sees a question for an `A` record in a class that it does not have. After the "
                + "name comes the type, then the class (RFC 1035, section 4.1.2).");
        Add(
            Flaw.FinalDotWritten,
            "writes an empty label for the final dot",
            "Your method writes two zeros after a name that ends with a dot, because `Split('.')` returns an empty text after "
                + "the last dot. The first zero already ends the name. The server then takes the second one for the first "
                + "byte of the type, so type and class are both wrong, and a byte is left over. Remove one dot at the end "
                + "before you split.");
        Add(
            Flaw.FinalDotRefused,
            "refuses the final dot",
            "Your method throws an exception for a name that ends with a dot, because `Split('.')` returns an empty text "
                + "after it. This is the complete form of a name, as in zone files and in the output of `dig`: the dot says "
                + "that nothing but the root follows. Remove one dot at the end before you look for empty labels.");
        Add(
            Flaw.EmptyLeftOut,
            "leaves out empty labels",
            "Your method ignores empty labels, as `StringSplitOptions.RemoveEmptyEntries` does. So it asks for `www.test` "
                + "when a user has mistyped `www..test`, and the mistake stays hidden. Another program refuses the same name. "
                + "Only one dot at the end may disappear. Throw a `FormatException` for every other empty label.");
        Add(
            Flaw.EmptyWritten,
            "writes empty labels",
            "Your method writes a zero for an empty label. But a zero ends the name: the server reads `www..test` as `www`, "
                + "and takes the letters after it for type and class. Check the labels before you write them, and throw a "
                + "`FormatException` if one is empty.");
        Add(
            Flaw.AllDotsTrimmed,
            "removes all dots at the end",
            "Your method removes every dot at the end, as `TrimEnd('.')` does. One dot there is allowed. With two, the last "
                + "label is empty, and the name cannot be written. Remove only one: `name.EndsWith('.') ? name[..^1] : name`.");
        Add(
            Flaw.NoLabelLimit,
            "has no limit for a label",
            "Your method writes labels of more than 63 bytes. The length has only the six low bits of its byte; the two high "
                + "bits say what kind of label it is (RFC 1035, section 4.1.4). A server reads a length of 64 as a kind of "
                + "label that it does not know, and a length of 192 as a pointer to another place in the message. Throw a "
                + "`FormatException`.");
        Add(
            Flaw.NoNameLimit,
            "has no limit for the name",
            "Your method writes names of more than 255 bytes. Servers refuse such a query, because every program may rely on "
                + "that limit (RFC 1035, section 2.3.4). Add up the labels, each with its length byte, and the zero at the "
                + "end. Throw a `FormatException` if there are more than 255 bytes.");
        Add(
            Flaw.TextLimit,
            "counts the characters of the text",
            "Your method allows a text of 255 characters. The limit of 255 bytes is for the name in the message. Each dot "
                + "between two labels becomes a length byte there, but the first length byte and the zero at the end have no "
                + "character in a text such as `www.test`. Without a dot at its end, the text can have 253 characters, and "
                + "with it 254. Count the bytes that you write.");
        Add(
            Flaw.ZeroForgotten,
            "forgets the zero at the end",
            "Your method allows names of 256 bytes. The labels and their length bytes can have 254 bytes together, because "
                + "the zero at the end belongs to the name too (RFC 1035, section 3.1). A server that keeps exactly to the "
                + "limit refuses your query. Add 1 for the zero before you compare.");
        Add(
            Flaw.RootWritten,
            "writes the root as an empty label",
            "Your method writes two zeros for the root. When the dot is removed, an empty text is left, and `Split('.')` "
                + "returns it as one empty label. The root has no labels: its name is one zero byte. With two, the server "
                + "takes the second zero for the first byte of the type.");
        Add(
            Flaw.RootRefused,
            "refuses the root",
            "Your method throws an exception for `.`. When the dot is removed, an empty text is left, and `Split('.')` "
                + "returns it as one empty label. But the root is a name like others: a resolver asks for its name servers "
                + "first of all (RFC 9609). It has no labels, and is one zero byte in the message.");
        return all;

        void Add(Flaw flaw, string name, string explanation) =>
            all.Add(new(name, explanation, (id, text, type) => Write(id, text, type, flaw)));
    }

    private static byte[] Write(ushort id, string name, ushort type, Flaw flaw)
    {
        var labels = LabelsOf(name, flaw);
        Require(flaw is Flaw.NoLabelLimit or Flaw.OneLabel || labels.All(label => label.Length <= DnsName.MaxLabelLength));
        Require(flaw switch
        {
            Flaw.NoNameLimit => true,
            Flaw.TextLimit => name.Length <= DnsName.MaxNameLength,
            _ => labels.Sum(label => label.Length + 1) + (flaw == Flaw.ZeroForgotten ? 0 : 1) <= DnsName.MaxNameLength,
        });
        List<byte> bytes = [];
        foreach (var number in (ushort[])[id, 0, 1, 0, 0, 0])
        {
            Number(number);
        }

        foreach (var label in labels)
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        bytes.Add(0);
        Number(flaw == Flaw.Swapped ? DnsClass.Internet : type);
        Number(flaw == Flaw.Swapped ? type : DnsClass.Internet);
        return [.. bytes];

        void Number(ushort number)
        {
            var (high, low) = ((byte)(number >> 8), (byte)number);
            bytes.AddRange(flaw == Flaw.LowByteFirst ? [low, high] : [high, low]);
        }
    }

    private static string[] LabelsOf(string name, Flaw flaw)
    {
        if (name == "." && flaw is not (Flaw.RootWritten or Flaw.RootRefused))
        {
            return [];
        }

        var text = flaw switch
        {
            Flaw.FinalDotWritten or Flaw.FinalDotRefused => name,
            Flaw.AllDotsTrimmed => name.TrimEnd('.'),
            _ => name.EndsWith('.') ? name[..^1] : name,
        };
        string[] labels = flaw switch
        {
            Flaw.OneLabel => [text],
            Flaw.EmptyLeftOut => text.Split('.', StringSplitOptions.RemoveEmptyEntries),
            _ => text.Split('.'),
        };
        var mayBeEmpty = flaw switch
        {
            Flaw.EmptyWritten => labels.Length,
            Flaw.FinalDotWritten when name.EndsWith('.') => 1,
            Flaw.RootWritten when name == "." => 1,
            _ => 0,
        };
        Require(labels.SkipLast(mayBeEmpty).All(label => label.Length > 0));
        return labels;
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new FormatException("This name cannot be written.");
        }
    }

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Id">The ID.</param>
    /// <param name="Name">The name to ask for.</param>
    /// <param name="Type">The type of record wanted.</param>
    public sealed record Question(ushort Id, string Name, ushort Type);
}
