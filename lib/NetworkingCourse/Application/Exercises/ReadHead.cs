using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.1: read the head of a message, and lose nothing of what follows.</summary>
    public static ReadHeadExercise ReadHead { get; } = new();
}

/// <summary>The learner reads the head of an HTTP message from a stream whose bytes arrive in pieces.</summary>
public sealed class ReadHeadExercise : CaseExercise<ReadHeadExercise.Answer, ReadHeadExercise.Script>
{
    private const int RandomCases = 30;
    private const int BufferBytes = 512;
    private const int Roomy = 8000;
    private const string Request = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private const string Posted = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n";

    internal ReadHeadExercise()
        : base(new ExerciseText(
            "1-application/1-http-by-hand.ipynb", "1.1", 1, nameof(Exercises.ReadHead),
            "Read the head of a message",
            "Read the head of an HTTP message from `stream`: everything up to the empty line, which is a part of it. Return "
                + "it as `Head`. If you have received bytes after it, return them as `More`: they are the beginning of the "
                + "body. When the head is complete, do not read again. Throw an `EndOfStreamException` if the other end "
                + "closes before the head is complete, and an `InvalidDataException` as soon as `limit` bytes have come and "
                + "the end of the head is not among the first `limit`. Do not read byte by byte: each `Read` is a system "
                + "call.",
            [
                "`Read` waits for at least one byte and returns how many it has put into your buffer; 0 means that the other "
                    + "end has closed. Where do you keep what came before, so that you can search it together with what "
                    + "comes now?",
                "Keep everything in one `List<byte>` or `MemoryStream`. In a loop: search all of it for `\\r\\n\\r\\n`; "
                    + "return if it is there; check the limit; `Read` into a buffer of, say, 512 bytes; append "
                    + "`buffer[..count]`, not the whole buffer. `Encoding.Latin1.GetString` keeps one character for each "
                    + "byte, so that positions in the text are positions in the bytes.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="stream">A connection. <c>Read</c> waits until at least one byte is there.</param>
    /// <param name="limit">The longest head to accept, in bytes, with its empty line.</param>
    /// <returns>The head with its empty line, and the bytes received after it.</returns>
    /// <exception cref="EndOfStreamException">The other end closed before the head was complete.</exception>
    /// <exception cref="InvalidDataException">The first <paramref name="limit"/> bytes do not hold the end.</exception>
    public delegate (byte[] Head, byte[] More) Answer(Stream stream, int limit);

    private enum Flaw
    {
        None,
        OneRead,
        ToTheClose,
        EachPieceAlone,
        OnlyAtTheEnd,
        LosesTheRest,
        WholeBuffer,
        IgnoresTheClose,
        ReturnsAtTheClose,
        NoLimit,
        ByteByByte,
        AsciiText,
        CountsCharacters,
        OneTooMany,
        LimitsAll,
    }

    internal override Answer Reference => With(Flaw.None);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "reads only once",
            "Your method reads once and takes what it gets for the whole head. TCP delivers a stream of bytes and not "
                + "messages: a head may arrive in any number of pieces. On your own machine it mostly comes in one, so that "
                + "such a program passes its tests and then fails in production. Read until the empty line is there.",
            With(Flaw.OneRead)),
        new(
            "reads until the other end closes",
            "Your method goes on reading although the head is complete. The other end keeps the connection open and waits "
                + "for your answer, and you wait for its next byte: neither will come. Search what you have after each "
                + "`Read`, and stop as soon as the empty line is there.",
            With(Flaw.ToTheClose)),
        new(
            "searches each piece alone",
            "Your method looks for the empty line in the bytes of one `Read` at a time. If `\\r\\n` comes with one piece and "
                + "`\\r\\n` with the next, neither of the two has all four bytes. Search in everything that has come so far.",
            With(Flaw.EachPieceAlone)),
        new(
            "looks only at the last four bytes",
            "Your method waits until what it has received *ends* with the empty line. If the beginning of the body comes in "
                + "the same piece, it never does, although the head is complete. Search for the empty line in the middle, "
                + "too.",
            With(Flaw.OnlyAtTheEnd)),
        new(
            "loses what came after the head",
            "Your method has read more than the head and does not return the rest. A stream does not give bytes twice: "
                + "the code that reads the body next misses its beginning, and waits for bytes that have already come. "
                + "Return them as `More`.",
            With(Flaw.LosesTheRest)),
        new(
            "takes the whole buffer for received",
            "Your method uses all bytes of its buffer, also those after the `count` that `Read` has returned. They are "
                + "zeros at first, and later what an earlier `Read` has left there: garbage that nobody sent. Only the first "
                + "`count` bytes are new.",
            With(Flaw.WholeBuffer)),
        new(
            "reads on after the end",
            "Your method takes 0 bytes for \"nothing yet\" and reads again. But `Read` waits until there is something; 0 "
                + "means that the other end has closed and nothing will ever come. The loop keeps a core busy for ever. "
                + "Throw an `EndOfStreamException`.",
            With(Flaw.IgnoresTheClose)),
        new(
            "takes half a head for a whole one",
            "Your method returns what it has when the other end closes. A head without its empty line was cut off: its last "
                + "field may be missing, or half of its value. `Content-Length: 1` may have been the beginning of "
                + "`Content-Length: 1000`. Throw an `EndOfStreamException`.",
            With(Flaw.ReturnsAtTheClose)),
        new(
            "has no limit",
            "Your method accepts a head that is longer than `limit`. A client that never sends an empty line then decides "
                + "how much memory your server uses, and it costs the client nothing. Give up when the first `limit` bytes "
                + "hold no end, also if the end has come right after them.",
            With(Flaw.NoLimit)),
        new(
            "reads byte by byte",
            "Your method finds the end at the price of one `Read` for each byte, or for every few. On a socket each "
                + "is a system call: hundreds of them for a single request. Read into a buffer, and return what you have "
                + "read beyond the head as `More`.",
            With(Flaw.ByteByByte)),
        new(
            "turns the bytes into text and back",
            "Your method turns what it receives into ASCII text, and the text into bytes again. ASCII ends at 127: each byte "
                + "above that becomes a `?`, and is lost. The bytes after the head may be a picture. Decode them only to "
                + "search, and return the bytes as you have received them.",
            With(Flaw.AsciiText)),
        new(
            "takes a place in the text for a place in the bytes",
            "Your method searches the text that `Encoding.UTF8` makes of the bytes, and cuts the *bytes* at the place that it "
                + "finds. A character may have several bytes in UTF-8 (`é` has two), so the head ends later in the bytes than "
                + "in the text. Search in the bytes, or decode with `Encoding.Latin1`.",
            With(Flaw.CountsCharacters)),
        new(
            "reads on at the limit",
            "Your method reads again although `limit` bytes have come without the end of the head. The head is too long "
                + "already, whatever comes next. If the other end sends no more, your server waits in vain. Compare with `>=`, "
                + "not with `>`.",
            With(Flaw.OneTooMany)),
        new(
            "counts the body towards the limit",
            "Your method compares `limit` with all the bytes that have come, and refuses a short head because a part of the "
                + "body has come with it. The limit is for the head alone. Search first; if the end is there, compare its "
                + "place with `limit`.",
            With(Flaw.LimitsAll)),
    ];

    private protected override IEnumerable<Script> Cases(Random random)
    {
        yield return new(Roomy, Request);
        yield return new(Roomy, "GET / HTTP/1.1\r\nHo", "st: a.test\r\n\r\n");
        yield return new(Roomy, Posted + "h\u00e9llo");
        yield return new(Roomy, "GET /caf\u00c3\u00a9 HTTP/1.1\r\nHost: a.test\r\n\r\n");
        yield return new(Roomy, Request[..^2], "\r\n");
        yield return new(Roomy, Request[..^1], "\n");
        yield return new(Roomy, Posted[..^3], Posted[^3..] + "12", "345");
        yield return new(Roomy, "GET / HTTP/1.1\r\nHost: a.t") { Ends = true };
        yield return new(Roomy) { Ends = true };
        yield return new(Roomy, Request + Request + "GET /next");
        yield return new(Roomy, [.. Request.Select(letter => $"{letter}")]);
        yield return new(Request.Length, Request);
        yield return new(Request.Length, Request + new string('b', 100));
        yield return new(Request.Length - 1, Request);
        yield return new(Request.Length - 1, Request[..^1]);
        yield return new(Roomy, "GET / HTTP/1.1\r\nX: ") { Floods = true };
        for (var at = 1; at < Posted.Length + 3; at++)
        {
            var message = Posted + "a\r\n\r\nb";
            yield return new(Roomy, message[..at], message[at..]);
        }

        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomScript(random);
        }
    }

    private protected override object? Apply(Answer answer, Script arguments)
    {
        var stream = new PieceStream(arguments.Pieces, arguments.Ends, arguments.Floods);
        string what;
        try
        {
            var (head, more) = answer(stream, arguments.Limit);
            what = $"returned {Present.Line(head)}";
            if (stream.Stuck is null && !MustReadOn(stream, arguments.Limit))
            {
                return Outcome.Of(head, more, stream, TryFindEnd(stream.Received, 0, out var end) ? end : 0);
            }
        }
        catch (Exception exception) when (
            (stream.Stuck is not null || MustReadOn(stream, arguments.Limit))
            && exception is not NotImplementedException && !Trial.IsStop(exception))
        {
            what = $"threw {exception.GetType().Name} ({exception.Message})";
        }

        var reads = InvariantText.Count(stream.Reads, "read");
        return stream.Stuck is { } stuck ? new Outcome(stuck, stuck)
            : new Outcome($"early {stream.Reads}", $"{what} after {reads}, while more was to come");
    }

    private protected override string Describe(Script arguments)
    {
        var pieces = arguments.Pieces;
        var sent = pieces.Count switch
        {
            0 => "sent nothing",
            1 => $"sent {Quoted(pieces[0])}",
            <= 3 => $"sent {string.Join(", then ", pieces.Select(Quoted))}",
            _ => InvariantText.Format($"sent {Quoted(string.Concat(pieces))} in {pieces.Count} pieces")
                + (pieces.All(piece => piece.Length == 1) ? " of one byte" : ""),
        };
        var limit = arguments.Limit == Roomy ? "" : InvariantText.Format($"; the limit is {arguments.Limit}");
        var bytes = string.Concat(pieces).Length;
        return sent + (arguments.Floods ? ", then one `a` after the other, without an end" : arguments.Ends ? " and closed"
            : bytes > 50 || limit.Length > 0 ? InvariantText.Format($" ({bytes} bytes)") : "") + limit;
    }

    // The head is not complete yet, but may still be.
    private static bool MustReadOn(PieceStream stream, int limit) =>
        !stream.EndWasSeen && stream.Received.Count < limit && !TryFindEnd(stream.Received, 0, out _);

    private static string Quoted(string text) => $"`{Present.Quoted(text)}`";

    private static Script RandomScript(Random random)
    {
        var fields = Enumerable.Range(0, random.Next(0, 4)).Select(_ =>
            $"{random.GetString("ABc-", random.Next(1, 6))}: {random.GetString("ab 12\u00e4", random.Next(0, 12))}\r\n");
        var message = $"HTTP/1.1 200 OK\r\n{string.Concat(fields)}\r\n";
        var head = message.Length;
        message += random.GetString("body\r\n", random.Next(0, 20));
        var ends = random.Next(4) == 0;
        message = ends ? message[..random.Next(0, message.Length)] : message;
        var pieces = new List<string>();
        var longest = random.Next(2, 40);
        for (var at = 0; at < message.Length;)
        {
            var length = Math.Min(random.Next(1, longest), message.Length - at);
            pieces.Add(message.Substring(at, length));
            at += length;
        }

        return new Script(random.Next(4) == 0 ? head + random.Next(-3, 3) : Roomy, [.. pieces]) { Ends = ends };
    }

    private static Answer With(Flaw flaw) => (stream, limit) =>
    {
        var received = new List<byte>();
        var buffer = new byte[flaw == Flaw.ByteByByte ? 1 : BufferBytes];
        var searched = 0;
        while (true)
        {
            var isComplete = TryFindEnd(received, flaw == Flaw.EachPieceAlone ? searched : 0, out var end)
                && flaw != Flaw.ToTheClose && (flaw != Flaw.OnlyAtTheEnd || end == received.Count);
            if (flaw == Flaw.CountsCharacters && isComplete)
            {
                end = Encoding.UTF8.GetString([.. received]).IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            }

            if (flaw == Flaw.LimitsAll && received.Count > limit)
            {
                throw new InvalidDataException("Too many bytes have come.");
            }

            if (isComplete && (end <= limit || flaw == Flaw.NoLimit))
            {
                return ([.. received[..end]], flaw == Flaw.LosesTheRest ? [] : [.. received[end..]]);
            }

            if (received.Count >= (flaw == Flaw.OneTooMany ? limit + 1 : limit) && flaw != Flaw.NoLimit)
            {
                throw new InvalidDataException("The head is too long.");
            }

            if (received.Count > 0 && flaw == Flaw.OneRead)
            {
                return ([.. received], []);
            }

            searched = received.Count;
            var count = stream.Read(buffer);
            if (count == 0 && flaw != Flaw.IgnoresTheClose)
            {
                return flaw == Flaw.ReturnsAtTheClose ? ([.. received], []) : throw new EndOfStreamException();
            }

            var piece = flaw == Flaw.WholeBuffer && count > 0 ? buffer : buffer[..count];
            received.AddRange(flaw == Flaw.AsciiText ? Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(piece)) : piece);
        }
    };

    private static bool TryFindEnd(List<byte> received, int from, out int end)
    {
        var at = CollectionsMarshal.AsSpan(received)[from..].IndexOf("\r\n\r\n"u8);
        end = from + at + 4;
        return at >= 0;
    }

    /// <summary>What the other end sends, and in which pieces it arrives; see <see cref="Answer"/>.</summary>
    /// <param name="Limit">The longest head to accept.</param>
    /// <param name="Pieces">The pieces, one character for each byte. No read returns bytes of two of them.</param>
    public sealed record Script(int Limit, params IReadOnlyList<string> Pieces)
    {
        /// <summary>Whether the other end closes after the last piece. Otherwise it waits for an answer.</summary>
        public bool Ends { get; init; }

        /// <summary>Whether more bytes follow the pieces for ever.</summary>
        public bool Floods { get; init; }
    }

    // What came of a call. Two outcomes are the same if their keys are, whatever their text says besides.
    private sealed class Outcome(string key, string text, Func<string>? html = null) : Shown, IEquatable<Outcome>
    {
        private readonly string _key = key;

        // How much comes after the head depends on how much was read.
        public static Outcome Of(byte[]? head, byte[]? more, PieceStream stream, int end)
        {
            var reads = stream.IsReadTooOften ? InvariantText.Format($"{stream.Reads} reads") : "";
            var isAll = more is not null && more.AsSpan().SequenceEqual(CollectionsMarshal.AsSpan(stream.Received)[end..]);
            return new Outcome(
                $"{Trimmed(head)} | {(isAll ? "all" : Trimmed(more))} | {reads.Length > 0}",
                $"head {Present.Line(head)}, more {Present.Line(more)}{(reads.Length > 0 ? ", " : "")}{reads}",
                () => $"head: {Html(head)}<br>more: {Html(more)}<br>{reads}");
        }

        public bool Equals(Outcome? other) => other?._key == _key;

        public override bool Equals(object? obj) => Equals(obj as Outcome);

        public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);

        public override string ToHtml() => html?.Invoke() ?? WebUtility.HtmlEncode(text);

        public override string ToString() => text;

        // As text and not in rows of bytes: two views do not fit beside each other, and line ends show as \r\n.
        private static string Html(byte[]? bytes) => $"<code>{WebUtility.HtmlEncode(Present.Line(bytes))}</code>";

        // How many unused bytes a buffer has depends on the buffer.
        private static string Trimmed(byte[]? bytes) => bytes switch
        {
            null => "null",
            [.., 0] => Encoding.Latin1.GetString(bytes).TrimEnd('\0') + " and zeros",
            _ => Encoding.Latin1.GetString(bytes),
        };
    }
}
