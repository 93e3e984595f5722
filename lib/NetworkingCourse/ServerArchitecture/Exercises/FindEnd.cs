using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.1: find the end of the first question.</summary>
    public static FindEndExercise FindEnd { get; } = new();
}

/// <summary>The learner finds the end of the first question in a buffer, however TCP has split the stream.</summary>
public sealed class FindEndExercise : CaseExercise<FindEndExercise.Answer, byte[]>
{
    private const int RandomCases = 40;

    internal FindEndExercise()
        : base(new ExerciseText(
            "4-server-architecture/1-one-conversation.ipynb", "4.1", 1, nameof(Exercises.FindEnd),
            "Find the end of the first question",
            "A server has received some bytes and keeps them in a buffer. Return the length of the first complete question, "
                + "including its `?`, or -1 if its end has not arrived yet.",
            [
                "The bytes may hold the end of one question and the beginning of the next. Where can the first `?` be?",
                "`received.IndexOf((byte)'?')` is the position of the first `?`, or -1. A length is one more than a position.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="received">The bytes received so far, oldest first.</param>
    /// <returns>The length of the first question in bytes, including the <c>?</c>; -1 if its end has not arrived.</returns>
    public delegate int Answer(ReadOnlySpan<byte> received);

    internal override Answer Reference => received => Question.FindEnd(received);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "looks only at the last byte",
            "Your method looks at the end of the buffer. TCP does not keep questions apart: `Yes? No?` can arrive together, and "
                + "`Really? Wh` ends without a `?` although its first question is complete. Look for the first `?`.",
            received => received.EndsWith("?"u8) ? received.Length : -1),
        new(
            "takes the last question mark",
            "Your method finds the last `?`. If two questions have arrived together, it takes both for one, and the client gets "
                + "one answer instead of two.",
            received => received.LastIndexOf((byte)'?') is >= 0 and var at ? at + 1 : -1),
        new(
            "takes position 0 for none",
            "Your method finds a `?` only behind at least one other byte. An empty question is a question too: its `?` stands at "
                + "position 0. Positions count from 0, and *not found* is -1; so compare with `>= 0`.",
            received => received.IndexOf((byte)'?') is > 0 and var at ? at + 1 : -1),
        new(
            "returns the position instead of the length",
            "Your method returns the position of the `?`. The length of the question is one more, because positions count "
                + "from 0. With the position, the `?` stays in the buffer and is taken for an empty question next time.",
            received => received.IndexOf((byte)'?')),
        new(
            "returns 0 for a question that is not complete",
            "Your method returns 0 when there is no `?`. A caller then takes a question of 0 bytes again and again, for ever. "
                + "Return -1, as the task says.",
            received => received.IndexOf((byte)'?') + 1),
        new(
            "decodes the bytes as ASCII",
            "Your method turns the bytes into text first. ASCII ends at 127, and each byte above that becomes a `?`: the letter "
                + "`é`, two bytes in UTF-8, then looks like the ends of two questions. Look at the bytes themselves: "
                + "`received.IndexOf((byte)'?')`.",
            received => Encoding.ASCII.GetString(received).IndexOf('?') is >= 0 and var at ? at + 1 : -1),
        new(
            "decodes the bytes as UTF-8",
            "Your method turns the bytes into text first, and returns a length in characters. In UTF-8, a character may have "
                + "several bytes (`é` has two), so a position in the text is not a position in the buffer. Look at the bytes "
                + "themselves: `received.IndexOf((byte)'?')`.",
            received => Encoding.UTF8.GetString(received).IndexOf('?') is >= 0 and var at ? at + 1 : -1),
    ];

    private protected override IEnumerable<byte[]> Cases(Random random)
    {
        foreach (var text in (string[])["Yoyo?", "Is this ", "Yes? No?", "Really? Wh", "?", "", "\u00e9? a", "a\u00e9"])
        {
            yield return Encoding.UTF8.GetBytes(text);
        }

        for (var i = 0; i < RandomCases; i++)
        {
            yield return Encoding.UTF8.GetBytes(random.GetString("abc d?\u00e9", random.Next(1, 12)));
        }
    }

    private protected override object? Apply(Answer answer, byte[] arguments) => answer(arguments.ToArray());

    private protected override string Describe(byte[] arguments)
    {
        var text = Encoding.UTF8.GetString(arguments);
        return $"called it with `{Present.Quoted(text)}`"
            + (text.Length == arguments.Length ? "" : InvariantText.Format($", which is {arguments.Length} bytes in UTF-8"));
    }
}
