using System.Globalization;
using System.Net;
using System.Text;
using NetworkingCourse.Application;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.1: take a body out of its chunks.</summary>
    public static DechunkExercise Dechunk { get; } = new();
}

/// <summary>The learner takes a body out of its chunks, and finds its end.</summary>
public sealed class DechunkExercise : CaseExercise<DechunkExercise.Answer, string>
{
    private const int RandomCases = 60;
    private const string Head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    // The course's limit for bodies is no part of the task.
    private static readonly HttpRules Rules = HttpRules.Strict with { Limits = new HttpLimits { Body = int.MaxValue } };

    internal DechunkExercise()
        : base(new ExerciseText(
            "1-application/1-http-by-hand.ipynb", "1.1", 2, nameof(Exercises.Dechunk),
            "Take a body out of its chunks",
            "`bytes` are what came after the head of a message with `Transfer-Encoding: chunked`. Return the body without "
                + "the chunk sizes, and how many of the `bytes` the chunked body takes: those after it belong to the next "
                + "message. A chunk is a line with its size, its data and a `\\r\\n`; the chunk of size 0 has no data. A "
                + "size is hexadecimal digits and nothing else, but an extension may follow: a `;`, and then anything up to "
                + "the end of the line, which you ignore. After the last size there may be trailers, lines like those of a "
                + "head, and then there is an empty line. Throw a `FormatException`, and no other exception, if the bytes "
                + "are anything else, or end too early.",
            [
                "Walk with a position `at`. The size says where the data end: do not search for their end. Everything else "
                    + "is a line, and ends with `\\r\\n`. What does `Convert.ToInt32(\"FFFFFFFF\", 16)` return, and what "
                    + "`int.Parse(\" 5\", NumberStyles.HexNumber)`?",
                "A local method `Line()` finds the next `\\r\\n` from `at` on, moves `at` past it and returns the text "
                    + "before it. Loop: `Line()`, cut off at the `;`; refuse it unless it has digits, and nothing but digits "
                    + "(`char.IsAsciiHexDigit`); parse it as a `long` and compare it with what is left. If it is 0, read "
                    + "lines until an empty one. Otherwise take the data, and check the two bytes after them.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="bytes">The bytes after the head of a message with a chunked body.</param>
    /// <returns>The body, and how many of the bytes its chunks take, with the trailers and the empty line.</returns>
    /// <exception cref="FormatException">The bytes are not a chunked body, or end before it does.</exception>
    public delegate (byte[] Body, int Taken) Answer(byte[] bytes);

    private enum Flaw
    {
        Decimal,
        NoExtensions,
        UncheckedEnd,
        NoTrailers,
        Utf8Only,
        AsciiOnly,
        CutOff,
        Trusting,
        Negative,
        Overflows,
        Loose,
        Converts,
        Parses,
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    // The reader of the course, after a head.
    internal override Answer Reference => bytes =>
    {
        var reader = HttpMessageReader.OfResponse(rules: Rules);
        reader.Read(Encoding.ASCII.GetBytes(Head));
        try
        {
            var taken = reader.Read(bytes);
            return reader.Message is { } message ? (message.Body, taken)
                : throw new FormatException($"The bytes end too early: {reader.Progress}.");
        }
        catch (HttpFormatException exception)
        {
            throw new FormatException(exception.Reason);
        }
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "takes the size for a decimal number",
            "Your method reads the size as a decimal number. It is hexadecimal: `10` means 16 bytes, and `c` means 12. The "
                + "mistake does not show as long as all chunks are shorter than ten bytes.",
            With(Flaw.Decimal)),
        new(
            "does not know extensions",
            "Your method does not cut the line with the size at the `;`. What follows it is an extension, `5;name=value`. "
                + "Hardly anyone sends them, but every recipient must be able to ignore them (RFC 9112, section 7.1.1).",
            With(Flaw.NoExtensions)),
        new(
            "splits the data at line ends",
            "Your method splits everything at `\\r\\n` and takes every other line for data. But the data may be anything, "
                + "also a `\\r\\n`. Only the size says where they end: that is why it is there.",
            bytes => AtLineEnds(Encoding.Latin1.GetString(bytes))),
        new(
            "skips the line end after a chunk unseen",
            "Your method goes two bytes forward after the data without looking at them. If they are not `\\r\\n`, the size "
                + "was wrong, and everything from here on is guesswork. Two programs that guess differently see different "
                + "requests: that is how requests are smuggled.",
            With(Flaw.UncheckedEnd)),
        new(
            "does not know trailers",
            "Your method expects the empty line directly after the size 0. Between the two there may be trailers: fields "
                + "that the sender knew only after it had sent the body, such as a checksum. Read lines until an empty one.",
            With(Flaw.NoTrailers)),
        new(
            "makes text of the body",
            "Your method turns the bytes into text and back. A body may be a picture, or end in the middle of a character of "
                + "UTF-8: bytes that are no text in that encoding become question marks, and are lost. Decode the lines with "
                + "the sizes, and copy the data.",
            With(Flaw.Utf8Only)),
        new(
            "makes ASCII of the body",
            "Your method turns the data into ASCII text and back. ASCII ends at 127: each byte above that becomes a `?`, and "
                + "is lost. A letter such as `é` consists of such bytes, and a picture is full of them. Decode the lines with "
                + "the sizes, and copy the data.",
            With(Flaw.AsciiOnly)),
        new(
            "takes a part of a body for the whole",
            "Your method returns what there is if the bytes end too early. The size 0 is there so that the reader can tell a "
                + "whole body from one that was cut off, which it cannot if the body ends with the connection. Throw a "
                + "`FormatException`.",
            With(Flaw.CutOff)),
        new(
            "trusts the sizes",
            "Your method believes that there are as many bytes as a size says, and that each line has an end. If the bytes "
                + "end too early, it runs out of the array, and throws an exception that its caller does not expect: one "
                + "broken response ends the whole program. Compare with what is left before you take it, and throw a "
                + "`FormatException`.",
            With(Flaw.Trusting)),
        new(
            "gets a negative size",
            "Your method accepts a size of eight digits that begins with `8` to `F`. `Convert.ToInt32` and `int.Parse` make "
                + "a negative number of it, because they take the digits for the bits of an `int`. Such a chunk passes every "
                + "test of the kind `size > left`, and then your method goes backwards or throws another exception. Parse a "
                + "`long`, and refuse what is more than there is.",
            With(Flaw.Negative)),
        new(
            "lets a size overflow",
            "Your method throws an `OverflowException` if a size has more digits than fit into its type. The caller expects a "
                + "`FormatException` and does not catch yours: one broken response ends the whole program. Count the digits "
                + "before you parse them: 15 always fit into a `long`.",
            With(Flaw.Overflows)),
        new(
            "accepts more than digits",
            "Your method accepts white space or a `0x` as a part of the size, because `NumberStyles.HexNumber`, `Trim` or "
                + "`Convert.ToInt32` do. If the proxy in front of you reads the same line in another way, the two of you "
                + "disagree about where the body ends. Refuse everything that is not a digit.",
            With(Flaw.Loose)),
        new(
            "leaves the test of the size to `Convert`",
            "Your method lets `Convert.ToInt32` decide what a size is. It throws an `ArgumentOutOfRangeException` for an empty "
                + "line and an `OverflowException` for many digits, accepts `0x5`, and makes −1 of `FFFFFFFF`. Look first: is "
                + "the text digits and nothing but digits, at least one and at most 15? Then parse a `long`.",
            With(Flaw.Converts)),
        new(
            "leaves the test of the size to `int.Parse`",
            "Your method lets `int.Parse` decide what a size is. With `NumberStyles.HexNumber` it makes −1 of `FFFFFFFF`, throws "
                + "an `OverflowException` for more digits, and accepts white space. Look first: is the text digits and nothing "
                + "but digits, at least one and at most 15? Then parse a `long`.",
            With(Flaw.Parses)),
    ];

    private protected override IEnumerable<string> Cases(Random random)
    {
        yield return "5\r\nhello\r\n0\r\n\r\n";
        yield return "0\r\n\r\n";
        yield return "5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\nHTTP/1.1 200 OK";
        yield return "c\r\nfirst line.\n\r\n0\r\n\r\n";
        yield return "10\r\n0123456789abcdef\r\n00\r\n\r\n";
        yield return "4\r\na\r\nb\r\n0\r\n\r\n";
        yield return "2\r\n\u00c3\u00a9\r\n1\r\n\u00e9\r\n0\r\n\r\n";
        yield return "5;name=value\r\nhello\r\n0;last\r\n\r\n";
        yield return "5\r\nhello\r\n0\r\nChecksum: 12\r\nX: y\r\n\r\nHTTP/1.1 200 OK";
        yield return "5\r\nhello\r\n";
        yield return "5\r\nhel";
        yield return "5\r\nhello\r\n0\r\nChecksum: 1";
        yield return "4\r\nhello\r\n0\r\n\r\n";
        yield return "5\r\nhello  0\r\n\r\n";
        yield return "x\r\nhello\r\n0\r\n\r\n";
        yield return "\r\nhello\r\n0\r\n\r\n";
        yield return "FFFFFFFF\r\nhello\r\n0\r\n\r\n";
        yield return "FFFFFFF6\r\nhello\r\n0\r\n\r\n";
        yield return "FFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n";
        yield return "5 \r\nhello\r\n0\r\n\r\n";
        yield return "0x5\r\nhello\r\n0\r\n\r\n";
        yield return "+5\r\nhello\r\n0\r\n\r\n";
        yield return "5\nhello\r\n0\r\n\r\n";
        yield return "05\r\nhello\r\n0\r\n\r\n";
        for (var i = 0; i < RandomCases; i++)
        {
            var bytes = RandomBody(random);
            yield return random.Next(3) > 0 ? bytes : Damaged(bytes, random);
        }
    }

    private protected override object? Apply(Answer answer, string arguments)
    {
        try
        {
            var (body, taken) = answer(Encoding.Latin1.GetBytes(arguments));
            return new Outcome(body, taken);
        }
        catch (Exception exception) when (exception is ArgumentException or ArithmeticException or IndexOutOfRangeException
            or InvalidOperationException or NullReferenceException)
        {
            return new Crash(exception.GetType().Name);
        }
    }

    private protected override string Describe(string arguments) =>
        $"called it with `{Present.Quoted(arguments)}`";

    private static string RandomBody(Random random)
    {
        var text = new StringBuilder();
        for (var chunks = random.Next(0, 4); chunks > 0; chunks--)
        {
            var data = random.GetString("abc\r\n;0\u00e9", random.Next(1, 30));
            text.Append(data.Length.ToString(random.Next(2) == 0 ? "x" : "X", CultureInfo.InvariantCulture))
                .Append(random.Next(5) == 0 ? ";a=b" : "").Append("\r\n").Append(data).Append("\r\n");
        }

        text.Append('0', random.Next(1, 3)).Append("\r\n");
        for (var trailers = random.Next(4) - 1; trailers > 0; trailers--)
        {
            text.Append("X-").Append(random.GetString("abc", 3)).Append(": ").Append(random.Next(10)).Append("\r\n");
        }

        return text.Append("\r\n").Append(random.Next(2) == 0 ? "" : "HTTP/1.1 200 OK\r\n").ToString();
    }

    private static string Damaged(string bytes, Random random) => random.Next(4) switch
    {
        0 => "8000000" + random.Next(10) + "\r\n" + bytes,
        1 => "1\r\nab" + bytes,
        2 => random.GetString(" \t", 1) + "1\r\na\r\n" + bytes,
        _ => bytes[..random.Next(0, bytes.LastIndexOf("\r\n\r\n", StringComparison.Ordinal) + 2)],
    };

    private static (byte[] Body, int Taken) AtLineEnds(string text)
    {
        var (body, taken, isData) = (new StringBuilder(), 0, false);
        foreach (var line in text.Split("\r\n"))
        {
            taken += line.Length + 2;
            if (isData)
            {
                body.Append(line);
            }
            else if (Size(line.Split(';')[0]) == 0)
            {
                var end = text.IndexOf("\r\n\r\n", taken - 2, StringComparison.Ordinal);
                return end >= 0 ? (Encoding.Latin1.GetBytes(body.ToString()), end + 4) : throw new FormatException();
            }

            isData = !isData;
        }

        throw new FormatException();
    }

    // A right answer with one flaw.
    private static Answer With(Flaw flaw) => bytes =>
    {
        var (body, at) = (new List<byte>(), 0);
        string Line()
        {
            var end = bytes.AsSpan(at).IndexOf("\r\n"u8);
            if (end < 0)
            {
                throw TooEarly();
            }

            at += end + 2;
            return Encoding.Latin1.GetString(bytes, at - end - 2, end);
        }

        Exception TooEarly() => flaw == Flaw.Trusting
            ? new ArgumentOutOfRangeException(nameof(bytes))
            : new FormatException("The bytes end too early.");

        try
        {
            while (true)
            {
                var line = Line();
                var size = Size(flaw == Flaw.NoExtensions ? line : line.Split(';')[0], flaw);
                if (size == 0)
                {
                    break;
                }

                if (size > bytes.Length - at)
                {
                    body.AddRange(flaw == Flaw.CutOff ? bytes[at..] : []);
                    throw TooEarly();
                }

                if (size < 0)
                {
                    throw new ArgumentOutOfRangeException(nameof(bytes));
                }

                body.AddRange(bytes.AsSpan(at, (int)size));
                at += (int)size;
                if (flaw == Flaw.UncheckedEnd)
                {
                    at = Math.Min(at + 2, bytes.Length);
                }
                else if (Line().Length > 0)
                {
                    throw new FormatException("There is no line end after the data.");
                }
            }

            while (Line().Length > 0)
            {
                if (flaw == Flaw.NoTrailers)
                {
                    throw new FormatException("There is no empty line.");
                }
            }
        }
        catch (FormatException) when (flaw == Flaw.CutOff && bytes.AsSpan(at).IndexOf("\r\n"u8) < 0)
        {
            at = bytes.Length;
        }

        byte[] result = [.. body];
        return flaw switch
        {
            Flaw.Utf8Only => (Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(result)), at),
            Flaw.AsciiOnly => (Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(result)), at),
            _ => (result, at),
        };
    };

    private static long Size(string text, Flaw? flaw = null)
    {
        if (flaw is Flaw.Converts or Flaw.Parses)
        {
            return flaw == Flaw.Converts
                ? Convert.ToInt32(text, 16)
                : int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        var digits = flaw == Flaw.Loose ? text.Trim() : text;
        digits = flaw == Flaw.Loose && digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : digits;
        if (digits.Length == 0 || !digits.All(flaw == Flaw.Decimal ? char.IsAsciiDigit : char.IsAsciiHexDigit))
        {
            throw new FormatException("A size is digits and nothing else.");
        }

        return flaw == Flaw.Decimal ? long.Parse(digits, CultureInfo.InvariantCulture)
            : flaw == Flaw.Negative && digits.Length == 8 ? Convert.ToInt32(digits, 16)
            : flaw != Flaw.Overflows && digits.TrimStart('0').Length > 15 ? long.MaxValue
            : Convert.ToInt64(digits, 16);
    }

    // The body and its length.
    private sealed class Outcome(byte[]? body, int taken) : Shown, IEquatable<Outcome>
    {
        private readonly byte[]? _body = body;
        private readonly int _taken = taken;

        public bool Equals(Outcome? other) => other?._taken == _taken && Present.Same(_body, other._body);

        public override bool Equals(object? obj) => Equals(obj as Outcome);

        public override int GetHashCode() => _taken;

        public override string ToHtml() => $"<code>{WebUtility.HtmlEncode(Present.Line(_body))}</code><br>"
            + WebUtility.HtmlEncode(InvariantText.Format($"taken: {_taken}"));

        public override string ToString() => InvariantText.Format($"{Present.Line(_body)}, taken: {_taken}");
    }

    // An exception that is not the one that was asked for. Which of them it is depends on the code, not on the mistake.
    private sealed record Crash(string Name)
    {
        public bool Equals(Crash? other) => other is not null;

        public override int GetHashCode() => 0;

        public override string ToString() => Name;
    }
}
