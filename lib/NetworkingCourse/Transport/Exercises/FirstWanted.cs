using System.Threading.Channels;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.8: a consumer that stops early.</summary>
    public static FirstWantedExercise FirstWanted { get; } = new();
}

/// <summary>A source of lines that has to be closed.</summary>
public abstract class LineSource
{
    private protected LineSource()
    {
    }

    /// <summary>Waits for the next line.</summary>
    /// <param name="cancellation">Ends the wait, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The line; null after the last one.</returns>
    /// <exception cref="IOException">The source has failed.</exception>
    /// <exception cref="InvalidOperationException">The last call has not ended yet, or the source is closed.</exception>
    public abstract Task<string?> NextAsync(CancellationToken cancellation);

    /// <summary>Closes the source: to be called once, when no call of <see cref="NextAsync"/> is under way.</summary>
    public abstract void Close();
}

/// <summary>The learner looks for a line behind a bounded queue, and stops the producer when it is found.</summary>
public sealed class FirstWantedExercise : Exercise<FirstWantedExercise.Answer>
{
    private const int RandomScenes = 4;

    internal FirstWantedExercise()
        : base(new ExerciseText(
            "2-transport/8-queues-pipes-and-sockets.ipynb", "2.8", 2, nameof(Exercises.FirstWanted),
            "When the consumer stops early",
            "Find the first line of `source` for which `isWanted` gives true, and return it; return null if there is none. "
                + "As before, a producer reads ahead into a queue for `capacity` lines, while the consumer calls `isWanted` "
                + "for one line after the other. When the line is found, everything ends at once: no more lines are read, a "
                + "call of `NextAsync` that waits is ended by its token, the source is closed once, after its last call, "
                + "and only then does your task end. If the source fails, it is closed too, and the lines before still "
                + "count; if none of them is wanted, your task fails with the exception.",
            [
                "A pipe tells its writer that the reader has gone. A queue tells nobody: the consumer has to tell the "
                    + "producer, with a `CancellationTokenSource`. In which two calls can the producer be waiting at that "
                    + "moment? And who waits for its end?",
                "The producer passes `stop.Token` to `NextAsync` *and* `WriteAsync`, catches every exception and hands it "
                    + "to `writer.TryComplete(exception)`; in `finally`, it closes the source. The consumer: `try { await "
                    + "foreach … } finally { stop.Cancel(); await producing; }`. `ReadAllAsync` throws the exception of "
                    + "`TryComplete`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="source">Where the lines come from.</param>
    /// <param name="isWanted">Whether a line is the one to be found; it takes its time.</param>
    /// <param name="capacity">How many lines may wait in the queue; at least 1.</param>
    /// <returns>The first wanted line; null if there is none.</returns>
    public delegate Task<string?> Answer(LineSource source, Func<string, Task<bool>> isWanted, int capacity);

    // What a wrong answer does differently.
    private enum Slip
    {
        None,
        NoStop,
        LeavesTheProducer,
        GoesOn,
        NoTokenForNext,
        LetsCancellationOut,
        ClosesAtOnce,
        NeverCompletes,
        HidesFailure,
        ClosesOnlyAfterSuccess,
        DoesNotAwaitTheEnd,
        BeginsWhenAllIsRead,
        LetsLaterFailureOut,
    }

    /// <inheritdoc/>
    public override int Minutes => 20;

    internal override Answer Reference { get; } =
        (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.None);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "waits for a producer that waits for room",
            "The line is found, and your task does not end. It waits for the producer, and the producer waits for room in a "
                + "queue from which no one takes any more. Cancel a token when the line is found, and pass it to "
                + "`WriteAsync` too.",
            (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.NoStop)),
        new(
            "leaves the producer behind",
            "Your task returned the line and left the producer where it was: waiting, with the source open. No one will "
                + "ever end it. A server that does this for each request leaks a task, a queue and a file or connection "
                + "each time, and nothing in its log says so. Stop the producer and await its end before you return.",
            (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.LeavesTheProducer)),
        new(
            "goes on after the line is found",
            "Your method has the line and goes on reading or asking. The rest may be long, or never end: a source that is "
                + "still being written has no end. Return, or `break`, at the first line that is wanted.",
            (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.GoesOn)),
        new(
            "does not end the call that waits for a line",
            "The line is found, but the producer is inside `NextAsync`, where it waits for a line that does not come. It "
                + "is not enough to stop calling it, because the last call does not return. Pass the token to `NextAsync` as "
                + "well as to `WriteAsync`.",
            (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.NoTokenForNext)),
        new(
            "lets the cancellation out",
            "The line is found, and your task ends as cancelled instead of returning it. The `OperationCanceledException` "
                + "of the producer is the sign that your own stop has worked. It concerns nobody outside: catch it in the "
                + "producer.",
            (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.LetsCancellationOut)),
        new(
            "closes the source while it is being read",
            "Your method closes the source when the line is found, while the producer is still reading from it. If a file "
                + "or socket is closed during a read, the result is undefined: it may fail, wait for ever, or read from "
                + "what is opened next under the same number. The producer should close it after its last read.",
            (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.ClosesAtOnce)),
        new(
            "never says that there is no more",
            "The source has no more lines, none was wanted, and your task does not end: the consumer waits for a line that "
                + "nobody will write. The producer has to complete the queue.",
            (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.NeverCompletes)),
        new(
            "hides that the source failed",
            "The source failed, and your task says that no line is wanted. That is not known: the lines after the failure "
                + "were never read. Pass the exception through the queue with `TryComplete(exception)`, and the consumer "
                + "gets it after the last line.",
            (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.HidesFailure)),
        new(
            "closes the source only if all went well",
            "The source failed and was not closed: the exception jumped over `Close`. A failed source still holds its file or "
                + "connection. Close it in a `finally` block.",
            (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.ClosesOnlyAfterSuccess)),
        new(
            "reads only when the consumer is free",
            "Your method reads a line, looks at it, and only then reads the next. That is right in all but speed: while "
                + "`isWanted` works, nothing is read, and while a line is read, `isWanted` has nothing to do. Let a "
                + "producer read ahead into the queue.",
            async (source, isWanted, _) =>
            {
                try
                {
                    while (await source.NextAsync(CancellationToken.None) is { } line)
                    {
                        if (await isWanted(line))
                        {
                            return line;
                        }
                    }

                    return null;
                }
                finally
                {
                    source.Close();
                }
            }),
        new(
            "does not wait for the producer's end",
            "Your task returned the line while the producer was still inside `NextAsync`. The token asks a call to end, and "
                + "the call may take a moment. Your caller believes that nothing goes on any more: it may open the same file "
                + "again, or end the program before the source is closed. Await the producer's task after the cancellation.",
            (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.DoesNotAwaitTheEnd)),
        new(
            "begins to ask when everything is read",
            "The queue is full, and `isWanted` was not asked: your consumer has not begun. `await` before the producer's call "
                + "is the usual reason. The consumer then begins when the producer has ended, and the producer waits for room "
                + "that only the consumer can make. Start the producer, keep its task, and await it at the end.",
            (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.BeginsWhenAllIsRead)),
        new(
            "lets a failure behind the line out",
            "The wanted line was there, and your task failed all the same. The producer had read ahead and met the failure, "
                + "and to await its task throws the exception. What comes after the line concerns no one. Let the exception go "
                + "through the queue only, with `TryComplete(exception)`, where it comes behind the lines.",
            (source, isWanted, capacity) => FindAsync(source, isWanted, capacity, Slip.LetsLaterFailureOut)),
    ];

    private protected override void Try(Trial trial, Answer answer)
    {
        var random = trial.Random;
        Play(trial, answer, new Scene(2, 10, Ending.Last, Wanted: 1));
        Play(trial, answer, new Scene(3, 5, Ending.Last, Wanted: null));
        Play(trial, answer, new Scene(4, 2, Ending.Silence, Wanted: 1));
        Play(trial, answer, new Scene(3, 4, Ending.Failure, Wanted: null));
        Play(trial, answer, new Scene(4, 3, Ending.Failure, Wanted: 0));
        for (var i = 0; i < RandomScenes; i++)
        {
            var lines = random.Next(1, 9);
            var ending = (Ending)random.Next(3);
            var wanted = ending == Ending.Silence || random.Next(2) == 0 ? random.Next(lines) : (int?)null;
            Play(trial, answer, new Scene(random.Next(1, 5), lines, ending, wanted));
        }
    }

    private void Play(Trial trial, Answer answer, Scene scene)
    {
        var turns = new AwaitedTurns(trial);
        turns.Use(() => new Run(trial, this, turns, scene).Find(answer));
    }

    private static async Task<string?> FindAsync(LineSource source, Func<string, Task<bool>> isWanted, int capacity, Slip slip)
    {
        var queue = Channel.CreateBounded<string>(capacity);
        using var stop = new CancellationTokenSource();
        var token = slip == Slip.NoStop ? CancellationToken.None : stop.Token;
        var producing = ProduceAsync(source, queue, slip, token);
        if (slip == Slip.BeginsWhenAllIsRead)
        {
            await producing;
        }

        string? found = null;
        try
        {
            await foreach (var line in queue.Reader.ReadAllAsync(CancellationToken.None))
            {
                if ((found is null || slip != Slip.GoesOn) && await isWanted(line))
                {
                    found = line;
                    if (slip != Slip.GoesOn)
                    {
                        break;
                    }
                }
            }
        }
        finally
        {
            if (slip == Slip.ClosesAtOnce)
            {
                source.Close();
            }

            if (slip == Slip.DoesNotAwaitTheEnd)
            {
                Cancel(stop);
            }
            else if (slip is not (Slip.LeavesTheProducer or Slip.NoStop))
            {
                await stop.CancelAsync();
            }

            if (slip is not (Slip.LeavesTheProducer or Slip.DoesNotAwaitTheEnd))
            {
                await producing;
            }
        }

        return found;
    }

    // At once, so that the method goes on before the call that waits can have ended.
    private static void Cancel(CancellationTokenSource stop) => stop.Cancel();

    private static async Task ProduceAsync(LineSource source, Channel<string> queue, Slip slip, CancellationToken stop)
    {
        var hasFailed = true;
        try
        {
            var next = slip == Slip.NoTokenForNext ? CancellationToken.None : stop;
            while (await source.NextAsync(next) is { } line)
            {
                await queue.Writer.WriteAsync(line, stop);
            }

            hasFailed = false;
            if (slip != Slip.NeverCompletes)
            {
                queue.Writer.Complete();
            }
        }
        catch (Exception exception) when (slip != Slip.LetsCancellationOut || exception is not OperationCanceledException)
        {
            hasFailed = exception is not OperationCanceledException;
            queue.Writer.TryComplete(slip == Slip.HidesFailure ? null : exception);
            if (hasFailed && slip == Slip.LetsLaterFailureOut)
            {
                throw;
            }
        }
        finally
        {
            if (slip != Slip.ClosesAtOnce && (slip != Slip.ClosesOnlyAfterSuccess || !hasFailed))
            {
                source.Close();
            }
        }
    }

    // What comes after the lines.
    private enum Ending
    {
        Last,
        Failure,
        Silence,
    }

    // Wanted: the index of the wanted line; null if there is none.
    private sealed record Scene(int Capacity, int Lines, Ending Ending, int? Wanted)
    {
        public string Text { get; } = InvariantText.Format($"a queue for {Capacity}; the source has {Lines} lines")
            + Ending switch
            {
                Ending.Failure => " and then fails",
                Ending.Silence => " and then says nothing more",
                _ => "",
            };

        public static string Line(int at) => InvariantText.Format($"line {at + 1}");
    }

    // One run of the learner's method. The source gives its lines at once; isWanted is done when the check says so.
    private sealed class Run(Trial trial, FirstWantedExercise exercise, AwaitedTurns turns, Scene scene)
    {
        private readonly Source _source = new(turns, scene, trial.Over);
        private readonly List<string> _asked = [];
        private TaskCompletionSource<bool>? _asking;
        private Task<string?> _finding = null!;

        private bool IsAsking => _asking is { Task.IsCompleted: false };

        public void Find(Answer answer)
        {
            turns.What = $"{scene.Text}; `isWanted` was busy with the first one";
            _finding = trial.Call(
                turns.What,
                () => answer(_source, AskAsync, scene.Capacity) ?? throw new InvalidOperationException("The task is null."));
            turns.Holds(() => IsAhead(0) && IsAsking, Progress);
            turns.Settle();
            RequireAhead();
            for (var at = 0; at < scene.Lines; at++)
            {
                if (!turns.Holds(() => IsAsking && _asked.Count == at + 1, Progress))
                {
                    RequireNoOtherException();
                    trial.Wrong(
                        turns.What, new Said($"`isWanted` is asked about \"{Scene.Line(at)}\""),
                        new Said(_finding.IsCompleted ? "your task has ended" : _asked.Count > at + 1
                            ? "it is asked before its last call has ended" : "it is not asked"),
                        !_finding.IsCompleted && _asked.Count == 0 && _source.Given > scene.Capacity
                            ? exercise.Mistakes[11]
                            : null);
                }

                trial.Expect($"{scene.Text}; looked at what `isWanted` was given", Scene.Line(at), _asked[at]);
                // The producer fills the queue again. Once the line is found, nothing may move any more.
                turns.Holds(() => IsAhead(at), Progress);
                turns.Settle();
                var isWanted = at == scene.Wanted;
                turns.What = $"{scene.Text}; `isWanted` gave {(isWanted ? "true" : "false")} for \"{Scene.Line(at)}\"";
                var given = _source.Given;
                turns.Do(() => _asking!.SetResult(isWanted));
                if (isWanted)
                {
                    // The source takes a moment to obey its token: what the learner's code does before shows.
                    turns.Holds(() => _finding.IsCompleted || _source.WasStopped, Progress);
                    RequireEndOfReading(at);
                    turns.Settle();
                    RequireEndOfReading(at);
                    turns.Do(_source.Obey);
                    RequireFound(at, given);
                    return;
                }
            }

            RequireEnd();
        }

        private Task<bool> AskAsync(string line)
        {
            turns.NoteCall();
            _asked.Add(line);
            _asking = new TaskCompletionSource<bool>();
            return _asking.Task;
        }

        private bool IsAhead(int at) => _source.Given >= Math.Min(scene.Lines, at + scene.Capacity + 1);

        private int Progress() => _source.Calls + _asked.Count;

        private void RequireAhead()
        {
            RequireNoOtherException();
            var (min, max) = (Math.Min(scene.Lines, scene.Capacity + 1), Math.Min(scene.Lines, scene.Capacity + 2));
            var right = new Said(min == max
                ? InvariantText.Format($"{max} read")
                : InvariantText.Format($"{min} read, or {max} if one is in the producer's hands"));
            if (_source.Given < min || _source.Given > max)
            {
                trial.Wrong(
                    turns.What, right, new Said(InvariantText.Format($"{_source.Given} read")),
                    _source.Given == 1 && _asked.Count == 1 ? exercise.Mistakes[9] : null,
                    _source.Given > max ? "More lines wait in your queue than `capacity`." : null);
            }

            trial.Expect(turns.What, right, right);
        }

        private static Said Found(int at) => new($"your task returns \"{Scene.Line(at)}\", with the source closed and at rest");

        // The task must not end before the call that waits has obeyed its token.
        private void RequireEndOfReading(int at)
        {
            if (_finding.IsCompletedSuccessfully && _source.IsReading && _source.WasStopped && !_source.ClosedWhileReading)
            {
                trial.Wrong(
                    turns.What, Found(at), new Said("it returned when NextAsync had not ended yet"), exercise.Mistakes[10]);
            }
        }

        private void RequireFound(int at, int given)
        {
            var right = Found(at);
            turns.Holds(() => _finding.IsCompleted, Progress);
            turns.Settle();
            if (_source.ClosedWhileReading)
            {
                trial.Wrong(
                    turns.What, right, new Said("the source was closed during a call of NextAsync"), exercise.Mistakes[5]);
            }

            if (_finding.IsCanceled || _finding.Exception?.GetBaseException() is OperationCanceledException)
            {
                trial.Wrong(turns.What, right, new Said("your task was cancelled"), exercise.Mistakes[4]);
            }

            if (_finding.IsFaulted && _finding.Exception.GetBaseException() == _source.Failure)
            {
                trial.Wrong(turns.What, right, new Said("it fails with the source's exception"), exercise.Mistakes[12]);
            }

            RequireNoOtherException();
            if (_source.Given > given || _asked.Count > at + 1)
            {
                trial.Wrong(
                    turns.What, right,
                    new Said(InvariantText.Format($"{_source.Given - given} more lines read, ")
                        + InvariantText.Format($"{_asked.Count - at - 1} more asked about")),
                    exercise.Mistakes[2]);
            }

            if (!_finding.IsCompleted)
            {
                var mistake = _source.IsClosed ? null : _source.IsReading ? exercise.Mistakes[3] : exercise.Mistakes[0];
                trial.Wrong(
                    turns.What, right, new Said(_source.IsClosed ? "your task does not end"
                        : _source.IsReading ? "your task does not end, and NextAsync still waits"
                        : "your task does not end, and the source is not closed"),
                    mistake);
            }

            RequireResult(right, Scene.Line(at));
            RequireClosed(right, _source.WasStopped ? null : exercise.Mistakes[1]);
            trial.Expect(turns.What, right, right);
        }

        private void RequireEnd()
        {
            var fails = scene.Ending == Ending.Failure;
            var right = new Said(
                $"your task {(fails ? "fails with the source's exception" : "returns null")}, with the source closed");
            if (!turns.Holds(() => _finding.IsCompleted, Progress))
            {
                trial.Wrong(turns.What, right, new Said("your task does not end"), fails ? null : exercise.Mistakes[6]);
            }

            RequireNoOtherException();
            if (fails)
            {
                if (!_finding.IsFaulted)
                {
                    trial.Wrong(
                        turns.What, right, new Said($"it returns {Present.Line(_finding.Result)}"),
                        _finding.Result is null ? exercise.Mistakes[7] : null);
                }
            }
            else
            {
                RequireResult(right, null);
            }

            RequireClosed(right, fails ? exercise.Mistakes[8] : null);
            trial.Expect(turns.What, right, right);
        }

        private void RequireResult(Said right, string? line)
        {
            if (_finding.IsFaulted)
            {
                trial.Call(turns.What, () => _finding.GetAwaiter().GetResult());
            }

            if (_finding.Result != line)
            {
                trial.Wrong(turns.What, right, new Said($"it returns {Present.Line(_finding.Result)}"));
            }
        }

        private void RequireClosed(Said right, Mistake<Answer>? mistake)
        {
            if (!_source.IsClosed)
            {
                trial.Wrong(turns.What, right, new Said("your task has ended, and the source is not closed"), mistake);
            }
        }

        private void RequireNoOtherException()
        {
            if (_finding.IsFaulted && _finding.Exception.GetBaseException() != _source.Failure)
            {
                trial.Call(turns.What, () => _finding.GetAwaiter().GetResult());
            }
        }
    }

    private sealed class Source(AwaitedTurns turns, Scene scene, CancellationToken over) : LineSource
    {
        private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(200);

        private TaskCompletionSource<string?>? _waiting;
        private CancellationToken _stop;

        public IOException Failure { get; } = new("The source has failed.");

        public int Calls { get; private set; }

        public int Given { get; private set; }

        public bool IsClosed { get; private set; }

        public bool ClosedWhileReading { get; private set; }

        // Whether the learner's code has cancelled the token that it passed last.
        public bool WasStopped => _stop.IsCancellationRequested;

        public bool IsReading => _waiting is { Task.IsCompleted: false };

        public override Task<string?> NextAsync(CancellationToken cancellation)
        {
            turns.NoteCall();
            Calls++;
            _stop = cancellation;
            ObjectDisposedException.ThrowIf(IsClosed, this);
            if (IsReading)
            {
                throw new InvalidOperationException("NextAsync was called before its last call had ended.");
            }

            if (cancellation.IsCancellationRequested)
            {
                return System.Threading.Tasks.Task.FromCanceled<string?>(cancellation);
            }

            if (Given < scene.Lines)
            {
                return System.Threading.Tasks.Task.FromResult<string?>(Scene.Line(Given++));
            }

            switch (scene.Ending)
            {
                case Ending.Last:
                    return System.Threading.Tasks.Task.FromResult<string?>(null);
                case Ending.Failure:
                    return System.Threading.Tasks.Task.FromException<string?>(Failure);
                default:
                    var waiting = _waiting = new TaskCompletionSource<string?>();
                    // Code that blocks the thread of the check is not kept waiting for ever.
                    cancellation.Register(() => System.Threading.Tasks.Task.Delay(Longest, over).ContinueWith(
                        _ => Obey(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default));
                    over.Register(() => waiting.TrySetCanceled(over));
                    return waiting.Task;
            }
        }

        // Ends the call that waits, if its token says so.
        public void Obey()
        {
            if (WasStopped)
            {
                _waiting?.TrySetCanceled(_stop);
            }
        }

        public override void Close()
        {
            ClosedWhileReading |= IsReading;
            IsClosed = IsClosed ? throw new InvalidOperationException("The source was closed twice.") : true;
        }
    }
}
