using System.Text;
using System.Threading.Channels;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.8: a producer, a bounded queue and a consumer.</summary>
    public static PassOnExercise PassOn { get; } = new();
}

/// <summary>Where messages come from.</summary>
public abstract class MessageSource
{
    private protected MessageSource()
    {
    }

    /// <summary>Waits for the next message.</summary>
    /// <returns>
    /// The message; null after the last one. It is always the same array, which the next call fills with the next message.
    /// </returns>
    /// <exception cref="IOException">The source has failed.</exception>
    /// <exception cref="InvalidOperationException">The last call has not ended yet, or there are no more messages.</exception>
    public abstract Task<byte[]?> NextAsync();
}

/// <summary>Where messages go.</summary>
public abstract class MessageSink
{
    private protected MessageSink()
    {
    }

    /// <summary>Takes a message and works on it, for as long as that takes.</summary>
    /// <param name="message">The message. It must not change until the task has ended.</param>
    public abstract Task TakeAsync(byte[] message);
}

/// <summary>The learner passes messages from a source to a sink through a bounded queue.</summary>
public sealed class PassOnExercise : Exercise<PassOnExercise.Answer>
{
    private const int RandomScenes = 3;

    internal PassOnExercise()
        : base(new ExerciseText(
            "2-transport/8-queues-pipes-and-sockets.ipynb", "2.8", 1, nameof(Exercises.PassOn),
            "A producer, a bounded queue and a consumer",
            "Pass all messages of `source` on to `sink`, in order, one at a time. A producer calls `source.NextAsync()` "
                + "until it gives null; a consumer calls `sink.TakeAsync(message)`. Between them is a queue: while the sink "
                + "works, the producer goes on reading, until `capacity` messages wait in the queue; then it waits (one more "
                + "may already be read). `NextAsync` gives the *same* array each time, filled anew. Your task ends when the "
                + "sink is done with the last message. If the source fails, the sink still gets everything that came before; "
                + "then your task fails with that exception.",
            [
                "`Channel.CreateBounded<byte[]>(capacity)` is the queue: `Writer.WriteAsync` waits when it is full. Write "
                    + "two asynchronous methods, one for each side, and start both. How does the consumer learn that there "
                    + "is no more, also after a failure? And what has to be in the queue if the array is filled anew?",
                "The producer: `try { while (await source.NextAsync() is { } message) await writer.WriteAsync([.. "
                    + "message]); } finally { writer.Complete(); }`. The consumer: `await foreach (var message in "
                    + "reader.ReadAllAsync()) await sink.TakeAsync(message);`. Then `await Task.WhenAll(producing, "
                    + "consuming)`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="source">Where the messages come from.</param>
    /// <param name="sink">Where they go.</param>
    /// <param name="capacity">How many messages may wait in the queue; at least 1.</param>
    /// <returns>A task that ends when the sink is done with the last message.</returns>
    public delegate Task Answer(MessageSource source, MessageSink sink, int capacity);

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Answer Reference { get; } = (source, sink, capacity) =>
    {
        var queue = Channel.CreateBounded<byte[]>(capacity);
        return System.Threading.Tasks.Task.WhenAll(ProduceAsync(source, queue), ConsumeAsync(sink, queue));
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "has no limit",
            "Your producer reads on, and `capacity` makes no difference. If the source is faster than the sink, the queue "
                + "grows until the memory is full, and the program ends hours later, far from the cause. A bounded queue "
                + "makes the producer wait: this is backpressure, which TCP has and an unbounded queue has not.",
            (source, sink, _) =>
            {
                var queue = Channel.CreateUnbounded<byte[]>();
                return System.Threading.Tasks.Task.WhenAll(ProduceAsync(source, queue), ConsumeAsync(sink, queue));
            }),
        new(
            "loses messages when the queue is full",
            "Your producer does not wait when the queue is full: the messages that find no room are lost. `TryWrite` "
                + "returns false, and the modes that drop messages do not even say so. That is how UDP treats a slow "
                + "reader. Use `WriteAsync`, with the default mode `Wait`.",
            (source, sink, capacity) =>
            {
                var queue = Channel.CreateBounded<byte[]>(capacity);
                return System.Threading.Tasks.Task.WhenAll(TryToProduceAsync(source, queue), ConsumeAsync(sink, queue));
            }),
        new(
            "queues the source's own array",
            "The sink was given a message whose bytes are those of a later one. A queue passes on a reference, and all your "
                + "references lead to the same array, which the source has filled anew. Put a copy into the queue: `[.. "
                + "message]`, or `ToArray()`. Sharing the array saves a copy, but the source then overwrites it.",
            (source, sink, capacity) =>
            {
                var queue = Channel.CreateBounded<byte[]>(capacity);
                return System.Threading.Tasks.Task.WhenAll(
                    ProduceAsync(source, queue, message => message), ConsumeAsync(sink, queue));
            }),
        new(
            "reads only when the sink is free",
            "Your method reads a message, gives it to the sink, and reads the next one when the sink is done. Nothing is "
                + "ever in a queue. The source waits for the sink and the sink for the source, so that both are idle half "
                + "of the time. Run two methods at once, with the queue between them.",
            async (source, sink, _) =>
            {
                while (await source.NextAsync() is { } message)
                {
                    await sink.TakeAsync([.. message]);
                }
            }),
        new(
            "never says that there is no more",
            "The source has no more, the sink has taken everything, and your task does not end: the consumer waits for a "
                + "message that nobody will write. A queue does not know how many writers are left. Call "
                + "`Writer.Complete()` after the last message.",
            (source, sink, capacity) =>
            {
                var queue = Channel.CreateBounded<byte[]>(capacity);
                return System.Threading.Tasks.Task.WhenAll(
                    ProduceAsync(source, queue, completes: false), ConsumeAsync(sink, queue));
            }),
        new(
            "says that there is no more only if all went well",
            "The source failed, and your task does not end: the exception jumped over `Writer.Complete()`, so that the "
                + "consumer still waits. No one sees the exception either, since it is in a task that is waited for "
                + "together with the other. Put `Complete` into a `finally` block.",
            (source, sink, capacity) =>
            {
                var queue = Channel.CreateBounded<byte[]>(capacity);
                return System.Threading.Tasks.Task.WhenAll(
                    ProduceAsync(source, queue, completesAfterFailure: false), ConsumeAsync(sink, queue));
            }),
        new(
            "does not wait for the consumer",
            "Your task ended when the source had no more. Messages are still in the queue, or in the sink's hands. The "
                + "caller takes the work for done and may end the program: the last messages are lost. Await both sides.",
            async (source, sink, capacity) =>
            {
                var queue = Channel.CreateBounded<byte[]>(capacity);
                _ = ConsumeAsync(sink, queue);
                await ProduceAsync(source, queue);
            }),
        new(
            "fails before the sink has everything",
            "The source failed, and your task failed at once, while messages were still waiting for the sink. `await "
                + "producing; await consuming;` looks as if it waited for both, but the exception of the first line skips "
                + "the second. `Task.WhenAll` waits for both, and then throws.",
            async (source, sink, capacity) =>
            {
                var queue = Channel.CreateBounded<byte[]>(capacity);
                var (producing, consuming) = (ProduceAsync(source, queue), ConsumeAsync(sink, queue));
                await producing;
                await consuming;
            }),
        new(
            "hides that the source failed",
            "The source failed in the middle, and your task ended as if all messages had been passed on. Its caller "
                + "believes so. Let the exception out: no program may take half of the data for all of it.",
            async (source, sink, capacity) =>
            {
                var queue = Channel.CreateBounded<byte[]>(capacity);
                await System.Threading.Tasks.Task.WhenAll(ProduceAsync(source, queue), ConsumeAsync(sink, queue))
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }),
        new(
            "does not wait for the sink",
            "Your consumer gives the sink a message before it is done with the last one. The order is lost, the sink has "
                + "more to do at once than it was made for, and the limit of the queue limits nothing: the messages wait in "
                + "the sink. Await `TakeAsync`.",
            async (source, sink, capacity) =>
            {
                var queue = Channel.CreateBounded<byte[]>(capacity);
                var producing = ProduceAsync(source, queue);
                List<Task> taking = [];
                await foreach (var message in queue.Reader.ReadAllAsync())
                {
                    taking.Add(sink.TakeAsync(message));
                }

                await System.Threading.Tasks.Task.WhenAll([producing, .. taking]);
            }),
        new(
            "takes an empty queue for the end",
            "The source paused, and the sink was done with all that was in the queue. Your consumer took that for the end, and "
                + "the messages after the pause never reach the sink. `TryRead` returns false also when the *next* message is "
                + "still on its way, and a count of 0 tells you no more than that. Wait: `ReadAllAsync` ends only after "
                + "`Writer.Complete()`.",
            (source, sink, capacity) =>
            {
                var queue = Channel.CreateBounded<byte[]>(capacity);
                return System.Threading.Tasks.Task.WhenAll(ProduceAsync(source, queue), ConsumeWhatIsThereAsync(sink, queue));
            }),
        new(
            "begins to consume when everything is read",
            "The queue is full, and the sink has got nothing: your consumer has not begun. `await` before the producer's call "
                + "is the usual reason. The consumer then begins when the producer has ended, and the producer waits for room "
                + "that only the consumer can make. Start both, and then await both: `Task.WhenAll`.",
            async (source, sink, capacity) =>
            {
                var queue = Channel.CreateBounded<byte[]>(capacity);
                await ProduceAsync(source, queue);
                await ConsumeAsync(sink, queue);
            }),
    ];

    private protected override void Try(Trial trial, Answer answer)
    {
        Play(trial, answer, new Scene(Capacity: 3, Messages: 12, Fails: false));
        Play(trial, answer, new Scene(Capacity: 1, Messages: 5, Fails: false));
        Play(trial, answer, new Scene(Capacity: 4, Messages: 0, Fails: false));
        Play(trial, answer, new Scene(Capacity: 4, Messages: 3, Fails: true));
        Play(trial, answer, new Scene(Capacity: 3, Messages: 4, Fails: false, PausesAfter: 2));
        for (var i = 0; i < RandomScenes; i++)
        {
            Play(trial, answer, new Scene(trial.Random.Next(1, 8), trial.Random.Next(4, 20), i == RandomScenes - 1));
        }
    }

    private void Play(Trial trial, Answer answer, Scene scene)
    {
        var turns = new AwaitedTurns(trial);
        turns.Use(() => new Run(trial, this, turns, scene).Pass(answer));
    }

    private static async Task ProduceAsync(
        MessageSource source, Channel<byte[]> queue, Func<byte[], byte[]>? copy = null, bool completes = true,
        bool completesAfterFailure = true)
    {
        var hasFailed = true;
        try
        {
            while (await source.NextAsync() is { } message)
            {
                await queue.Writer.WriteAsync(copy is null ? [.. message] : copy(message));
            }

            hasFailed = false;
        }
        finally
        {
            if (hasFailed ? completesAfterFailure : completes)
            {
                queue.Writer.Complete();
            }
        }
    }

    private static async Task TryToProduceAsync(MessageSource source, Channel<byte[]> queue)
    {
        try
        {
            while (await source.NextAsync() is { } message)
            {
                queue.Writer.TryWrite([.. message]);
            }
        }
        finally
        {
            queue.Writer.Complete();
        }
    }

    private static async Task ConsumeAsync(MessageSink sink, Channel<byte[]> queue)
    {
        await foreach (var message in queue.Reader.ReadAllAsync())
        {
            await sink.TakeAsync(message);
        }
    }

    private static async Task ConsumeWhatIsThereAsync(MessageSink sink, Channel<byte[]> queue)
    {
        while (queue.Reader.TryRead(out var message))
        {
            await sink.TakeAsync(message);
        }
    }

    // PausesAfter: after how many messages the source waits until the sink is done with them; 0 if it does not.
    private sealed record Scene(int Capacity, int Messages, bool Fails, int PausesAfter = 0)
    {
        public string Text { get; } = InvariantText.Format($"a queue for {Capacity}; the source has {Messages} messages")
            + (Fails ? " and then fails" : "")
            + (PausesAfter > 0 ? InvariantText.Format($" and pauses after {PausesAfter} of them") : "");
    }

    // One run of the learner's method. The source is always ready, unless it pauses; the sink is done when the check says so.
    private sealed class Run(Trial trial, PassOnExercise exercise, AwaitedTurns turns, Scene scene)
    {
        private Source _source = null!;
        private Sink _sink = null!;
        private Task _passing = null!;

        // One message is in the sink's hands and one in the producer's.
        private int Most => Math.Min(Ready, scene.Capacity + 2);

        private int Least => Math.Min(Ready, scene.Capacity + 1);

        // How many messages the source can give now.
        private int Ready => _source.IsPaused ? scene.PausesAfter : scene.Messages;

        public void Pass(Answer answer)
        {
            (_source, _sink) = (new Source(turns, scene), new Sink(turns));
            turns.What = scene.Text + (scene.Messages > 0 ? "; the sink was busy with the first one" : "");
            _passing = trial.Call(
                turns.What,
                () => answer(_source, _sink, scene.Capacity) ?? throw new InvalidOperationException("The task is null."));
            turns.Holds(() => _source.Given >= Least && (_sink.IsBusy || _passing.IsCompleted), Progress);
            turns.Settle();
            RequireBusy();
            for (var done = 0; done < scene.Messages; done++)
            {
                RequireTaken(done);
                turns.What = InvariantText.Format($"{scene.Text}; the sink was done with message {done + 1}");
                turns.Do(_sink.Finish);
                if (_source.IsPaused && done + 1 == scene.PausesAfter)
                {
                    turns.Settle();
                    RequireNoOtherException();
                    RequireGoesOn(scene.Messages - done - 1, exercise.Mistakes[10]);
                    turns.What = $"{scene.Text}; the source went on";
                    turns.Do(_source.GoOn);
                }

                turns.Holds(
                    () => done + 1 < Ready ? _sink.IsBusy && _source.Given >= Math.Min(Ready, done + 1 + Least)
                        : _passing.IsCompleted,
                    Progress);
                RequireSame(done);
            }

            RequireEnd();
        }

        private int Progress() => _source.Calls + _sink.Taken.Count;

        private void RequireBusy()
        {
            RequireNoOtherException();
            if (_sink.Overlaps)
            {
                trial.Wrong(turns.What, new Said("one message at a time"), new Said("a second message for the sink"),
                    exercise.Mistakes[9]);
            }

            if (_source.Given > Most)
            {
                // Before the sink takes the rest, and the producer goes on.
                var (actual, hasNoLimit) = (new Said(InvariantText.Format($"{_source.Given} read")), _source.HasEnded);
                var mistake = exercise.Mistakes[LosesMessages() ? 1 : 0];
                trial.Wrong(
                    turns.What, Limits(), actual, hasNoLimit ? mistake : null,
                    hasNoLimit ? null : "More messages wait in your queue than `capacity`.");
            }

            if (scene.Messages > 0)
            {
                RequireGoesOn(scene.Messages);
            }

            if (_source.Given < Least)
            {
                trial.Wrong(
                    turns.What, Limits(), new Said(InvariantText.Format($"{_source.Given} read")),
                    _source.Given == 1 ? exercise.Mistakes[3] : null);
            }

            trial.Expect(turns.What, Limits(), Limits());
        }

        // At most one message is in the producer's hands and one in the sink's.
        private Said Limits() => new(Least == Most
            ? InvariantText.Format($"{Most} read")
            : InvariantText.Format($"{Least} read, or {Most} if one is in the producer's hands"));

        // The sink takes all that comes. Is it everything that was read?
        private bool LosesMessages()
        {
            for (var i = 0; i < scene.Messages && turns.Holds(() => _sink.IsBusy, Progress); i++)
            {
                turns.Do(_sink.Finish);
            }

            return _sink.Taken.Count < _source.Given;
        }

        private void RequireTaken(int at)
        {
            RequireNoOtherException();
            if (_sink.Overlaps)
            {
                trial.Wrong(turns.What, new Said("one message at a time"), new Said("a second message for the sink"),
                    exercise.Mistakes[9]);
            }

            if (_source.Given > Math.Min(scene.Messages, at + Most))
            {
                trial.Wrong(
                    turns.What, new Said(InvariantText.Format($"at most {at + Most} read")),
                    new Said(InvariantText.Format($"{_source.Given} read")));
            }

            var inPause = at > 0 && at == scene.PausesAfter ? exercise.Mistakes[10] : null;
            RequireGoesOn(scene.Messages - at, inPause);
            if (!_sink.IsBusy)
            {
                trial.Wrong(
                    turns.What, new Said(InvariantText.Format($"the sink gets message {at + 1}")), new Said("it gets nothing"),
                    _sink.Taken.Count == 0 && _source.Given > scene.Capacity ? exercise.Mistakes[11] : inPause);
            }

            RequireSame(at);
        }

        private void RequireSame(int at)
        {
            if (at >= _sink.Taken.Count)
            {
                return;
            }

            var (expected, actual) = (Source.Text(at), _sink.Taken[at] is { } bytes ? Encoding.ASCII.GetString(bytes) : null);
            if (expected != actual)
            {
                var isShared = ReferenceEquals(_sink.Taken[at], _source.Array)
                    || Enumerable.Range(at + 1, scene.Messages - at).Any(later => Source.Text(later) == actual);
                trial.Wrong(
                    InvariantText.Format($"{scene.Text}; looked at message {at + 1} in the sink"), expected, actual,
                    isShared ? exercise.Mistakes[2] : null);
            }
        }

        private void RequireGoesOn(int left, Mistake<Answer>? inPause = null)
        {
            if (_passing.IsCompleted)
            {
                var (mistake, actual) = _passing.IsFaulted
                    ? (exercise.Mistakes[7], "it has failed")
                    : (exercise.Mistakes[6], "it has ended");
                trial.Wrong(
                    turns.What,
                    new Said(InvariantText.Format($"your task goes on: the sink is not done with {left} of the messages")),
                    new Said(actual), inPause ?? ((_source.HasEnded || scene.Fails) && _sink.Taken.Count > 0 ? mistake : null));
            }
        }

        private void RequireNoOtherException()
        {
            var thrown = _passing.Exception?.GetBaseException();
            if (thrown is not (null or NotImplementedException) && thrown != _source.Failure && scene.Fails && _source.HasEnded)
            {
                trial.Wrong(
                    turns.What, new Said("your task fails with the source's own exception"), thrown, null,
                    thrown is ChannelClosedException
                        ? "Your task fails with the exception by which `ReadAsync` says that the queue is at its end. The "
                            + "source's own is its `InnerException`: catch the outer exception, and throw the inner one."
                        : "Your task fails, but with an exception of its own. Its caller waits for the source's: let that one "
                            + "out as it is.");
            }

            if (thrown is not null && thrown != _source.Failure)
            {
                trial.Call(turns.What, () => _passing.GetAwaiter().GetResult());
            }
        }

        private void RequireEnd()
        {
            RequireNoOtherException();
            var right = scene.Fails ? "your task fails with the source's exception" : "your task ends";
            var actual = !_passing.IsCompleted ? "it does not end"
                : _passing.IsFaulted ? "it fails"
                : _passing.IsCanceled ? "it is cancelled"
                : "it ends";
            var mistake = (_passing.IsCompleted, scene.Fails) switch
            {
                (false, false) => exercise.Mistakes[4],
                (false, true) => exercise.Mistakes[5],
                (true, true) when _passing.IsCompletedSuccessfully => exercise.Mistakes[8],
                _ => null,
            };
            if (!_passing.IsCompleted || _passing.IsCanceled || _passing.IsFaulted != scene.Fails)
            {
                trial.Wrong(turns.What, new Said(right), new Said(actual), mistake);
            }

            trial.Expect(turns.What, new Said(right), new Said(right));
            trial.Expect(
                "counted the messages that the sink was given", scene.Messages, _sink.Taken.Count);
        }
    }

    private sealed class Source(AwaitedTurns turns, Scene scene) : MessageSource
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource<byte[]?>? _waiting;
        private bool _hasGoneOn;

        // Whether it will pause, or does.
        public bool IsPaused => scene.PausesAfter > 0 && !_hasGoneOn;

        public byte[] Array { get; } = new byte[Text(0).Length];

        public IOException Failure { get; } = new("The source has failed.");

        public int Calls { get; private set; }

        public int Given { get; private set; }

        public bool HasEnded { get; private set; }

        public static string Text(int at) => InvariantText.Format($"message {at + 1:00}");

        public override Task<byte[]?> NextAsync()
        {
            turns.NoteCall();
            Calls++;
            if (HasEnded)
            {
                throw new InvalidOperationException("NextAsync was called again after the end.");
            }

            if (Given == scene.Messages)
            {
                HasEnded = true;
                return scene.Fails
                    ? System.Threading.Tasks.Task.FromException<byte[]?>(Failure)
                    : System.Threading.Tasks.Task.FromResult<byte[]?>(null);
            }

            lock (_gate)
            {
                if (IsPaused && Given == scene.PausesAfter)
                {
                    _waiting = new TaskCompletionSource<byte[]?>();
                    return _waiting.Task;
                }
            }

            return System.Threading.Tasks.Task.FromResult<byte[]?>(Next());
        }

        // Ends the pause.
        public void GoOn()
        {
            TaskCompletionSource<byte[]?>? waiting;
            lock (_gate)
            {
                (_hasGoneOn, waiting) = (true, _waiting);
            }

            waiting?.SetResult(Next());
        }

        private byte[] Next()
        {
            Encoding.ASCII.GetBytes(Text(Given++), Array);
            return Array;
        }
    }

    private sealed class Sink(AwaitedTurns turns) : MessageSink
    {
        private TaskCompletionSource? _working;

        public List<byte[]?> Taken { get; } = [];

        public bool IsBusy => _working is { Task.IsCompleted: false };

        public bool Overlaps { get; private set; }

        public override Task TakeAsync(byte[] message)
        {
            turns.NoteCall();
            Overlaps |= IsBusy;
            Taken.Add(message);
            _working = new TaskCompletionSource();
            return _working.Task;
        }

        public void Finish() => _working?.SetResult();
    }
}
