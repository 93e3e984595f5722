using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.7: read a given number of bytes from a connection.</summary>
    public static ReadExactlyExercise ReadExactly { get; } = new();
}

/// <summary>The learner reads exactly as many bytes as wanted, however the network cuts the stream.</summary>
public sealed class ReadExactlyExercise : CaseExercise<ReadExactlyExercise.Answer, ReadExactlyExercise.Script>
{
    private const int RandomCases = 30;
    private const int MaxDescribed = 6;

    internal ReadExactlyExercise()
        : base(new ExerciseText(
            "2-transport/7-tcps-edges.ipynb", "2.7", 1, nameof(Exercises.ReadExactly),
            "Read exactly n bytes",
            "Read exactly `count` bytes from the stream of a connection and return them. `stream.Read(buffer, offset, n)` "
                + "waits until at least one byte is there, returns how many it has put into the buffer, at most `n`, and 0 "
                + "if the other side has closed. If it closes before `count` bytes have arrived, throw an "
                + "`EndOfStreamException`. What follows the `count` bytes stays in the stream, and no read is made that is "
                + "not needed.",
            [
                "You need a loop, and a variable that says how many bytes you have. How many are still missing? Where in "
                    + "the array does the next piece go?",
                "`while (have < count)`: `var more = stream.Read(bytes, have, count - have)`. If `more` is 0, `throw new "
                    + "EndOfStreamException()`; otherwise add it to `have`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="stream">The stream of a connection. It can only be read.</param>
    /// <param name="count">The number of bytes to read; 0 or more.</param>
    /// <returns>The bytes, exactly <paramref name="count"/>.</returns>
    /// <exception cref="EndOfStreamException">The other side has closed too early.</exception>
    public delegate byte[] Answer(Stream stream, int count);

    internal override Answer Reference => (stream, count) => Exactly.ReadAsync(stream, count).GetAwaiter().GetResult();

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "reads once and returns the whole array",
            "Your method reads once and returns an array of the right length. Only its beginning has arrived; the rest are "
                + "zeros, which look like data. `Read` says in its result how many bytes it has put there, and on a real "
                + "network that is often fewer than you asked for.",
            (stream, count) =>
            {
                var bytes = new byte[count];
                return count == 0 || stream.Read(bytes, 0, count) > 0 ? bytes : throw new EndOfStreamException();
            }),
        new(
            "reads once and returns what came",
            "Your method returns what one `Read` has brought. That is *at most* as much as you asked for: TCP delivers a "
                + "stream in any number of pieces. On your own machine a short message mostly comes whole, so this passes "
                + "every test there, and fails now and then for users who are far away.",
            (stream, count) =>
            {
                var bytes = new byte[count];
                var have = count == 0 ? 0 : stream.Read(bytes, 0, count);
                return count == 0 || have > 0 ? bytes[..have] : throw new EndOfStreamException();
            }),
        new(
            "does not say that the end came too early",
            "Your method leaves its loop when `Read` returns 0, and returns as if all had arrived. The message has been cut "
                + "off: its sender may have crashed in the middle. A file saved this way is broken, and no one has been "
                + "told. Throw an `EndOfStreamException`.",
            (stream, count) =>
            {
                var bytes = new byte[count];
                for (int have = 0, more = 1; have < count && more > 0; have += more)
                {
                    more = stream.Read(bytes, have, count - have);
                }

                return bytes;
            }),
        new(
            "goes on reading after the end",
            "Your method takes a result of 0 for \"nothing yet\" and reads again. But `Read` waits until there is "
                + "something: 0 means that the other side has closed and there will never be more. Such a loop keeps a "
                + "processor busy for ever, for a client that has gone.",
            (stream, count) =>
            {
                var bytes = new byte[count];
                for (var have = 0; have < count;)
                {
                    have += stream.Read(bytes, have, count - have);
                }

                return bytes;
            }),
        new(
            "reads more than is wanted",
            "Your method reads into a buffer that is larger than what is missing, and drops what it does not need. Those "
                + "bytes are the beginning of what follows, and the next reader waits for them in vain. Never ask for more "
                + "than `count - have`.",
            (stream, count) =>
            {
                List<byte> bytes = [];
                var buffer = new byte[4096];
                while (bytes.Count < count)
                {
                    var more = stream.Read(buffer, 0, buffer.Length);
                    bytes.AddRange(more > 0 ? buffer.AsSpan(0, more) : throw new EndOfStreamException());
                }

                return [.. bytes.Take(count)];
            }),
        new(
            "asks for all of them again each time",
            "Your second `Read` asks for `count` bytes, at a place in the array where there is no room for so many. After a "
                + "first piece of ten, only `count - 10` are missing. That is also the most that you may take: what comes "
                + "after belongs to the next reader.",
            (stream, count) =>
            {
                var bytes = new byte[count];
                for (var have = 0; have < count;)
                {
                    var more = stream.Read(bytes, have, count);
                    have += more > 0 ? more : throw new EndOfStreamException();
                }

                return bytes;
            }),
        new(
            "writes each piece over the last one",
            "Your method puts every piece at the beginning of the array. The second piece belongs *behind* the first: the "
                + "offset is the number of bytes that you have already.",
            (stream, count) =>
            {
                var bytes = new byte[count];
                for (var have = 0; have < count;)
                {
                    var more = stream.Read(bytes, 0, count - have);
                    have += more > 0 ? more : throw new EndOfStreamException();
                }

                return bytes;
            }),
        new(
            "reads until the other side closes",
            "Your method reads until `Read` returns 0. The other side keeps the connection open, because it waits for your "
                + "answer; and you wait for its end. Stop as soon as you have `count` bytes.",
            (stream, count) =>
            {
                using var all = new MemoryStream();
                stream.CopyTo(all);
                return all.Length >= count ? all.ToArray()[..count] : throw new EndOfStreamException();
            }),
        new(
            "reads one byte at a time",
            "Your method returns the right bytes, and needs one `Read` for each. A read from a socket is a call of the "
                + "system, which takes about as long for one byte as for a thousand. Ask for all that is missing, and take "
                + "what you get.",
            (stream, count) =>
            {
                var bytes = new byte[count];
                for (var have = 0; have < count; have++)
                {
                    bytes[have] = stream.ReadByte() is >= 0 and var one ? (byte)one : throw new EndOfStreamException();
                }

                return bytes;
            }),
        new(
            "reads although nothing is wanted",
            "Your method reads before it looks whether anything is missing. A message may be empty. Then the read waits for "
                + "a byte that nobody is going to send, or takes an empty result for the end. Test first: `while`, not "
                + "`do`.",
            (stream, count) =>
            {
                var bytes = new byte[count];
                var have = 0;
                do
                {
                    var more = stream.Read(bytes, have, count - have);
                    have += more > 0 ? more : throw new EndOfStreamException();
                }
                while (have < count);
                return bytes;
            }),
        new(
            "takes a short read for the end",
            "Your method throws when one `Read` brings less than it asked for. That is not the end: the rest is still on its "
                + "way. Only a result of 0 says that the other side has closed. Read again, for what is missing.",
            (stream, count) =>
            {
                var bytes = new byte[count];
                return count == 0 || stream.Read(bytes, 0, count) == count ? bytes : throw new EndOfStreamException();
            }),
        new(
            "asks for all of them again, with room for them",
            "Your second `Read` asks for `count` bytes again, although some are there already. So it takes bytes that come after "
                + "the message, and the next reader waits for them in vain. To have room for them does not help. Ask for what is "
                + "missing, `count - have`.",
            (stream, count) =>
            {
                var bytes = new byte[2 * count];
                for (var have = 0; have < count;)
                {
                    var more = stream.Read(bytes, have, count);
                    have += more > 0 ? more : throw new EndOfStreamException();
                }

                return bytes[..count];
            }),
        new(
            "reads once more when it has everything",
            "Your method has all the bytes, and calls `Read` once more, because it ends only at a result of 0. It may wait there "
                + "for as long as the other side is silent. Look at what you have before each read: `while (have < count)`.",
            (stream, count) =>
            {
                var (bytes, have) = (new byte[count], 0);
                while (stream.Read(bytes, have, count - have) is > 0 and var more)
                {
                    have += more;
                }

                return have == count ? bytes : throw new EndOfStreamException();
            }),
        new(
            "turns the bytes into text and back",
            "Your method turns the bytes into text and back. Not all bytes are text: ASCII turns every byte above 127 into a "
                + "`?`, and UTF-8 replaces what is not valid. Pictures, compressed data and most protocols contain such bytes. "
                + "Read into a `byte[]`, and return it as it is.",
            (stream, count) => Encoding.ASCII.GetBytes(
                Encoding.ASCII.GetString(Exactly.ReadAsync(stream, count).GetAwaiter().GetResult()))),
    ];

    private protected override IEnumerable<Script> Cases(Random random)
    {
        yield return new Script(16, ["Hi there, server"]);
        yield return new Script(16, ["Hi there, ", "server"]);
        yield return new Script(16, ["Hi there, server|what follows"]);
        yield return new Script(16, ["Hi there, ", "server|what", " follows"]);
        yield return new Script(16, [.. "Hi there, server".Select(letter => letter.ToString())]);
        yield return new Script(16, ["Hi there, "]) { Closes = true };
        yield return new Script(16, []) { Closes = true };
        yield return new Script(16, ["Hi there, ", "server"]) { Closes = true };
        yield return new Script(4, ["\u00c3\u00a9", "\u0000\u00ff"]);
        yield return new Script(0, []);
        yield return new Script(0, ["what follows"]);
        for (var i = 0; i < RandomCases; i++)
        {
            string[] pieces =
            [
                .. Enumerable.Range(0, random.Next(1, 6))
                    .Select(_ => random.GetString("abcdefgh \u0000\u00ff", random.Next(1, 9))),
            ];
            var length = pieces.Sum(piece => piece.Length);
            var isCut = random.Next(5) == 0;
            yield return new Script(random.Next(isCut ? length + 1 : 1, length + (isCut ? 9 : 1)), pieces)
            {
                Closes = isCut || random.Next(3) == 0,
            };
        }
    }

    private protected override object? Apply(Answer answer, Script arguments)
    {
        var stream = new PieceStream(arguments.Pieces, arguments.Closes);
        string result;
        try
        {
            result = (answer(stream, arguments.Count), arguments.IsCut) switch
            {
                (null, _) => "null",
                (_, true) => "no exception",
                ([], _) => "no bytes",
                ({ } bytes, _) => $"`{Present.Quoted(Encoding.Latin1.GetString(bytes))}`",
            };
        }
        catch (EndOfStreamException) when (stream.Stuck is null)
        {
            result = nameof(EndOfStreamException);
        }
        catch (ScriptEndedException) when (stream.Stuck is not null)
        {
            return new Said(stream.Stuck);
        }

        var left = stream.Left is { Length: > 0 } follows ? $"; the next reader finds `{Present.Quoted(follows)}`" : "";
        return new Said($"{result} after {InvariantText.Count(stream.Reads, "read")}{left}");
    }

    private protected override string Describe(Script arguments)
    {
        var pieces = string.Join(", ", arguments.Pieces.Take(MaxDescribed).Select(piece => $"`{Present.Quoted(piece)}`"))
            + (arguments.Pieces.Count > MaxDescribed ? InvariantText.Format($", … ({arguments.Pieces.Count} pieces)") : "");
        var sent = arguments.Pieces.Count == 0 ? "the other side sent nothing" : $"the other side sent {pieces}";
        return $"asked for {Octets.Count(arguments.Count)}; {sent}"
            + (arguments.Closes ? " and closed" : " and keeps the connection open");
    }

    /// <summary>The arguments of one call, and what the other side does.</summary>
    /// <param name="Count">The number of bytes to read.</param>
    /// <param name="Pieces">What arrives, piece by piece.</param>
    public sealed record Script(int Count, IReadOnlyList<string> Pieces)
    {
        /// <summary>Whether the other side closes after the last piece.</summary>
        public bool Closes { get; init; }

        internal bool IsCut => Closes && Pieces.Sum(piece => piece.Length) < Count;
    }
}
