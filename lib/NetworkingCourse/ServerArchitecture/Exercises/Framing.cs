using System.Runtime.InteropServices;
using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.1: take the questions out of a stream that arrives in pieces.</summary>
    public static FramingExercise Framing { get; } = new();
}

/// <summary>Takes the questions out of the bytes of one connection. The learner derives a class from this one.</summary>
public abstract class QuestionFraming
{
    /// <summary>Takes in the bytes that one receive has returned.</summary>
    /// <param name="received">The bytes, at least one. The caller uses its buffer again after the call.</param>
    /// <returns>
    /// The questions that are now complete and have not been returned before, oldest first, each including its <c>?</c>; an empty
    /// list if there are none.
    /// </returns>
    /// <exception cref="QuestionTooLongException">
    /// The next question has reached <see cref="Question.MaxBytes"/> bytes without a <c>?</c> among them.
    /// </exception>
    public abstract IReadOnlyList<byte[]> Feed(ReadOnlySpan<byte> received);
}

/// <summary>The learner keeps the beginning of the next question, and returns each question once.</summary>
public sealed class FramingExercise : CaseExercise<FramingExercise.Answer, byte[][]>
{
    private const int Chunk = 4096;
    private const int ChunksInLimit = Question.MaxBytes / Chunk;
    private const int RandomCases = 30;
    private const int MaxShown = 60;

    // For each thread one, as checks may run at the same time.
    private static readonly ThreadLocal<List<byte>> Shared = new(() => []);

    internal FramingExercise()
        : base(new ExerciseText(
            "4-server-architecture/1-one-conversation.ipynb", "4.1", 2, nameof(Exercises.Framing),
            "Framing under every split",
            "Write a class that derives from `QuestionFraming` and serves one connection. `Feed` is called with the bytes of "
                + "each receive. It returns all questions that are now complete, each once and with its `?`, and keeps the "
                + "rest for the next call. When the first 65,536 bytes (`Question.MaxBytes`) of a question hold no `?`, it "
                + "throws a `QuestionTooLongException`.",
            [
                "Append what arrives to a `List<byte>` that is a field. Then take questions off its front: how many times?",
                "`while ((end = _kept.IndexOf((byte)'?')) >= 0)`: the question is the first `end + 1` bytes. Add it to the "
                    + "result and remove it with `RemoveRange`. Before the loop and after it, compare with the limit: a "
                    + "question may have 65,536 bytes with its `?`, but no more.",
            ]))
    {
    }

    /// <summary>Makes the learner's object for a new connection.</summary>
    public delegate QuestionFraming Answer();

    private delegate List<byte[]> FeedKept(List<byte> kept, ReadOnlySpan<byte> received);

    internal override Answer Reference => () => new Kept((kept, received) =>
    {
        kept.AddRange(received);
        return TakeAll(kept);
    });

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "returns only the first question of a chunk",
            "Your `Feed` takes one question and stops. If two questions arrive together, the second one stays in the buffer "
                + "until more bytes come. A client that waits for its answer before it sends more waits for ever. Take "
                + "questions until none is complete.",
            () => new Kept((kept, received) =>
            {
                kept.AddRange(received);
                return TakeOne(kept) is { } question ? [question] : [];
            })),
        new(
            "loses what follows the last question mark",
            "Your `Feed` returns the complete questions and drops the bytes after the last `?`. They are the beginning of "
                + "the next question. Its end arrives later, and the server answers a question of which the first part is "
                + "missing.",
            () => new Kept((kept, received) =>
            {
                kept.AddRange(received);
                var questions = TakeAll(kept);
                if (questions.Count > 0)
                {
                    kept.Clear();
                }

                return questions;
            })),
        new(
            "looks at one chunk at a time",
            "Your `Feed` keeps nothing between two calls. A question whose bytes arrive in two receives is never complete in "
                + "one of them. On your own machine questions mostly arrive whole; over a real network they are split "
                + "anywhere.",
            () => new Kept((_, received) =>
            {
                List<byte> chunk = [.. received];
                return TakeAll(chunk);
            })),
        new(
            "looks only at the last byte",
            "Your `Feed` waits until what it has kept *ends* with a `?`. `Really? Wh` holds a complete question and does not "
                + "end with one: its client waits for an answer that is not sent.",
            () => new Kept((kept, received) =>
            {
                kept.AddRange(received);
                return received[^1] == Question.End ? TakeAll(kept) : Refused(kept, []);
            })),
        new(
            "takes everything up to the last question mark for one question",
            "Your `Feed` returns several questions as one. The client asked two and gets one answer; from then on it is "
                + "waiting for an answer that does not come. Split the bytes at each `?`.",
            () => new Kept((kept, received) =>
            {
                kept.AddRange(received);
                var end = kept.LastIndexOf(Question.End) + 1;
                List<byte[]> questions = end > 0 ? [[.. kept[..end]]] : [];
                kept.RemoveRange(0, end);
                return Refused(kept, questions);
            })),
        new(
            "grows without limit",
            "Your `Feed` keeps bytes although the first 65,536 of a question hold no `?`. A client that sends bytes without a "
                + "`?`, by mistake or on purpose, takes all the memory of the server if nothing stops it. Throw a "
                + "`QuestionTooLongException` as soon as 65,536 bytes hold no `?`, also if a `?` comes right after them.",
            () => new Kept((kept, received) =>
            {
                kept.AddRange(received);
                return TakeAllOfAnyLength(kept);
            })),
        new(
            "refuses the longest question that is allowed",
            "Your `Feed` refuses a question of exactly 65,536 bytes, although its last byte is the `?`. The limit includes the "
                + "`?`. Look for it first, and refuse only if it is not among the first 65,536 bytes.",
            () => new Kept((kept, received) =>
            {
                kept.AddRange(received);
                return kept.Count >= Question.MaxBytes && kept.IndexOf(Question.End) is < 0 or >= Question.MaxBytes - 1
                    ? throw new QuestionTooLongException()
                    : TakeAll(kept);
            })),
        new(
            "counts answered questions against the limit",
            "Your `Feed` adds up all bytes of the connection. The limit is for one question. A client that asks politely, "
                + "again and again, is thrown out after 65,536 bytes.",
            () => new Counting()),
        new(
            "refuses one byte too late",
            "Your `Feed` goes on although 65,536 bytes hold no `?`, and throws only when there are more. The limit includes the "
                + "`?`, so 65,536 bytes without one are already too many. Compare with `>=`, and also check the length of each "
                + "question that you take.",
            () => new Kept((kept, received) =>
            {
                kept.AddRange(received);
                return kept.Count > Question.MaxBytes ? throw new QuestionTooLongException() : TakeAllOfAnyLength(kept);
            })),
        new(
            "looks at the limit only after it has taken the questions",
            "Your `Feed` first takes all questions, however long, and checks the limit only afterwards. If the `?` is byte "
                + "65,537 and arrives together with the byte before it, your `Feed` takes a question that is too long. Check the "
                + "length of each question that you take: at most 65,536 bytes, including its `?`.",
            () => new Kept((kept, received) =>
            {
                kept.AddRange(received);
                return Refused(kept, TakeAllOfAnyLength(kept));
            })),
        new(
            "returns again what it has returned before",
            "Your `Feed` adds to the same list each time. It returns questions that it has already returned in an earlier call, "
                + "and the server answers them again. Make a new list in each call; only the bytes of an incomplete question "
                + "stay from call to call.",
            () => new Accumulating()),
        new(
            "shares the bytes of all connections",
            "Your objects share their bytes, so what one client has sent becomes the beginning of another client's question. "
                + "There is one object for each connection. Keep its bytes in a field of its own, without `static`.",
            () => new Kept((_, received) =>
            {
                var shared = Shared.Value!;
                shared.AddRange(received);
                return TakeAll(shared);
            })),
        new(
            "goes through text in ASCII",
            "Your `Feed` turns the bytes into text and back. ASCII ends at 127, and each byte above that becomes a `?`: a letter "
                + "such as `é` then ends the question, and the client gets back different bytes. Keep the bytes, in a "
                + "`List<byte>`, and look for the byte of the `?`.",
            () => new Kept((kept, received) =>
            {
                kept.AddRange(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(received)));
                return TakeAll(kept);
            })),
        new(
            "goes through text in UTF-8",
            "Your `Feed` treats the bytes as UTF-8 text. They may be in another encoding, and the bytes of one letter may arrive "
                + "in two calls. Decoding replaces what it does not understand with `U+FFFD`, which is three other bytes. Keep "
                + "the bytes, in a `List<byte>`, and look for the byte of the `?`.",
            () => new Kept((kept, received) =>
            {
                kept.AddRange(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(received)));
                return TakeAll(kept);
            })),
    ];

    private protected override IEnumerable<byte[][]> Cases(Random random)
    {
        yield return Chunks("Yoyo?");
        yield return Chunks("Is this ", "one?");
        yield return Chunks("Yes? No?", " Now?");
        yield return Chunks("Really? Wh", "y?");
        yield return Chunks("??", "a?");
        yield return Chunks("Caf\u00e9?");
        foreach (var at in Enumerable.Range(1, "Yes? No? Wh".Length))
        {
            yield return Chunks("Yes? No? Wh"[..at], "Yes? No? Wh"[at..] + "y?");
        }

        for (var i = 0; i < RandomCases; i++)
        {
            yield return
            [
                .. Enumerable.Range(0, random.Next(2, 7))
                    // A question is made of bytes, not only of ASCII.
                    .Select(_ => Encoding.Latin1.GetBytes(random.GetString("ab\u00e9 ??", random.Next(1, 6)))),
            ];
        }

        yield return [.. Enumerable.Range(0, ChunksInLimit + 4).Select(_ => Filled(Chunk, ending: true))];
        yield return [.. Silent(ChunksInLimit - 1), Filled(Chunk, ending: true), "Still there?"u8.ToArray()];
        yield return [.. Silent(ChunksInLimit + 1)];
        yield return [.. Silent(ChunksInLimit)];
        yield return [.. Silent(ChunksInLimit - 1), Filled(Chunk - 1, ending: false), "a?"u8.ToArray()];
    }

    private protected override object? Apply(Answer answer, byte[][] arguments)
    {
        if (answer() is not { } framing)
        {
            return new Said("null instead of an object that can be fed");
        }

        if (Mixed(answer) is { } mixed)
        {
            return mixed;
        }

        var buffer = new byte[Chunk];
        List<object?> results = [];
        foreach (var chunk in arguments)
        {
            chunk.CopyTo(buffer, 0);
            try
            {
                results.Add(framing.Feed(buffer.AsSpan(0, chunk.Length))?.Select(Text).ToArray());
            }
            catch (QuestionTooLongException refused)
            {
                results.Add(refused);
                break;
            }

            buffer.AsSpan().Fill((byte)'#');
        }

        return IsLong(arguments) ? InShort(results) : results;
    }

    private protected override string Describe(byte[][] arguments) => IsLong(arguments)
        ? InvariantText.Format(
            $"fed a new object {arguments.Length} chunks, of {arguments[0].Length:N0} bytes at first, which ")
            + Places(arguments)
        : "fed a new object " + string.Join(
            ", then ", arguments.Select(chunk => $"`{Present.Quoted(Encoding.Latin1.GetString(chunk))}`"));

    // What shows that two objects have their bytes in common; null if they do not. This comes first in each case: what one case
    // leaves in common bytes would change the next.
    private static Said? Mixed(Answer answer)
    {
        try
        {
            answer().Feed("Ye"u8);
            return answer().Feed("s?"u8) is [.., { } question] && question.AsSpan().EndsWith("Yes?"u8)
                ? new Said("one object was fed `\"Ye\"`, another one `\"s?\"`, and that one returned `\"Yes?\"`")
                : null;
        }
        catch (Exception exception) when (exception is not NotImplementedException && !Trial.IsStop(exception))
        {
            return null;
        }
    }

    private static bool IsLong(byte[][] chunks) => chunks.Sum(chunk => chunk.Length) > MaxShown;

    // The chunks that brought something, the first and the last of them in words.
    private static List<string> InShort(List<object?> results)
    {
        List<string> told =
        [
            .. results.Index().Where(chunk => chunk.Item is not string?[] { Length: 0 })
                .Select(chunk => InvariantText.Format($"chunk {chunk.Index + 1}: {Present.Line(chunk.Item)}")),
        ];
        return told.Count > 3 ? [told[0], InvariantText.Format($"{told.Count - 2} more"), told[^1]] : told;
    }

    private static string Places(byte[][] chunks)
    {
        byte[] all = [.. chunks.SelectMany(chunk => chunk)];
        var places = Enumerable.Range(0, all.Length).Where(at => all[at] == Question.End).ToList();
        return places.Count switch
        {
            0 => "hold no `?`",
            > 3 => "hold a `?` at the end of each",
            _ => "hold a `?` at " + string.Join(" and ", places.Select(at => InvariantText.Format($"byte {at + 1:N0}"))),
        };
    }

    // A long question is told by its length and its ends.
    private static string? Text(byte[]? question) => question switch
    {
        null => null,
        { Length: > MaxShown } => InvariantText.Format(
            $"{(char)question[0]}…{Encoding.ASCII.GetString(question[^4..])} ({question.Length:N0} bytes)"),
        _ => Encoding.Latin1.GetString(question),
    };

    private static byte[][] Chunks(params ReadOnlySpan<string> texts)
    {
        var chunks = new byte[texts.Length][];
        for (var i = 0; i < texts.Length; i++)
        {
            chunks[i] = Encoding.Latin1.GetBytes(texts[i]);
        }

        return chunks;
    }

    private static IEnumerable<byte[]> Silent(int chunks) =>
        Enumerable.Range(0, chunks).Select(_ => Filled(Chunk, ending: false));

    private static byte[] Filled(int length, bool ending)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill((byte)'a');
        bytes[^1] = ending ? Question.End : bytes[^1];
        return bytes;
    }

    private static List<byte[]> TakeAll(List<byte> kept)
    {
        List<byte[]> questions = [];
        while (TakeOne(kept) is { } question)
        {
            questions.Add(question);
        }

        return questions;
    }

    private static List<byte[]> TakeAllOfAnyLength(List<byte> kept)
    {
        List<byte[]> questions = [];
        while (kept.IndexOf(Question.End) is >= 0 and var end)
        {
            questions.Add([.. kept[..(end + 1)]]);
            kept.RemoveRange(0, end + 1);
        }

        return questions;
    }

    private static byte[]? TakeOne(List<byte> kept)
    {
        var end = Question.FindEnd(CollectionsMarshal.AsSpan(kept));
        if (end < 0)
        {
            return null;
        }

        byte[] question = [.. kept[..end]];
        kept.RemoveRange(0, end);
        return question;
    }

    private static List<byte[]> Refused(List<byte> kept, List<byte[]> otherwise) =>
        kept.Count >= Question.MaxBytes ? throw new QuestionTooLongException() : otherwise;

    private sealed class Kept(FeedKept feed) : QuestionFraming
    {
        private readonly List<byte> _kept = [];

        public override IReadOnlyList<byte[]> Feed(ReadOnlySpan<byte> received) => feed(_kept, received);
    }

    private sealed class Accumulating : QuestionFraming
    {
        private readonly List<byte> _kept = [];
        private readonly List<byte[]> _questions = [];

        public override IReadOnlyList<byte[]> Feed(ReadOnlySpan<byte> received)
        {
            _kept.AddRange(received);
            _questions.AddRange(TakeAll(_kept));
            return _questions;
        }
    }

    private sealed class Counting : QuestionFraming
    {
        private readonly List<byte> _kept = [];
        private int _all;

        public override IReadOnlyList<byte[]> Feed(ReadOnlySpan<byte> received)
        {
            _all += received.Length;
            _kept.AddRange(received);
            return _all > Question.MaxBytes ? throw new QuestionTooLongException() : TakeAll(_kept);
        }
    }
}
