using NetworkingCourse.Application;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.9: read a frame from a stream.</summary>
    public static ReadFrameExercise ReadFrame { get; } = new();
}

/// <summary>The learner reads one frame of HTTP/2 after the other from a stream, in whatever pieces it arrives.</summary>
public sealed class ReadFrameExercise : CaseExercise<ReadFrameExercise.Answer, ReadFrameExercise.Script>
{
    private const int RandomCases = 40;
    private const int MaxSize = 16_384;

    internal ReadFrameExercise()
        : base(new ExerciseText(
            "1-application/9-many-questions-in-one-connection.ipynb", "1.9", 1, nameof(Exercises.ReadFrame),
            "Read a frame, in whatever pieces it comes",
            "Read the next frame from `stream`, and not a byte further. A frame begins with nine octets: three for the length "
                + "of the payload, most significant first; one for the type; one for the flags; and four for the stream, most "
                + "significant first, whose first bit is reserved and must be ignored. The payload follows; the length does "
                + "not count the nine octets. Each `Read` may return fewer bytes than you ask for, and 0 if the other end has "
                + "closed. Return null if it has closed before the first octet of a frame, and throw an `EndOfStreamException` "
                + "if it closes in the middle. Throw an `InvalidDataException` if the length is more than `maxSize`, before "
                + "you read the payload. Leave the stream open.",
            [
                "You need the same thing twice: exactly *n* bytes, however many reads that takes. `stream.ReadExactly` does "
                    + "it, and throws at the end. What must be different for the first octet?",
                "Call `stream.Read` for the first octet alone: 0 means null. Then `ReadExactly` for the other eight, and again "
                    + "for the payload. `(header[0] << 16) | (header[1] << 8) | header[2]` is the length; `header[5] & 0x7f` "
                    + "drops the reserved bit.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="stream">A connection.</param>
    /// <param name="maxSize">The longest payload to accept, in octets.</param>
    /// <returns>The frame; null if the other end has closed.</returns>
    /// <exception cref="EndOfStreamException">The other end closed in the middle of a frame.</exception>
    /// <exception cref="InvalidDataException">The payload is longer than allowed.</exception>
    public delegate Http2Frame? Answer(Stream stream, int maxSize);

    private enum Flaw
    {
        None,
        OneReadForTheHeader,
        OneReadForThePayload,
        LittleEndian,
        KeepsTheReservedBit,
        SwapsTypeAndFlags,
        NoLimit,
        LengthWithHeader,
        CutOffIsTheEnd,
        ReadsTooMuch,
        ChecksTooLate,
        OneOctetOfTheStream,
        IgnoresTheClose,
    }

    internal override Answer Reference => With(Flaw.None);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "takes one read for the whole header",
            "Your method calls `Read` once for the nine octets of the header. TCP may deliver them in two pieces, and then the "
                + "rest of your array is zeros. Read until all nine are there.",
            With(Flaw.OneReadForTheHeader)),
        new(
            "takes one read for the whole payload",
            "Your method calls `Read` once for the payload. It returns what is there, at least one byte and perhaps no more. "
                + "The next frame then begins in the middle of this payload.",
            With(Flaw.OneReadForThePayload)),
        new(
            "reads the length with the least significant octet first",
            "Your method takes the first of the three octets of the length for the least significant. In network protocols the "
                + "most significant comes first: 00 00 05 is 5.",
            With(Flaw.LittleEndian)),
        new(
            "does not mask the reserved bit",
            "Your method takes the reserved bit for a part of the stream's number, which becomes negative or huge. The bit "
                + "must be ignored when it is received (RFC 9113, section 4.1), so that a later version can use it.",
            With(Flaw.KeepsTheReservedBit)),
        new(
            "swaps type and flags",
            "Your method takes the fourth octet for the flags and the fifth for the type. It is the other way round.",
            With(Flaw.SwapsTypeAndFlags)),
        new(
            "accepts any length",
            "Your method reads a payload that is longer than `maxSize`. Three octets can announce 16 megabytes: a peer could "
                + "make you keep as much for each connection. Refuse it as soon as you know the length.",
            With(Flaw.NoLimit)),
        new(
            "counts the header into the length",
            "Your method takes the length for that of the whole frame. It is the length of the payload only, so you miss nine "
                + "octets of it.",
            With(Flaw.LengthWithHeader)),
        new(
            "takes a cut-off frame for the end",
            "Your method returns null although the connection has closed in the middle of a frame. The loss would go "
                + "unnoticed. Only between two frames is it an orderly end.",
            With(Flaw.CutOffIsTheEnd)),
        new(
            "reads too much",
            "Your method reads more than one frame into its buffer, and loses the rest: the beginning of the next frame is "
                + "gone. Ask for no more bytes than the frame still needs.",
            With(Flaw.ReadsTooMuch)),
        new(
            "checks the length too late",
            "Your method reads a payload that is too long before it refuses it. The length stands in the header: refuse it "
                + "there, before you make room for the payload or wait for it.",
            With(Flaw.ChecksTooLate)),
        new(
            "takes only the last octets of the stream's number",
            "Your method does not use all four octets of the stream's number. A long connection comes to large numbers.",
            With(Flaw.OneOctetOfTheStream)),
        new(
            "reads on after the end",
            "Your method reads in a loop until it has all bytes of a frame, and does not check for 0. If the other end has "
                + "closed, each further `Read` returns 0 at once: your loop never ends, and keeps a core busy. Throw an "
                + "`EndOfStreamException`, or let `ReadExactly` do it.",
            With(Flaw.IgnoresTheClose)),
        new(
            "closes the stream",
            "Your method closes the stream after the frame, as a `using` with a `BinaryReader` or the stream itself does. The "
                + "next frame cannot be read any more. The stream belongs to your caller: leave it open.",
            (stream, maxSize) =>
            {
                using (stream)
                {
                    return With(Flaw.None)(stream, maxSize);
                }
            }),
        new(
            "takes an empty payload for a close",
            "Your method calls `Read` for a payload of no octets, gets 0, and takes that for the end of the connection. The "
                + "confirmation of `SETTINGS` is such a frame. If the length is 0, do not read.",
            (stream, maxSize) =>
            {
                var frame = With(Flaw.None)(stream, maxSize);
                return frame is { Payload.Length: 0 } ? throw new EndOfStreamException() : frame;
            }),
    ];

    private protected override IEnumerable<Script> Cases(Random random)
    {
        static byte[] Frame(byte type, byte flags, uint stream, int length, char letter = 'x') =>
        [
            (byte)(length >> 16), (byte)(length >> 8), (byte)length, type, flags,
            (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream,
            .. Enumerable.Repeat((byte)letter, length),
        ];
        yield return new([Frame(4, 0, 0, 0)]);
        yield return new([Frame(0, 1, 1, 5)]);
        yield return new([Frame(1, 4, 3, 2)]);
        yield return new([Frame(0, 1, 1, 5)[..4], Frame(0, 1, 1, 5)[4..]]);
        yield return new([Frame(0, 1, 1, 5)[..11], Frame(0, 1, 1, 5)[11..]]);
        yield return new([[.. Frame(0, 0, 1, 3, 'a'), .. Frame(0, 1, 3, 4, 'b')]]);
        yield return new([Frame(0, 1, 0x80000001, 2)]);
        yield return new([Frame(0, 0, 1, 300)]);
        yield return new([Frame(0, 0, 1, MaxSize)]);
        yield return new([Frame(0, 0, 1, MaxSize + 1)]);
        yield return new([Frame(0, 0, 1, MaxSize + 1)[..9]]);
        yield return new([Frame(0, 0, 1, 0x010203)], MaxSize: 100_000);
        yield return new([Frame(0, 1, 0x01020305, 2)]);
        yield return new([Frame(0x20, 0, 1, 2)]);
        yield return new([Frame(0, 0, 1, 5)[..6]]);
        yield return new([Frame(0, 0, 1, 5)[..9]]);
        yield return new([Frame(0, 0, 1, 5)[..12]]);
        yield return new([Frame(0, 0, 1, 5)[..1]]);
        yield return new([Frame(4, 0, 0, 0)[..5]]);
        yield return new([]);
        for (var i = 0; i < RandomCases; i++)
        {
            var bytes = Enumerable.Range(0, random.Next(1, 4)).SelectMany(_ => Frame(
                (byte)random.Next(10),
                (byte)random.Next(16),
                (uint)random.Next(20) | (random.Next(4) == 0 ? 0x80000000 : 0),
                random.Next(6) == 0 ? random.Next(256, 600) : random.Next(20),
                (char)random.Next('a', 'z'))).ToArray();
            bytes = random.Next(5) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
            var pieces = new List<byte[]>();
            for (var at = 0; at < bytes.Length; at += pieces[^1].Length)
            {
                pieces.Add(bytes[at..Math.Min(bytes.Length, at + random.Next(1, 40))]);
            }

            yield return new([.. pieces]);
        }
    }

    private protected override object? Apply(Answer answer, Script arguments)
    {
        using var stream = new PieceStream(arguments.Pieces.Select(System.Text.Encoding.Latin1.GetString), ends: true);
        var frames = new List<string>();
        var ending = "the end";
        try
        {
            // Each frame has nine octets at least, so that more frames than this are made up.
            while (frames.Count <= arguments.Pieces.Sum(piece => piece.Length) && answer(stream, arguments.MaxSize) is { } frame)
            {
                frames.Add($"{frame} [{Octets.Quoted(frame.Payload, 40)}]");
            }
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException)
        {
            ending = exception.GetType().Name;
        }
        catch (ScriptEndedException)
        {
            ending = stream.Stuck!;
        }

        return string.Join("; then ", frames.Append(ending));
    }

    private protected override string Describe(Script arguments)
    {
        var count = arguments.Pieces.Sum(piece => piece.Length);
        var text = string.Join(" | ", arguments.Pieces.Select(piece => Octets.Hex(piece, 24)));
        var pieces = InvariantText.Count(arguments.Pieces.Count, "piece");
        return arguments.Pieces.Count == 0 ? "closed at once"
            : $"sent {Octets.Count(count)} in {pieces} and closed, with {InvariantText.Format($"{arguments.MaxSize:N0}")} as the "
                + "longest payload: " + (text.Length > 200 ? text[..200] + "…" : text);
    }

    private static Answer With(Flaw flaw) => (stream, maxSize) =>
    {
        var header = new byte[Http2Frame.HeaderLength];
        if (flaw == Flaw.ReadsTooMuch)
        {
            var buffer = new byte[4096];
            var received = new List<byte>();
            while (received.Count < 9 || received.Count < 9 + LengthOf([.. received]))
            {
                var count = stream.Read(buffer);
                if (count == 0)
                {
                    return received.Count == 0 ? null : throw new EndOfStreamException();
                }

                received.AddRange(buffer[..count]);
                if (received.Count >= 9 && LengthOf([.. received]) > maxSize)
                {
                    throw new InvalidDataException();
                }
            }

            header = [.. received];
            return new Http2Frame((Http2FrameType)header[3], header[4], StreamOf(header), header[9..(9 + LengthOf(header))]);
        }

        var first = stream.Read(header, 0, flaw == Flaw.OneReadForTheHeader ? header.Length : 1);
        if (first == 0)
        {
            return null;
        }

        try
        {
            if (flaw != Flaw.OneReadForTheHeader)
            {
                Fill(stream, header, 1, flaw);
            }

            var length = flaw == Flaw.LittleEndian ? header[0] | (header[1] << 8) | (header[2] << 16) : LengthOf(header);
            length = flaw == Flaw.LengthWithHeader ? Math.Max(0, length - header.Length) : length;
            if (length > maxSize && flaw is not (Flaw.NoLimit or Flaw.ChecksTooLate))
            {
                throw new InvalidDataException();
            }

            var payload = new byte[length];
            if (flaw == Flaw.OneReadForThePayload)
            {
                if (length > 0 && stream.Read(payload) == 0)
                {
                    throw new EndOfStreamException();
                }
            }
            else
            {
                Fill(stream, payload, 0, flaw);
            }

            if (length > maxSize && flaw == Flaw.ChecksTooLate)
            {
                throw new InvalidDataException();
            }

            var (type, flags) = flaw == Flaw.SwapsTypeAndFlags ? (header[4], header[3]) : (header[3], header[4]);
            var number = flaw == Flaw.KeepsTheReservedBit ? StreamOf(header) | ((header[5] & 0x80) << 24) : StreamOf(header);
            number = flaw == Flaw.OneOctetOfTheStream ? header[8] : number;
            return new Http2Frame((Http2FrameType)type, flags, number, payload);
        }
        catch (EndOfStreamException) when (flaw == Flaw.CutOffIsTheEnd)
        {
            return null;
        }
    };

    private static void Fill(Stream stream, byte[] buffer, int from, Flaw flaw)
    {
        if (flaw != Flaw.IgnoresTheClose)
        {
            stream.ReadExactly(buffer, from, buffer.Length - from);
            return;
        }

        while (from < buffer.Length)
        {
            from += stream.Read(buffer, from, buffer.Length - from);
        }
    }

    private static int LengthOf(byte[] header) => (header[0] << 16) | (header[1] << 8) | header[2];

    private static int StreamOf(byte[] header) =>
        ((header[5] & 0x7f) << 24) | (header[6] << 16) | (header[7] << 8) | header[8];

    /// <summary>What the other end sends before it closes; see <see cref="Answer"/>.</summary>
    /// <param name="Pieces">The pieces in which it arrives. No read returns bytes of two of them.</param>
    /// <param name="MaxSize">The longest payload to accept, in octets.</param>
    public sealed record Script(IReadOnlyList<byte[]> Pieces, int MaxSize = ReadFrameExercise.MaxSize);
}
