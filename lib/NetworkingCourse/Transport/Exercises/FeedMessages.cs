using System.Buffers.Binary;
using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.7: take messages with a length out of a stream.</summary>
    public static FeedMessagesExercise FeedMessages { get; } = new();
}

/// <summary>Takes the messages out of the bytes of one connection. The learner derives a class from this one.</summary>
public abstract class MessageFeed
{
    /// <summary>The most bytes that a message may have.</summary>
    public const int Limit = 65_536;

    /// <summary>Takes in the bytes that one read has returned.</summary>
    /// <param name="received">The bytes, at least one. The caller uses its buffer again after the call.</param>
    /// <returns>
    /// The messages that are now complete and have not been returned before, oldest first, without their lengths; an empty list
    /// if there are none.
    /// </returns>
    /// <exception cref="FramingException">A message of more than <see cref="Limit"/> bytes is announced.</exception>
    public abstract IReadOnlyList<byte[]> Feed(ReadOnlySpan<byte> received);
}

/// <summary>The learner takes messages that begin with their length out of a stream, in whatever pieces it arrives.</summary>
public sealed class FeedMessagesExercise : CaseExercise<FeedMessagesExercise.Answer, byte[][]>
{
    private const int Header = 4;
    private const int RandomCases = 30;
    private const int MaxShown = 40;
    private const int MaxDescribed = 6;

    // More than a right answer ever needs in one call, and less than the announced message.
    private const long MaxAllocated = 4 << 20;

    internal FeedMessagesExercise()
        : base(new ExerciseText(
            "2-transport/7-tcps-edges.ipynb", "2.7", 2, nameof(Exercises.FeedMessages),
            "Messages with a length, under every split",
            "Write a class that derives from `MessageFeed` and serves one connection. Each message begins with its length: "
                + "four bytes, most significant first, that do not count themselves. `Feed` is called with the bytes of "
                + "each read. It returns all messages that are now complete, each once and without its length, and keeps "
                + "the rest for the next call. If a message of more than 65,536 bytes (`Limit`) is announced, it throws a "
                + "`FramingException` at once, and allocates no memory for it.",
            [
                "Append what arrives to a `List<byte>` that is a field. Before you can take a message off its front, two "
                    + "things must be there. How many messages can become complete in one call?",
                "In a loop: fewer than 4 bytes? Stop. Read the length with `BinaryPrimitives.ReadUInt32BigEndian` "
                    + "(unsigned!). Over the limit? Throw. Fewer than `4 + length` bytes? Stop. Otherwise add the message "
                    + "to the result, and `RemoveRange(0, 4 + length)`.",
            ]))
    {
    }

    /// <summary>Makes the learner's object for a new connection.</summary>
    public delegate MessageFeed Answer();

    // Takes the next message off the front of the bytes; null if there is none.
    private delegate byte[]? TakeMessage(List<byte> kept);

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Answer Reference => () => new Course();

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "reads the length in the order of the processor",
            "Your `Feed` reads the length with the least significant byte first, as most processors keep numbers and "
                + "`BitConverter` reads them. Then the length 00 00 00 02 is 33,554,432, and a message of two bytes looks "
                + "like an attack. Network protocols put the most significant byte first: use `ReadUInt32BigEndian`.",
            () => new Kept(kept => Take(kept, LittleEndian))),
        new(
            "reads the length as a signed number",
            "Your `Feed` reads the length into an `int`. With the first bit set, it is negative: below every limit, and "
                + "complete before it has begun. A peer that sends ff ff ff ff gets past your check. In C, this mistake has "
                + "opened many servers to attackers. Read a `uint`.",
            () => new Kept(kept => Take(kept, header => (int)BigEndian(header)))),
        new(
            "has no limit",
            "Your `Feed` believes any length and waits. A peer can announce four gigabytes, send them slowly, and fill your "
                + "memory; or it speaks another protocol, and your program waits for ever for a message that was never "
                + "meant. Compare the length with the limit as soon as it is there.",
            () => new Kept(kept => Take(kept, BigEndian, limit: uint.MaxValue))),
        new(
            "checks the limit when the message is complete",
            "Your `Feed` looks at the limit only after the whole message has arrived. By then it has kept all of it, and "
                + "the limit has protected nothing. The length is known after four bytes: check it there.",
            () => new Kept(kept => Take(kept, BigEndian, limit: uint.MaxValue) is { } message
                ? message.Length > MessageFeed.Limit ? throw TooLong() : message
                : null)),
        new(
            "allocates memory before it checks the limit",
            "Your `Feed` allocates an array for the announced message and compares its length with the limit afterwards. "
                + "Four bytes from anyone then cost you as much memory as they say. A hundred connections that do so at "
                + "once end the process. Check first.",
            () => new Kept(kept =>
            {
                if (kept.Count < Header)
                {
                    return null;
                }

                var room = new byte[BigEndian(kept)];
                return Take(kept, BigEndian) is { } message ? [.. message.Take(room.Length)] : null;
            })),
        new(
            "returns one message per call",
            "Your `Feed` returns one message and stops. If two arrive together, the second stays in the buffer until more "
                + "bytes come. A peer that waits for its answer before it sends more waits for ever. Take messages until "
                + "none is complete.",
            () => new Kept(kept => Take(kept, BigEndian), max: 1)),
        new(
            "loses what follows the last complete message",
            "Your `Feed` returns the complete messages and drops the bytes after them. They are the beginning of the next "
                + "message. From then on it takes bytes from the middle of a message for a length, and nothing makes sense "
                + "any more.",
            () => new Kept(kept => Take(kept, BigEndian), dropsRest: true)),
        new(
            "keeps nothing for the next call",
            "Your `Feed` forgets what it has when no message is complete. A message is often longer than what one read brings: "
                + "with its beginning gone, it never becomes complete, and its rest is taken for a length. Keep the bytes in a "
                + "field, not in a variable of the method.",
            () => new Kept(kept =>
            {
                var message = Take(kept, BigEndian);
                if (message is null)
                {
                    kept.Clear();
                }

                return message;
            })),
        new(
            "forgets the length while it waits for the rest",
            "Your `Feed` takes the length off before the message is complete, and does not know it any more in the next call: "
                + "there it takes the first four bytes of the message for a length. Leave the length where it is until "
                + "everything is there, or keep it in a field.",
            () => new Kept(kept =>
            {
                if (kept.Count < Header)
                {
                    return null;
                }

                var length = BigEndian(kept);
                if (length > MessageFeed.Limit)
                {
                    throw TooLong();
                }

                kept.RemoveRange(0, Header);
                if (kept.Count < length)
                {
                    return null;
                }

                byte[] message = [.. kept.GetRange(0, (int)length)];
                kept.RemoveRange(0, message.Length);
                return message;
            })),
        new(
            "expects the length in one piece",
            "Your `Feed` drops a piece of fewer than four bytes at the beginning of a message. A length is cut by the "
                + "network like anything else, and with bad luck its four bytes arrive in four reads. Keep them like all "
                + "other bytes.",
            () => new Kept(
                kept =>
                {
                    if (kept.Count is > 0 and < Header)
                    {
                        kept.Clear();
                    }

                    return Take(kept, BigEndian);
                })),
        new(
            "waits for more after an empty message",
            "Your `Feed` does not return a message of length 0 when its four bytes have arrived. An empty message is "
                + "complete with its length, and often means something, such as *still here*. It must be returned, as an "
                + "empty array, and at once.",
            () => new Kept(kept => kept.Count > Header ? Take(kept, BigEndian) : kept.Count == Header && BigEndian(kept)
                > MessageFeed.Limit ? throw TooLong() : null)),
        new(
            "refuses the longest message that is allowed",
            "Your `Feed` refuses a message of exactly 65,536 bytes. That is the limit, and the limit is allowed: compare "
                + "with `>`. Such a mistake shows once in a while, when a message happens to be just that long.",
            () => new Kept(kept => Take(kept, BigEndian, MessageFeed.Limit - 1))),
        new(
            "returns messages again",
            "Your `Feed` returns messages that it has returned in an earlier call: the list is a field, and nothing empties "
                + "it. A server would answer each question again with every read. Make a new list in each call. Keep only the "
                + "bytes that belong to no complete message.",
            () => new Kept(kept => Take(kept, BigEndian), returnsAgain: true)),
        new(
            "turns the bytes into text and back",
            "Your `Feed` turns the bytes of a message into text and back. ASCII turns every byte above 127 into a `?`. UTF-8 "
                + "replaces what is not valid, so the message may even change its length. A message can hold any bytes. Copy "
                + "them into a `byte[]` as they are.",
            () => new Kept(kept => Take(kept, BigEndian) is { } message
                ? Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(message))
                : null)),
    ];

    private protected override IEnumerable<byte[][]> Cases(Random random)
    {
        yield return [Message("Hi")];
        yield return [Message("Hi")[..4], Message("Hi")[4..]];
        yield return [[.. Message("Hi"), .. Message("there, server")], Message("!")];
        yield return [[.. Message("Hi"), .. Message("there")[..6]], [.. Message("there")[6..], .. Message("!")]];
        yield return [[.. Message("Hi"), .. Message("")], Message("!")];
        yield return [Message(""), Message("")];
        foreach (var at in (int[])[1, 2, 3])
        {
            yield return [Message("Hi")[..at], Message("Hi")[at..], Message("!")];
        }

        yield return [.. Message("one at a time").Select(one => (byte[])[one]), Message("!")];
        yield return [Message("\u00c3\u00a9\u0000\u00ff"), Message("!")];
        yield return [Length(8 << 20)];
        yield return [Length(MessageFeed.Limit + 1), .. Filled(MessageFeed.Limit + 1)];
        yield return [[0x00, 0x01, 0x00], [0x02]];
        yield return [[0xFF, 0xFF, 0xFF, 0xFF]];
        yield return [Length(MessageFeed.Limit), .. Filled(MessageFeed.Limit), Message("Hi")];
        for (var i = 0; i < RandomCases; i++)
        {
            byte[] stream =
            [
                .. Enumerable.Range(0, random.Next(1, 5))
                    .SelectMany(_ => Message(random.GetString("abc \u0000\u00ff", random.Next(0, 9)))),
            ];
            var pieces = new List<byte[]>();
            for (var (at, max) = (0, random.Next(1, 12)); at < stream.Length; at += pieces[^1].Length)
            {
                pieces.Add(stream[at..Math.Min(stream.Length, at + random.Next(1, max + 1))]);
            }

            yield return [.. pieces];
        }
    }

    private protected override object? Apply(Answer answer, byte[][] arguments)
    {
        var feed = answer() ?? throw new InvalidOperationException("The object to be fed is null.");
        var buffer = new byte[arguments.Max(piece => piece.Length)];
        List<object?> results = [];
        foreach (var piece in arguments)
        {
            piece.CopyTo(buffer, 0);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                results.Add(feed.Feed(buffer.AsSpan(0, piece.Length))?.Select(Text).ToArray());
            }
            catch (FramingException)
            {
                results.Add(new Said(nameof(FramingException)));
            }

            if (piece.Length <= MaxShown && GC.GetAllocatedBytesForCurrentThread() - before > MaxAllocated)
            {
                results.Add(new Said("more than 4 MiB of memory allocated"));
            }

            if (results[^1] is Said)
            {
                break;
            }

            buffer.AsSpan().Fill((byte)'#');
        }

        return arguments.Sum(piece => piece.Length) > MessageFeed.Limit ? InShort(results) : results;
    }

    private protected override string Describe(byte[][] arguments)
    {
        var told = arguments.All(piece => piece.Length <= MaxShown)
            ? arguments.Take(MaxDescribed).Select(Quoted)
            : [Quoted(arguments[0]), InvariantText.Format($"{arguments.Skip(1).Sum(piece => piece.Length):N0} more bytes")];
        var more = arguments.Length > MaxDescribed ? InvariantText.Format($", … ({arguments.Length} pieces)") : "";
        return $"fed a new object {string.Join(", then ", told)}{more}";
    }

    private static string Quoted(byte[] piece) => $"`{Present.Quoted(Encoding.Latin1.GetString(piece))}`";

    private static List<string> InShort(List<object?> results) =>
    [
        .. results.Index().Where(piece => piece.Item is not string?[] { Length: 0 })
            .Select(piece => InvariantText.Format($"after piece {piece.Index + 1}: {Present.Line(piece.Item)}")),
    ];

    private static string? Text(byte[]? message) => message switch
    {
        null => null,
        { Length: > MaxShown } => InvariantText.Format($"{(char)message[0]}… ({message.Length:N0} bytes)"),
        _ => Encoding.Latin1.GetString(message),
    };

    private static byte[] Message(string text) => [.. Length(text.Length), .. Encoding.Latin1.GetBytes(text)];

    private static byte[] Length(int length)
    {
        var header = new byte[Header];
        BinaryPrimitives.WriteInt32BigEndian(header, length);
        return header;
    }

    private static IEnumerable<byte[]> Filled(int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill((byte)'x');
        return bytes.Chunk(16_384);
    }

    private static long BigEndian(List<byte> kept) => (uint)((kept[0] << 24) | (kept[1] << 16) | (kept[2] << 8) | kept[3]);

    private static long LittleEndian(List<byte> kept) => (uint)((kept[3] << 24) | (kept[2] << 16) | (kept[1] << 8) | kept[0]);

    private static byte[]? Take(List<byte> kept, Func<List<byte>, long> lengthOf, long limit = MessageFeed.Limit)
    {
        if (kept.Count < Header)
        {
            return null;
        }

        var length = lengthOf(kept);
        if (length > limit)
        {
            throw TooLong();
        }

        if (kept.Count < Header + length)
        {
            return null;
        }

        byte[] message = [.. kept.GetRange(Header, (int)length)];
        kept.RemoveRange(0, Header + message.Length);
        return message;
    }

    private static FramingException TooLong() => new("The message is too long.");

    // The course's own reader and framing.
    private sealed class Course : MessageFeed
    {
        private readonly FrameReader _reader = new(new LengthFraming(Limit));

        public override IReadOnlyList<byte[]> Feed(ReadOnlySpan<byte> received) =>
            [.. _reader.Feed(received).Select(frame => frame.Body)];
    }

    private sealed class Kept(TakeMessage take, int max = int.MaxValue, bool dropsRest = false, bool returnsAgain = false)
        : MessageFeed
    {
        private readonly List<byte> _kept = [];
        private readonly List<byte[]> _returned = [];

        public override IReadOnlyList<byte[]> Feed(ReadOnlySpan<byte> received)
        {
            _kept.AddRange(received);
            List<byte[]> messages = returnsAgain ? _returned : [];
            while (messages.Count < max && take(_kept) is { } message)
            {
                messages.Add(message);
            }

            if (dropsRest && messages.Count > 0)
            {
                _kept.Clear();
            }

            return messages;
        }
    }
}
