using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.ServerArchitecture;
using Tasks = System.Threading.Tasks.Task;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.8: serve a connection that is two pipes.</summary>
    public static ServePipeExercise ServePipe { get; } = new();
}

/// <summary>The learner writes the loop that serves one connection on pipes, as a connection handler on Kestrel does.</summary>
public sealed class ServePipeExercise : Exercise<ServePipeExercise.Answer>
{
    internal static readonly Mistake<Answer> ForgetsToAdvance = new(
        "forgets AdvanceTo",
        "Your loop reads again without `AdvanceTo`. Each read must be completed with it, also if no question was complete: "
            + "only then does the pipe know which memory it may use again, and what you are waiting for. A real pipe throws "
            + "an `InvalidOperationException`: *Reading is already in progress.*",
        With(Flaw.ForgetsToAdvance));

    internal static readonly Mistake<Answer> ReadsOn = new(
        "goes on reading after the end",
        "Your loop reads again after `IsCompleted` was true. The client has closed, nothing will ever come, and each read "
            + "completes at once: the loop spins on a core, for a client that has gone. `IsCompleted` is like 0 bytes from "
            + "a socket. Look at `IsCompleted` in each round, whether or not bytes are left.",
        With(Flaw.ReadsOn));

    internal static readonly Mistake<Answer> NotExamined = new(
        "does not say that it has examined everything",
        "Half a question has arrived, and your loop spins. `AdvanceTo(consumed)` with one position means that you have "
            + "examined no more than you have consumed. So the next read completes at once, with the same bytes. Pass two "
            + "positions: `AdvanceTo(consumed, result.Buffer.End)`.",
        With(Flaw.NotExamined));

    internal static readonly Mistake<Answer> NoBackPressure = new(
        "does not wait for the flush",
        "Your loop goes on while `FlushAsync` has not completed. That it does not complete is the only sign that the client "
            + "does not read its answers. A client that asks without end and never reads then fills the memory of the server. "
            + "Await the flush: the loop stands still, the input pipe fills up, and TCP stops the client.",
        With(Flaw.NoBackPressure));

    internal static readonly Mistake<Answer> DoesNotAwait = new(
        "does not await",
        "Your loop takes the result of an operation that has not completed, or starts the next one before it has. `.Result` "
            + "waits for a task; for a pipe it throws an `InvalidOperationException`, and if it did wait, it would hold a "
            + "thread of the pool for as long as the client says nothing. Write `await input.ReadAsync()`.",
        With(Flaw.DoesNotAwait));

    private static readonly Mistake<Answer> ForgetsTheLast = new(
        "forgets what came with the end",
        "Your loop ends as soon as `IsCompleted` is true. The last bytes and the end can come in the same read: the client "
            + "has asked, closed its sending side, and waits for the answer. First take the questions, then look at "
            + "`IsCompleted`.",
        With(Flaw.ForgetsTheLast));

    private static readonly Mistake<Answer> AnswersTheRest = new(
        "answers half a question",
        "Your loop answers bytes that have no `?` after them. While the client sends, they are the beginning of a question. "
            + "At the end of the stream they are a question that was cut off, perhaps because its client died. Do not answer it.",
        With(Flaw.AnswersTheRest));

    private static readonly Mistake<Answer> ConsumesTheRest = new(
        "consumes half a question",
        "Your loop has consumed the beginning of a question before its end had come: `AdvanceTo(result.Buffer.End)` lets the "
            + "pipe forget everything. Consume only complete questions, and examine the rest.",
        With(Flaw.ConsumesTheRest));

    private static readonly Mistake<Answer> NoFlush = new(
        "does not flush",
        "Your loop writes its answer into the output pipe, and it stays there. `GetSpan`, `Advance` and `Write` only fill "
            + "memory; `FlushAsync` hands it to the other end. The client gets its answers when the connection ends, if it "
            + "has the patience.",
        With(Flaw.NoFlush));

    private static readonly Mistake<Answer> UsesFreedBytes = new(
        "uses bytes after AdvanceTo",
        "Your loop calls `AdvanceTo` and uses the bytes of the buffer after that. Consumed bytes belong to the pipe again, "
            + "and it puts others there, perhaps those of another client. Here it has put `#`. In practice it goes wrong only "
            + "under load, and then one client gets another's data. Write the answer first, or copy.",
        With(Flaw.UsesFreedBytes));

    internal ServePipeExercise()
        : base(new ExerciseText(
            "4-server-architecture/8-kestrel.ipynb", "4.8", 2, nameof(Exercises.ServePipe),
            "Serve a connection that is two pipes",
            "Serve one client. What it sends comes out of `input`; what you write into `output` and flush is sent to it. "
                + "Answer each complete question with the same bytes, `.` in place of the `?`, in order and as soon as it has "
                + "arrived. The questions are ASCII here. Your task ends when the client has closed and all its questions are "
                + "answered; half a question at the end gets no answer. A client that does not read its answers must be held "
                + "back: until its flush has completed, read nothing more.",
            [
                "One round of the loop: await a read, take what is complete and write the answers, flush, advance, and look "
                    + "whether the client has closed. Your method from the first exercise does a part of it.",
                "`var result = await input.ReadAsync();`, then `var (consumed, examined) = TakeFromPipe(result.Buffer, question "
                    + "=> output.Write(Encoding.ASCII.GetBytes(question[..^1] + \".\")));`. (The conversion to text and back is "
                    + "right for ASCII only: it would change any other bytes.) What is missing?",
                "`await output.FlushAsync();`, `input.AdvanceTo(consumed, examined);` and, after both, `if (result.IsCompleted) "
                    + "return;`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="input">What the client sends.</param>
    /// <param name="output">What is sent to the client.</param>
    /// <returns>A task that ends when the client has closed and all its questions are answered.</returns>
    public delegate Task Answer(PipeReader input, PipeWriter output);

    private enum Flaw
    {
        None,
        ForgetsToAdvance,
        ReadsOn,
        NotExamined,
        NoBackPressure,
        DoesNotAwait,
        ForgetsTheLast,
        AnswersTheRest,
        ConsumesTheRest,
        NoFlush,
        UsesFreedBytes,
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Answer Reference => With(Flaw.None);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        ForgetsToAdvance, ReadsOn, NotExamined, NoBackPressure, DoesNotAwait, ForgetsTheLast, AnswersTheRest, ConsumesTheRest,
        NoFlush, UsesFreedBytes,
    ];

    private protected override void Try(Trial trial, Answer answer)
    {
        var before = SynchronizationContext.Current;
        try
        {
            Converse(trial, answer);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private static void Converse(Trial trial, Answer answer)
    {
        var random = trial.Random;
        var polite = new Client(trial, answer, "a client connected");
        polite.Sends("Yoyo?");
        polite.Sends("Wh");
        polite.Sends("y?");
        polite.Sends("Who? How? An");
        polite.Sends("d wh", "er", "e?");
        polite.StopsReading();
        polite.Sends("Really?");
        polite.Sends("And now?");
        polite.ReadsAgain();
        polite.Closes();

        var hasty = new Client(trial, answer, "another client had asked before your method was called", "First?");
        hasty.SendsAndCloses("Last?");
        var cutOff = new Client(trial, answer, "a third client connected");
        cutOff.SendsAndCloses("Done? Not d");
        new Client(trial, answer, "a fourth client connected").Closes();

        var any = new Client(trial, answer, "a fifth client connected");
        for (var i = 0; i < 12; i++)
        {
            any.Sends([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.GetString("abcd e?", random.Next(1, 8)))]);
        }

        any.SendsAndCloses("Bye?");
    }

    // The reference answer, which can be given one flaw.
    private static Answer With(Flaw flaw) => async (input, output) =>
    {
        while (true)
        {
            var reading = input.ReadAsync();
            var result = flaw == Flaw.DoesNotAwait ? reading.Result : await reading;
            if (flaw == Flaw.ForgetsTheLast && result.IsCompleted)
            {
                return;
            }

            var rest = result.Buffer;
            List<ReadOnlySequence<byte>> questions = [];
            while (rest.PositionOf(Question.End) is { } mark)
            {
                questions.Add(rest.Slice(0, rest.GetPosition(1, mark)));
                rest = rest.Slice(rest.GetPosition(1, mark));
            }

            if (flaw == Flaw.UsesFreedBytes)
            {
                input.AdvanceTo(rest.Start, rest.End);
            }

            foreach (var question in questions)
            {
                Write(output, question, Question.End);
            }

            if (flaw == Flaw.AnswersTheRest && result.IsCompleted && !rest.IsEmpty)
            {
                Write(output, rest, null);
            }

            var flushing = flaw == Flaw.NoFlush ? default : output.FlushAsync();
            if (flaw != Flaw.NoBackPressure)
            {
                await flushing;
            }

            switch (flaw)
            {
                case Flaw.ForgetsToAdvance when questions.Count == 0:
                case Flaw.UsesFreedBytes:
                    break;
                case Flaw.NotExamined:
                    input.AdvanceTo(rest.Start);
                    break;
                case Flaw.ConsumesTheRest:
                    input.AdvanceTo(rest.End);
                    break;
                default:
                    input.AdvanceTo(rest.Start, rest.End);
                    break;
            }

            if (result.IsCompleted && flaw != Flaw.ReadsOn)
            {
                return;
            }
        }
    };

    private static void Write(PipeWriter output, in ReadOnlySequence<byte> question, byte? mark)
    {
        output.Write((mark is null ? question : question.Slice(0, question.Length - 1)).ToArray());
        output.Write([Question.AnswerEnd]);
    }

    // A client, and the check of what the learner's loop does for it.
    private sealed class Client
    {
        // How often the check looks for what other threads may be doing for the learner.
        private const int MaxLooks = 10;

        private readonly Trial _trial;
        private readonly TurnQueue _turns = new();
        private readonly ScriptedPipes _pipes;
        private readonly Task _serving = Tasks.CompletedTask;
        private readonly StringBuilder _sent = new();
        private int _reached;

        public Client(Trial trial, Answer answer, string connected, string sent = "")
        {
            _trial = trial;
            _pipes = new ScriptedPipes(trial) { What = connected };
            if (sent.Length > 0)
            {
                Arrive(sent);
            }

            SynchronizationContext.SetSynchronizationContext(_turns);
            _serving = trial.Call(connected, () => Call(answer));
            Look();
        }

        private string Due => string.Concat(
            _sent.ToString().Split('?')[..^1].Select(question => question + "."))[_reached..];

        public void Sends(params string[] pieces) =>
            Do($"the client sent `{Present.Quoted(string.Concat(pieces))}`", () => Arrive(pieces));

        public void SendsAndCloses(string text)
        {
            Arrive(text);
            Do($"the client sent `{Present.Quoted(text)}` and closed its sending side", _pipes.End);
        }

        public void Closes() => Do("the client closed its sending side", _pipes.End);

        public void StopsReading()
        {
            _trial.Note("the client stopped reading its answers");
            _pipes.StopReading();
        }

        public void ReadsAgain() => Do("the client read its answers again", _pipes.ReadAgain);

        private void Arrive(params string[] pieces)
        {
            _sent.AppendJoin("", pieces);
            _pipes.Arrive(pieces);
        }

        // A mistake that the pipes have noticed counts, even if the learner's code catches the exception that ends it.
        private Task Call(Answer answer)
        {
            try
            {
                var serving = answer(_pipes.Input, _pipes.Output);
                if (serving is null)
                {
                    _trial.Wrong(
                        _pipes.What, new Said("a task"), null, reason: "Your method returned null instead of a task.");
                }

                return serving;
            }
            catch (Exception)
            {
                _pipes.ThrowIfFailed();
                throw;
            }
        }

        private void Do(string what, Action action)
        {
            _pipes.What = what;
            action();
            Look();
        }

        private void Look()
        {
            var what = _pipes.What;
            Settle();
            for (var look = 0; look < MaxLooks && !IsWaiting && !_serving.IsCompleted; look++)
            {
                // Whatever the learner has given to the thread pool comes before this.
                Tasks.Run(static () => Thread.Sleep(1)).Wait();
                Settle();
            }

            if (_serving.IsFaulted || _serving.IsCanceled)
            {
                _trial.Call(what, () => _serving.GetAwaiter().GetResult());
            }

            var reached = _pipes.Reached[_reached..];
            var right = Outcome(_pipes.ClientReads ? Due : "", Right);
            var actual = Outcome(reached, Actual);
            if (right != actual)
            {
                var mistake = MistakeIn(reached);
                _trial.Wrong(what, right, actual, mistake, mistake is null ? ReasonFor() : null);
            }

            _trial.Expect(what, right, actual);
            _reached += reached.Length;
        }

        private bool IsWaiting => _pipes.IsWaitingForBytes || _pipes.IsWaitingForTheClient;

        private string Right => !_pipes.ClientReads && Due.Length > 0 ? "waits for the client to read"
            : _pipes.HasEnded ? "has ended" : "waits for bytes";

        private string Actual => _serving.IsCompleted ? "has ended"
            : _pipes.IsWaitingForTheClient ? "waits for the client to read"
            : _pipes.IsWaitingForBytes ? "waits for bytes" : "waits for something else";

        private static Said Outcome(string reached, string then) =>
            new($"the client received {(reached.Length == 0 ? "nothing" : Present.Quoted(reached))}; your loop {then}");

        private void Settle()
        {
            do
            {
                _trial.Call(_pipes.What, () =>
                {
                    while (_turns.RunOne())
                    {
                    }
                });
                _pipes.ThrowIfFailed();
            }
            while (_trial.Call(_pipes.What, CompleteOne));
        }

        private bool CompleteOne()
        {
            var isDone = false;
            _turns.Outside(() => isDone = _pipes.Complete());
            return isDone;
        }

        private Mistake<Answer>? MistakeIn(string reached) => this switch
        {
            _ when reached.Contains('#', StringComparison.Ordinal) => UsesFreedBytes,
            _ when IsLonger(reached + _pipes.Unflushed, reached) && Begins(reached + _pipes.Unflushed, Due) => NoFlush,
            _ when IsLonger(reached, Due) && Begins(reached, Due) => AnswersTheRest,
            _ when _serving.IsCompleted && _pipes.EndWasSeen && Begins(Due, reached) => ForgetsTheLast,
            _ when reached.Length > 0 && IsLonger(Due, reached) && Due.EndsWith(reached, StringComparison.Ordinal) =>
                ConsumesTheRest,
            _ => null,
        };

        private static bool IsLonger(string text, string other) => text.Length > other.Length;

        private static bool Begins(string text, string beginning) => text.StartsWith(beginning, StringComparison.Ordinal);

        private string? ReasonFor() => this switch
        {
            _ when _serving.IsCompleted && !_pipes.EndWasSeen => "Your task has ended, and the client has not closed.",
            _ when _pipes.IsWaitingForBytes && _pipes.Held.Contains('?', StringComparison.Ordinal) =>
                "A complete question is still in the pipe, but `AdvanceTo` was told that it has been examined. So the pipe "
                    + "waits for new bytes. Take all complete questions before you read again.",
            _ when !IsWaiting && !_serving.IsCompleted => "Your loop waits for something that is neither of the two pipes.",
            _ => null,
        };
    }
}
