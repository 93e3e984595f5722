using System.Buffers;
using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.8: take the complete questions out of the bytes in a pipe.</summary>
    public static TakeFromPipeExercise TakeFromPipe { get; } = new();
}

/// <summary>The learner finds complete questions in a sequence of segments, and says how far the pipe may go on.</summary>
public sealed class TakeFromPipeExercise : Exercise<TakeFromPipeExercise.Answer>
{
    private const int RandomReads = 40;

    private static readonly Mistake<Answer> OneSegment = new(
        "looks at one segment at a time",
        "Your method looks for the `?` within a segment. A question may begin in one segment and end in another: the pipe "
            + "puts the bytes where there is room, and knows nothing of questions. `received.PositionOf` searches all "
            + "segments, and `Slice` cuts across them. With short questions and fast clients, this goes well for weeks.",
        (received, take) =>
        {
            while (received.FirstSpan.IndexOf(Question.End) is >= 0 and var at)
            {
                take(Text(received.Slice(0, at + 1)));
                received = received.Slice(at + 1);
            }

            return (received.Start, received.End);
        });

    private static readonly Mistake<Answer> NotExamined = new(
        "does not say that it has examined the rest",
        "Your method has seen that the rest holds no `?`, but it does not tell the pipe: `Examined` lies before the end. So the "
            + "pipe believes that there is more to look at, and the next `ReadAsync` returns the same bytes at once, again and "
            + "again. A core is busy with half a question. Return `received.End` as `Examined`.",
        (received, take) =>
        {
            TakeAll(ref received, take);
            return (received.Start, received.Start);
        });

    private static readonly Mistake<Answer> ConsumesTheRest = new(
        "consumes the beginning of a question",
        "Your method has consumed bytes of a question that is not complete. The pipe forgets consumed bytes, and when the rest "
            + "arrives, its beginning is missing. (If you keep it in a variable of your own, you copy what the pipe would keep "
            + "for you, and all connections share your variable.) Consume up to the end of the last complete question.",
        (received, take) =>
        {
            TakeAll(ref received, take);
            return (received.End, received.End);
        });

    private static readonly Mistake<Answer> LeavesTheMark = new(
        "leaves the question mark in the pipe",
        "Your method consumes up to the `?`, but not the `?` itself. `PositionOf` returns the position *of* the byte. The next "
            + "read begins with a `?`, which is an empty question, and the client gets an answer too many. "
            + "`received.GetPosition(1, end)` is the position behind it.",
        (received, take) =>
        {
            var end = received.Start;
            while (received.PositionOf(Question.End) is { } mark)
            {
                take(Text(received.Slice(0, received.GetPosition(1, mark))));
                (end, received) = (mark, received.Slice(received.GetPosition(1, mark)));
            }

            return (end, received.End);
        });

    private static readonly Mistake<Answer> ConsumesNothing = new(
        "consumes nothing",
        "Your method has taken a question, but tells the pipe that nothing was consumed. The pipe keeps the bytes, and the next "
            + "read returns the question once more, before the new bytes: the client gets the same answer again and again, and "
            + "the pipe fills up. `Consumed` is where the next question begins.",
        (received, take) =>
        {
            var all = received;
            TakeAll(ref received, take);
            return (all.Start, all.End);
        });

    private static readonly Mistake<Answer> TakesTheRest = new(
        "takes the rest for a question",
        "Your method takes whatever is behind the last `?` for a question too. It is the beginning of one, and the rest is "
            + "still on its way. `Split('?')` does this if you use all its parts: the last part has no `?` behind it.",
        (received, take) =>
        {
            TakeAll(ref received, take);
            if (!received.IsEmpty)
            {
                take(Text(received));
            }

            return (received.End, received.End);
        });

    private static readonly Mistake<Answer> PositionsOfACopy = new(
        "returns positions of a copy",
        "Your method has copied the bytes into an array and returns positions in the copy. The pipe does not know your array: "
            + "`AdvanceTo` needs positions in the buffer that the pipe handed out. And the copy is what a pipe is meant to save. "
            + "`PositionOf`, `GetPosition` and `Slice` work on the buffer itself.",
        (received, take) =>
        {
            received = new ReadOnlySequence<byte>(received.ToArray());
            TakeAll(ref received, take);
            return (received.Start, received.End);
        });

    private static readonly Mistake<Answer> Swapped = new(
        "exchanges consumed and examined",
        "Your method returns the two positions in the wrong order. Consumed bytes are never seen again; examined ones are, "
            + "but only together with new bytes. So nothing can be consumed that was not examined: `AdvanceTo` throws an "
            + "`InvalidOperationException`. First `Consumed`, then `Examined`, which is never smaller.",
        (received, take) =>
        {
            TakeAll(ref received, take);
            return (received.End, received.Start);
        });

    private static readonly Mistake<Answer> OneQuestion = new(
        "takes one question and has examined everything",
        "Your method takes one question, and says that it has examined all bytes. But the next question is among them, "
            + "complete. The pipe waits for new bytes before it lets you read again, and the client waits for its answer. "
            + "Take all complete questions, in a loop.",
        (received, take) =>
        {
            var end = received.Start;
            if (received.PositionOf(Question.End) is { } mark)
            {
                end = received.GetPosition(1, mark);
                take(Text(received.Slice(0, end)));
            }

            return (end, received.End);
        });

    private static readonly Mistake<Answer> UpToTheLast = new(
        "takes everything up to the last question mark",
        "Your method takes two questions for one: it looks for the last `?`. A client may send its next question before it "
            + "has the answer to the first, and both are in the pipe together. It then gets one answer, and waits for "
            + "another. Each `?` ends a question.",
        (received, take) =>
        {
            var all = Text(received);
            var length = all.LastIndexOf('?') + 1;
            if (length > 0)
            {
                take(all[..length]);
            }

            return (received.GetPosition(length), received.End);
        });

    internal TakeFromPipeExercise()
        : base(new ExerciseText(
            "4-server-architecture/8-kestrel.ipynb", "4.8", 1, nameof(Exercises.TakeFromPipe),
            "Take the questions out of a pipe",
            "`received` holds what is in a pipe: all bytes that have arrived and that you have not consumed, in one or more "
                + "segments. The questions are ASCII here. Call `take` with the text of each complete question, including its "
                + "`?`, in order. Return two positions in `received`, for `AdvanceTo`: `Consumed`, up to which the pipe may "
                + "forget the bytes, and `Examined`, up to which you have looked. The beginning of a question stays in the pipe "
                + "until the rest has arrived.",
            [
                "`received.PositionOf((byte)'?')` finds the first `?` in all segments, or returns null. What do you do with "
                    + "the bytes before it, and what is left to look at then?",
                "`if (received.PositionOf((byte)'?') is { } mark)`, then `var next = received.GetPosition(1, mark)` is the "
                    + "position behind the `?`: take `Encoding.ASCII.GetString(received.Slice(0, next))`, go on with "
                    + "`received = received.Slice(next)`.",
                "When there is no `?` any more, `received` is the rest: it begins where the consumed bytes end, and you have "
                    + "examined it to its end. `return (received.Start, received.End);`",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="received">The bytes that the pipe holds, in segments.</param>
    /// <param name="take">Takes the text of one complete question, with its <c>?</c>.</param>
    /// <returns>Up to where the bytes are consumed, and up to where they have been examined.</returns>
    public delegate (SequencePosition Consumed, SequencePosition Examined) Answer(
        ReadOnlySequence<byte> received, Action<string> take);

    internal override Answer Reference => (received, take) =>
    {
        TakeAll(ref received, take);
        return (received.Start, received.End);
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        OneSegment, NotExamined, ConsumesTheRest, LeavesTheMark, ConsumesNothing, TakesTheRest, PositionsOfACopy, Swapped,
        OneQuestion, UpToTheLast,
    ];

    private protected override void Try(Trial trial, Answer answer)
    {
        var first = new Connection(trial, answer, "a client");
        first.Sends("Yoyo?");
        first.Sends("Wh");
        first.Sends("y?");
        first.Sends("Who? How?");
        first.Sends(" When? An");
        first.Sends("d wh", "er", "e?");
        first.Sends("W", "hat? Which", "?", "Wh", "y n");
        first.Sends("?ot");
        first.Sends("??", "?");
        var second = new Connection(trial, answer, "another client");
        for (var i = 0; i < RandomReads; i++)
        {
            string[] pieces = [.. Enumerable.Range(0, trial.Random.Next(1, 5)).Select(_ => Piece(trial.Random))];
            (trial.Random.Next(2) == 0 ? first : second).Sends(pieces);
        }
    }

    private static string Piece(Random random) => random.GetString("abcd e?", random.Next(1, 9));

    private static void TakeAll(ref ReadOnlySequence<byte> received, Action<string> take)
    {
        while (received.PositionOf(Question.End) is { } mark)
        {
            var next = received.GetPosition(1, mark);
            take(Text(received.Slice(0, next)));
            received = received.Slice(next);
        }
    }

    private static string Text(in ReadOnlySequence<byte> bytes) => Encoding.ASCII.GetString(bytes);

    // A pipe that is filled by a script, and its reader.
    private sealed class Connection(Trial trial, Answer answer, string client)
    {
        private readonly List<byte[]> _held = [];

        public void Sends(params string[] pieces)
        {
            _held.AddRange(pieces.Select(Encoding.ASCII.GetBytes));
            var what = $"{client} sent `{Present.Quoted(string.Concat(pieces))}`";
            while (Read(what))
            {
                what = "`ReadAsync` completed again at once, as not all bytes were examined";
            }
        }

        // One read. Whether the pipe lets its reader read again at once.
        private bool Read(string what)
        {
            var look = new Look(_held);
            var segments = look.Chain.Count;
            what = $"{what}; the pipe held `{Present.Quoted(look.Whole)}`"
                + (segments == 1 ? "" : InvariantText.Format($" in {segments} segments"));
            trial.Call(what, () => look.Ask(answer));
            if (!look.IsRight)
            {
                var mistake = look.Mistake();
                trial.Wrong(what, look.Right, look.Actual, mistake, mistake is null ? look.Reason : null);
            }

            trial.Expect(what, look.Actual, look.Actual);
            Consume(look.Consumed!.Value);
            return look.Examined < look.Whole.Length && _held.Count > 0;
        }

        private void Consume(int count)
        {
            for (; count > 0 && count >= _held[0].Length; _held.RemoveAt(0))
            {
                count -= _held[0].Length;
            }

            if (count > 0)
            {
                _held[0] = _held[0][count..];
            }
        }
    }

    // One call of the learner's method, and what it came to.
    private sealed class Look
    {
        private readonly List<string> _taken = [];
        private readonly string[] _pieces;
        private readonly string[] _questions;
        private bool _takesForEver;
        private bool _isForeign;

        public Look(IEnumerable<byte[]> held)
        {
            Chain = PipeSegment.Chain(held);
            _pieces = [.. Chain.Select(segment => Encoding.ASCII.GetString(segment.Memory.Span))];
            Whole = string.Concat(_pieces);
            _questions = Split(Whole);
        }

        public IReadOnlyList<PipeSegment> Chain { get; }

        public string Whole { get; }

        public int? Consumed { get; private set; }

        public int? Examined { get; private set; }

        public Said Right => Outcome(_questions, LengthOf(_questions.Length), Whole.Length);

        public Said Actual => _takesForEver ? new Said("took more questions than there are bytes")
            : Consumed is { } consumed && Examined is { } examined ? Outcome(_taken, consumed, examined)
            : new Said($"{Taken(_taken)}; positions that are not in `received`");

        /// <summary>
        /// Whether it took the next questions and consumed them. If it examined less than everything, the pipe calls it again,
        /// which is right as long as it has taken something.
        /// </summary>
        public bool IsRight => !_takesForEver && TookABeginning && Consumed == LengthOf(_taken.Count)
            && (Examined == Whole.Length ? _taken.Count == _questions.Length : _taken.Count > 0 && Examined >= Consumed);

        public string? Reason => this switch
        {
            _ when _takesForEver => "Your method does not get any further: it takes the same bytes again and again.",
            { Consumed: null } or { Examined: null } => "Both positions must lie in `received`; `default` is no position in it.",
            _ when Examined < Consumed => "`AdvanceTo` throws if less was examined than consumed.",
            _ when _taken.Count > 0 && _questions.Length == _taken.Count
                && _taken.Zip(_questions).All(pair => pair.First == pair.Second[..^1]) => "The `?` is a part of the question.",
            _ => null,
        };

        private bool TookABeginning => _questions.AsSpan().StartsWith(_taken.ToArray());

        private bool TookAll => _questions.SequenceEqual(_taken);

        private string Rest => Whole[LengthOf(_questions.Length)..];

        public void Ask(Answer answer)
        {
            try
            {
                var (consumed, examined) = answer(PipeSegment.Sequence(Chain), Take);
                Consumed = PipeSegment.Offset(Chain, consumed);
                Examined = PipeSegment.Offset(Chain, examined);
                _isForeign = (Consumed is null && consumed.GetObject() is not null)
                    || (Examined is null && examined.GetObject() is not null);
            }
            catch (ScriptEndedException) when (_takesForEver)
            {
            }
        }

        public Mistake<Answer>? Mistake() => this switch
        {
            _ when _takesForEver => null,
            _ when _isForeign => PositionsOfACopy,
            { Consumed: null } or { Examined: null } => null,
            _ when Consumed == Whole.Length && Examined == LengthOf(_questions.Length) && TookAll => Swapped,
            _ when Examined < Consumed => null,
            _ when TookTheRestToo => TakesTheRest,
            _ when TookAll => MistakeInPositions(),
            _ when TookAllAsOne => UpToTheLast,
            _ when TookWithinSegments => OneSegment,
            _ when TookABeginning && _taken.Count == 1 && Consumed == LengthOf(1) && Examined == Whole.Length => OneQuestion,
            _ => null,
        };

        private bool TookTheRestToo => _taken.Count == _questions.Length + 1
            && _questions.SequenceEqual(_taken.SkipLast(1)) && (_taken[^1] == Rest || _taken[^1] == Rest + "?");

        private bool TookAllAsOne => _questions.Length > 1 && _taken is [var one] && one == Whole[..LengthOf(_questions.Length)];

        // The questions of the first segment alone, or those that each segment seems to hold.
        private bool TookWithinSegments => _pieces.Length > 1
            && (_taken.SequenceEqual(Split(_pieces[0])) || _taken.SequenceEqual(_pieces.SelectMany(Split)));

        private Mistake<Answer>? MistakeInPositions()
        {
            var end = LengthOf(_questions.Length);
            return Consumed switch
            {
                _ when Consumed == end => NotExamined,
                _ when Consumed == Whole.Length => ConsumesTheRest,
                _ when Consumed == end - 1 => LeavesTheMark,
                0 => ConsumesNothing,
                _ => null,
            };
        }

        private static string[] Split(string text)
        {
            List<string> questions = [];
            for (var mark = text.IndexOf('?'); mark >= 0; mark = text.IndexOf('?'))
            {
                questions.Add(text[..(mark + 1)]);
                text = text[(mark + 1)..];
            }

            return [.. questions];
        }

        private static string Taken(IReadOnlyList<string> taken) =>
            taken.Count == 0 ? "took nothing" : $"took {string.Join(", ", taken.Select(Present.Quoted))}";

        private Said Outcome(IReadOnlyList<string> taken, int consumed, int examined) => new(
            Taken(taken) + InvariantText.Format($"; consumed {consumed} and examined {examined} of {Whole.Length} bytes"));

        private int LengthOf(int questions) => _questions.Take(questions).Sum(question => question.Length);

        private void Take(string question)
        {
            _takesForEver = _taken.Count > Whole.Length;
            if (_takesForEver)
            {
                throw new ScriptEndedException();
            }

            _taken.Add(question ?? "");
        }
    }
}
