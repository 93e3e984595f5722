using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.13: a client that works over any stream.</summary>
    public static AskOverExercise AskOver { get; } = new();
}

/// <summary>The learner's client asks one question after the other over a stream, whatever carries it.</summary>
public sealed class AskOverExercise : CaseExercise<AskOverExercise.Answer, AskOverExercise.Script>
{
    private const int RandomCases = 30;

    internal AskOverExercise()
        : base(new ExerciseText(
            "4-server-architecture/13-all-together.ipynb", "4.13", 1, nameof(Exercises.AskOver),
            "A client over any stream",
            "Write the client. Send the question, which ends with `?` and holds no `.`, over the stream, in ASCII; read until "
                + "the answer is complete; and return the answer, with the `.` at its end. The stream stays open, for the next "
                + "question. If the server closes before the answer is complete, throw an `EndOfStreamException`.",
            [
                "Sending is one call: `stream.Write(Encoding.ASCII.GetBytes(question))`. Reading is a loop. What tells you "
                    + "that the answer is complete?",
                "Read into a buffer, append what came to what you have, and look whether the last byte is `.`. `Read` returns "
                    + "0 when the server has closed.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="stream">A connection to a server, on which nothing else is under way.</param>
    /// <param name="question">The question, ASCII, with <c>?</c> at its end and nowhere else, and without <c>.</c>.</param>
    /// <returns>The answer, with <c>.</c> at its end.</returns>
    /// <exception cref="EndOfStreamException">The server has closed before its answer was complete.</exception>
    public delegate string Answer(Stream stream, string question);

    internal override Answer Reference => (stream, question) =>
    {
        stream.Write(Encoding.ASCII.GetBytes(question));
        return ReadAnswer(stream);
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "reads once",
            "Your method returns what one `Read` has brought. The answer comes in as many pieces as the network makes of it: in "
                + "the small internet, one for each segment. Read until the last byte is `.`.",
            (stream, question) =>
            {
                stream.Write(Encoding.ASCII.GetBytes(question));
                var buffer = new byte[1000];
                var count = stream.Read(buffer);
                return count > 0 ? Encoding.ASCII.GetString(buffer, 0, count) : throw new EndOfStreamException();
            }),
        new(
            "reads until the server closes",
            "Your method reads until `Read` returns 0. The server keeps the connection open for the next question, so you wait "
                + "for it and it waits for you. The `.` is the end of the answer.",
            (stream, question) =>
            {
                stream.Write(Encoding.ASCII.GetBytes(question));
                return new StreamReader(stream, leaveOpen: true).ReadToEnd() is { } text && text.EndsWith('.')
                    ? text
                    : throw new EndOfStreamException();
            }),
        new(
            "does not notice that the server has closed",
            "Your method reads again although `Read` has returned 0. It means that the server has closed and nothing will ever "
                + "come, so this loop never ends. Throw an `EndOfStreamException`.",
            (stream, question) =>
            {
                stream.Write(Encoding.ASCII.GetBytes(question));
                return Collect(stream, _ => true);
            }),
        new(
            "takes half an answer for a whole one",
            "Your method returns what it has when the server closes. Its caller takes half an answer for a whole one. Only the "
                + "`.` says that it is complete; without it, throw an `EndOfStreamException`.",
            (stream, question) =>
            {
                stream.Write(Encoding.ASCII.GetBytes(question));
                return Collect(stream, _ => false);
            }),
        new(
            "closes the stream",
            "Your method disposes of the stream, perhaps with `using` or through a `StreamReader`, which closes the stream "
                + "that it reads. The next question finds the connection closed. Leave closing to the code that opened it.",
            (stream, question) =>
            {
                using (stream)
                {
                    stream.Write(Encoding.ASCII.GetBytes(question));
                    return ReadAnswer(stream);
                }
            }),
        new(
            "sends a line end after the question",
            "Your method sends more than the question, for instance a line end, as `WriteLine` of a `StreamWriter` does. In "
                + "this protocol the question ends with `?`. The server takes what follows for the beginning of the next "
                + "question, and your next answer begins with it.",
            (stream, question) =>
            {
                stream.Write(Encoding.ASCII.GetBytes(question + "\n"));
                return ReadAnswer(stream);
            }),
        new(
            "forgets to send",
            "Your method reads without having sent the question, or its question is still in the buffer of a `StreamWriter` "
                + "that was not flushed. The server says nothing unless it is asked.",
            (stream, _) => ReadAnswer(stream)),
        new(
            "cuts off the end of the answer",
            "Your method returns the answer without its `.`. The task asks for all of it.",
            (stream, question) =>
            {
                stream.Write(Encoding.ASCII.GetBytes(question));
                return ReadAnswer(stream).TrimEnd('.');
            }),
    ];

    private protected override IEnumerable<Script> Cases(Random random)
    {
        yield return new Script(["Are you there?"], [1000]);
        yield return new Script(["Are you there?"], [5]);
        yield return new Script(["Are you there?", "Still?"], [3, 100]);
        yield return new Script(["?", "Is that all?"], [1]);
        yield return new Script(["Are you there?"], [7]) { ClosesAfter = 7 };
        yield return new Script(["Are you there?"], [7]) { ClosesAfter = 0 };
        for (var i = 0; i < RandomCases; i++)
        {
            string[] questions =
            [
                .. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.GetString("abcdefgh ,", random.Next(0, 40)) + "?"),
            ];
            yield return new Script(questions, [.. Enumerable.Range(0, 5).Select(_ => random.Next(1, 30))])
            {
                ClosesAfter = random.Next(4) == 0 ? random.Next(questions.Sum(question => question.Length)) : null,
            };
        }
    }

    private protected override object? Apply(Answer answer, Script arguments)
    {
        var stream = new AskedStream(arguments.Pieces, arguments.ClosesAfter);
        var said = new List<string>();
        try
        {
            foreach (var question in arguments.Questions)
            {
                said.Add(answer(stream, question) is { } text ? $"`{Present.Quoted(text)}`" : "null");
            }
        }
        catch (EndOfStreamException) when (stream.Stuck is null)
        {
            said.Add(nameof(EndOfStreamException));
        }
        catch (ObjectDisposedException)
        {
            said.Add("the stream is closed");
        }
        catch (ScriptEndedException) when (stream.Stuck is not null)
        {
            said.Add(stream.Stuck);
        }

        var asked = stream.Asked.Length == 0 ? "nothing" : $"`{Present.Quoted(stream.Asked)}`";
        return new Said($"{string.Join(", ", said)}; the server received {asked}");
    }

    private protected override string Describe(Script arguments)
    {
        var questions = string.Join(", ", arguments.Questions.Select(question => $"`{question}`"));
        var pieces = string.Join(", ", arguments.Pieces.Select(piece => InvariantText.Format($"{piece}")));
        var closes = arguments.ClosesAfter is { } after
            ? InvariantText.Format($"; the server closes after {InvariantText.Count(after, "byte")} of its answers")
            : "";
        return $"asked {questions}; the answers arrive in pieces of at most {pieces} bytes{closes}";
    }

    private static string ReadAnswer(Stream stream) => Collect(stream, _ => throw new EndOfStreamException());

    // Reads until the answer is complete, or until the server has closed and `goesOn` says to stop.
    private static string Collect(Stream stream, Func<string, bool> goesOn)
    {
        var (answer, buffer) = (new StringBuilder(), new byte[1000]);
        while (answer.Length == 0 || answer[^1] != '.')
        {
            var count = stream.Read(buffer);
            if (count == 0 && !goesOn(answer.ToString()))
            {
                break;
            }

            answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return answer.ToString();
    }

    /// <summary>A conversation.</summary>
    /// <param name="Questions">The questions, asked one after the other.</param>
    /// <param name="Pieces">How many bytes each read brings at most, in turn.</param>
    public sealed record Script(IReadOnlyList<string> Questions, IReadOnlyList<int> Pieces)
    {
        /// <summary>After how many bytes of its answers the server closes; null for never.</summary>
        public int? ClosesAfter { get; init; }
    }
}
