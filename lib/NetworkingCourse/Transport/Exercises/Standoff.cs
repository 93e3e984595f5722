using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.7: two ends that send much to each other.</summary>
    public static StandoffExercise Standoff { get; } = new();
}

/// <summary>One end of a connection, with a bounded buffer in each direction.</summary>
public abstract class TalkingEnd
{
    private protected TalkingEnd()
    {
    }

    /// <summary>Writes bytes: waits, as often as need be, until the buffer has room for them.</summary>
    /// <param name="bytes">The bytes. They must not change until the write has ended.</param>
    /// <returns>A task that ends when all bytes are in the buffer.</returns>
    /// <exception cref="InvalidOperationException">The last write has not ended yet.</exception>
    public abstract Task WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Reads bytes: waits until at least one has arrived.</summary>
    /// <param name="room">Where to put them.</param>
    /// <returns>The number of bytes read, at least 1 and at most the length of <paramref name="room"/>.</returns>
    /// <exception cref="InvalidOperationException">The last read has not ended yet.</exception>
    /// <exception cref="ArgumentException">There is no room.</exception>
    public abstract Task<int> ReadAsync(Memory<byte> room);
}

/// <summary>The learner lets two ends send much to each other without a deadlock.</summary>
public sealed class StandoffExercise : Exercise<StandoffExercise.Answer>
{
    private const int RandomScenes = 12;
    private const int Piece = 1024;

    internal StandoffExercise()
        : base(new ExerciseText(
            "2-transport/7-tcps-edges.ipynb", "2.7", 3, nameof(Exercises.Standoff),
            "Two ends that both have much to send",
            "Resolve the deadlock. Both ends of a connection run your method: it sends all of `toSend` with `end.WriteAsync`, "
                + "receives `toReceive` bytes with `end.ReadAsync`, and returns what it has received. It must come to an "
                + "end however small the buffers between the two ends are, and however much either of them has to send; it "
                + "may be nothing.",
            [
                "There are two jobs, writing and reading. Whichever you finish first can wait for ever for the other end. "
                    + "What if neither is first?",
                "Write an asynchronous method for each job. Call both *without* `await`, so that both are under way, and "
                    + "then `await Task.WhenAll(writing, reading)`. Reading is the loop of the first exercise.",
            ]))
    {
    }

    /// <summary>The learner's method; both ends run it.</summary>
    /// <param name="end">The end of the connection.</param>
    /// <param name="toSend">The bytes to send.</param>
    /// <param name="toReceive">The number of bytes that the other end sends.</param>
    /// <returns>The bytes that were received. The task ends when everything has been written and read.</returns>
    public delegate Task<byte[]> Answer(TalkingEnd end, byte[] toSend, int toReceive);

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Answer Reference { get; } = async (end, toSend, toReceive) =>
    {
        var (writing, reading) = (WriteAsync(end, toSend), ReadAsync(end, toReceive));
        await System.Threading.Tasks.Task.WhenAll(writing, reading);
        return await reading;
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "writes everything before it reads",
            "Both ends write and neither reads. When the buffers are full, each write waits for room that only the other "
                + "end can make, by reading, and the other end is still writing. Nothing fails, and nothing goes on. Begin "
                + "to read before the write has ended.",
            async (end, toSend, toReceive) =>
            {
                await WriteAsync(end, toSend);
                return await ReadAsync(end, toReceive);
            }),
        new(
            "reads everything before it writes",
            "Both ends wait for the other to begin. *One reads first* is a way out if the protocol says which one. Here "
                + "both run the same method, and neither can know.",
            async (end, toSend, toReceive) =>
            {
                var received = await ReadAsync(end, toReceive);
                await WriteAsync(end, toSend);
                return received;
            }),
        new(
            "takes turns in pieces",
            "Your method writes a piece, and reads before it writes the next one. That is a way out as long as a piece fits "
                + "into the buffer, and both ends have as many pieces. Neither is sure here: a buffer may be smaller than "
                + "your piece, and one end may have nothing more to send while the other waits to read. Do both at the same "
                + "time.",
            async (end, toSend, toReceive) =>
            {
                var received = new byte[toReceive];
                for (int sent = 0, have = 0; sent < toSend.Length || have < toReceive;)
                {
                    var piece = toSend.AsMemory(sent, Math.Min(Piece, toSend.Length - sent));
                    await WriteAsync(end, piece);
                    sent += piece.Length;
                    var until = Math.Min(have + Piece, toReceive);
                    while (have < until)
                    {
                        have += await end.ReadAsync(received.AsMemory(have, until - have));
                    }
                }

                return received;
            }),
        new(
            "does not wait for its write",
            "Your method returns while its write is still under way. The caller takes everything for sent, and closes the "
                + "connection: the rest is lost. If the write fails, no one hears of it. Keep the task of the write, and "
                + "await it before you return.",
            async (end, toSend, toReceive) =>
            {
                _ = WriteAsync(end, toSend);
                return await ReadAsync(end, toReceive);
            }),
        new(
            "waits for one of the two only",
            "Your method returns as soon as *either* job has ended: that is what `Task.WhenAny` does. The other one has "
                + "not. Where little is to be sent and much to be received, the result is an array whose end is missing. "
                + "Use `Task.WhenAll`.",
            async (end, toSend, toReceive) =>
            {
                var received = new byte[toReceive];
                await System.Threading.Tasks.Task.WhenAny(WriteAsync(end, toSend), ReadIntoAsync(end, received));
                return [.. received];
            }),
        new(
            "reads once",
            "Your method takes what one read brings for everything. Reading and writing at the same time is right, but a "
                + "read returns what is there, at most a bufferful here. Read until you have `toReceive` bytes.",
            async (end, toSend, toReceive) =>
            {
                var writing = WriteAsync(end, toSend);
                var received = new byte[toReceive];
                var have = toReceive == 0 ? 0 : await end.ReadAsync(received);
                await writing;
                return received[..have];
            }),
        new(
            "has several writes under way",
            "Your method begins a write before the last one has ended. On a real connection, the pieces of the two may mix, "
                + "and the other end cannot tell. Reading *while* writing is fine, since the two directions are "
                + "independent. Within one direction, await each call before the next one.",
            async (end, toSend, toReceive) =>
            {
                var writing = toSend.Chunk(Piece).Select(piece => WriteAsync(end, piece)).ToList();
                var received = await ReadAsync(end, toReceive);
                await System.Threading.Tasks.Task.WhenAll(writing);
                return received;
            }),
        new(
            "begins to read after the first write",
            "Your method awaits a first write before it begins to read. Even one byte may find the buffer full, if the "
                + "buffers are small enough and the other end does the same. Start both jobs before you await anything.",
            async (end, toSend, toReceive) =>
            {
                var first = Math.Min(Piece, toSend.Length);
                await WriteAsync(end, toSend.AsMemory(0, first));
                var writing = WriteAsync(end, toSend.AsMemory(first));
                var received = await ReadAsync(end, toReceive);
                await writing;
                return received;
            }),
        new(
            "writes each piece over the last one",
            "Your method has read as many bytes as the other end sends, but not in their places: each read puts its bytes at the "
                + "beginning of the array, over those of the last one. Give it the room behind what you have: "
                + "`received.AsMemory(have)`.",
            async (end, toSend, toReceive) =>
            {
                var writing = WriteAsync(end, toSend);
                var received = new byte[toReceive];
                for (var have = 0; have < toReceive;)
                {
                    have += await end.ReadAsync(received);
                }

                await writing;
                return received;
            }),
        new(
            "reads once more when it has everything",
            "Everything is written and read, and your method calls `ReadAsync` once more. The other end does not close the "
                + "connection, so that this read never ends. It is `toReceive` that says when to stop.",
            async (end, toSend, toReceive) =>
            {
                var writing = WriteAsync(end, toSend);
                List<byte> received = [];
                var room = new byte[Piece];
                while (await end.ReadAsync(room) is > 0 and var count)
                {
                    received.AddRange(room[..count]);
                }

                await writing;
                return [.. received];
            }),
    ];

    private protected override void Try(Trial trial, Answer answer)
    {
        var habits = new Habits();
        foreach (var scene in Scenes(trial.Random))
        {
            new Play(trial, this, scene, habits).Run(answer);
        }
    }

    private static IEnumerable<Scene> Scenes(Random random)
    {
        yield return new Scene(5, 5, 4096);
        yield return new Scene(20_000, 20_000, 4096);
        yield return new Scene(0, 0, 16);
        yield return new Scene(3000, 0, 16);
        yield return new Scene(40, 3000, 4096);
        yield return new Scene(5000, 5000, 1);
        for (var i = 0; i < RandomScenes; i++)
        {
            yield return new Scene(random.Next(20_000), random.Next(20_000), random.Next(64, 4096));
        }
    }

    private static Task WriteAsync(TalkingEnd end, ReadOnlyMemory<byte> bytes) =>
        bytes.IsEmpty ? System.Threading.Tasks.Task.CompletedTask : end.WriteAsync(bytes);

    private static async Task<byte[]> ReadAsync(TalkingEnd end, int count)
    {
        var bytes = new byte[count];
        await ReadIntoAsync(end, bytes);
        return bytes;
    }

    private static async Task ReadIntoAsync(TalkingEnd end, byte[] bytes)
    {
        for (var have = 0; have < bytes.Length;)
        {
            have += await end.ReadAsync(bytes.AsMemory(have));
        }
    }

    // How much each of the two ends has to send, and how many bytes a buffer holds.
    private sealed record Scene(int One, int Other, int Buffer)
    {
        public string Text { get; } = InvariantText.Format(
            $"one end had {One:N0} bytes to send and the other {Other:N0}; buffers of {Octets.Count(Buffer)}");
    }

    // What the learner's method has been seen to do, in all scenes so far.
    private sealed class Habits
    {
        // It had a read and a write under way at one end.
        public bool ReadsWhileWriting { get; set; }

        // It read before everything was written, with no write under way.
        public bool TakesTurns { get; set; }
    }

    // One scene: the ends, and what became of them.
    private sealed class Play
    {
        private readonly Trial _trial;
        private readonly StandoffExercise _exercise;
        private readonly Scene _scene;
        private readonly Habits _habits;
        private readonly AwaitedTurns _turns;
        private readonly byte[][] _toSend;
        private readonly End[] _ends;

        public Play(Trial trial, StandoffExercise exercise, Scene scene, Habits habits)
        {
            (_trial, _exercise, _scene, _habits) = (trial, exercise, scene, habits);
            _turns = new AwaitedTurns(trial) { What = scene.Text };
            _toSend = [new byte[scene.One], new byte[scene.Other]];
            Array.ForEach(_toSend, trial.Random.NextBytes);
            var gate = new Lock();
            var (there, back) = (new Pipe(gate, scene.Buffer), new Pipe(gate, scene.Buffer));
            _ends = [new End(_turns, there, back, scene.One, habits), new End(_turns, back, there, scene.Other, habits)];
        }

        public void Run(Answer answer) => _turns.Use(() => Talk(answer));

        private void Talk(Answer answer)
        {
            var talks = new Task<byte[]>[2];
            for (var i = 0; i < 2; i++)
            {
                talks[i] = Start(answer, i);
            }

            _turns.Holds(
                () => Array.TrueForAll(talks, talk => talk.IsCompleted) || Array.Exists(talks, talk => talk.IsFaulted),
                () => _ends.Sum(end => end.Now.Reads + end.Now.Writes));
            for (var i = 0; i < 2; i++)
            {
                if (talks[i].IsFaulted || talks[i].IsCanceled)
                {
                    RequireNoException(talks[i], _ends[i]);
                }
            }

            for (var i = 0; i < 2; i++)
            {
                if (_ends[i].AtReturn is { } then)
                {
                    Judge(i, then, talks[i].Result);
                }
            }

            var finished = new Said("both ends have sent and received everything");
            if (!talks.All(talk => talk.IsCompleted))
            {
                _trial.Wrong(_scene.Text, finished, Stuck(), WhyStuck());
            }

            _trial.Expect(_scene.Text, finished, finished);
        }

        private Task<byte[]> Start(Answer answer, int at)
        {
            var (end, bytes, count) = (_ends[at], _toSend[at].ToArray(), _toSend[1 - at].Length);
            var talk = _trial.Call(_scene.Text, () =>
            {
                try
                {
                    return answer(end, bytes, count) ?? throw new InvalidOperationException("The task is null.");
                }
                catch (InvalidOperationException exception) when (end.HasOverlappingWrites)
                {
                    return System.Threading.Tasks.Task.FromException<byte[]>(exception);
                }
            });
            talk.ContinueWith(
                ended => end.AtReturn = ended.IsCompletedSuccessfully ? end.Now : null, CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return talk;
        }

        private void RequireNoException(Task<byte[]> talk, End end)
        {
            if (end.HasOverlappingWrites)
            {
                _trial.Wrong(
                    _scene.Text, new Said("no exception"), talk.Exception?.InnerException, _exercise.Mistakes[6]);
            }

            _trial.Call(_scene.Text, () => talk.GetAwaiter().GetResult());
        }

        private void Judge(int at, Progress then, byte[]? received)
        {
            var (own, other, who) = (_toSend[at], _toSend[1 - at], at == 0 ? "one end" : "the other end");
            if (then.Written != own.Length)
            {
                var mistake = !then.IsWriting ? null : then.IsReading ? _exercise.Mistakes[4] : _exercise.Mistakes[3];
                _trial.Wrong(
                    _scene.Text, new Said(InvariantText.Format($"{who} writes {Octets.Count(own.Length)}")),
                    new Said(InvariantText.Format($"its method returned when {then.Written:N0} were written")), mistake);
            }

            if (received is null || !received.AsSpan().SequenceEqual(other))
            {
                var isShort = then.Read < other.Length;
                var mistake = !isShort ? then.Reads > 1 && BeginsWithTheEnd(received, other) ? _exercise.Mistakes[8] : null
                    : then.IsReading ? _exercise.Mistakes[4]
                    : then.Reads == 1 ? _exercise.Mistakes[5] : null;
                var actual = received is null ? "null"
                    : isShort ? InvariantText.Format($"its method returned when {then.Read:N0} were read")
                    : InvariantText.Format($"it returns {Octets.Count(received.Length)}, and not those that were sent");
                _trial.Wrong(
                    _scene.Text, new Said(InvariantText.Format($"{who} returns the {Octets.Count(other.Length)} sent to it")),
                    new Said(actual), mistake);
            }
        }

        // Whether the last bytes that were sent stand at the beginning.
        private static bool BeginsWithTheEnd(byte[]? received, byte[] sent) =>
            received?.Length == sent.Length
            && Enumerable.Range(1, sent.Length).Any(count => received.AsSpan(0, count).SequenceEqual(sent.AsSpan(^count..)));

        private Said Stuck() => new("nothing goes on: " + string.Join("; ", _ends.Select((end, i) => InvariantText.Format(
            $"{(i == 0 ? "one end" : "the other")} {Doing(end)}, with {end.Now.Written:N0} of {_toSend[i].Length:N0} bytes ")
            + InvariantText.Format($"written and {end.Now.Read:N0} of {_toSend[1 - i].Length:N0} read"))));

        private static string Doing(End end) => (end.AtReturn, end.Now.IsWriting, end.Now.IsReading) switch
        {
            (not null, _, _) => "is done",
            (_, true, true) => "waits for a write and a read",
            (_, true, false) => "waits for a write",
            (_, false, true) => "waits for a read",
            _ => "waits for neither a write nor a read",
        };

        private Mistake<Answer>? WhyStuck()
        {
            var ends = _ends.Select(end => end.Now).ToList();
            if (ends.Index().All(end => end.Item.IsReading && end.Item.Written == _toSend[end.Index].Length
                && end.Item.Read == _toSend[1 - end.Index].Length))
            {
                return _exercise.Mistakes[9];
            }

            if (_habits.TakesTurns && !_habits.ReadsWhileWriting)
            {
                return _exercise.Mistakes[2];
            }

            if (ends.TrueForAll(end => end.IsReading && end.Writes == 0))
            {
                return _exercise.Mistakes[1];
            }

            if (!ends.TrueForAll(end => end.IsWriting && !end.IsReading))
            {
                return null;
            }

            return (_habits.ReadsWhileWriting, ends[0].Reads) switch
            {
                (true, 0) => _exercise.Mistakes[7],
                // A piece and a read begin together, and the next piece waits for both.
                (true, _) when ends.TrueForAll(end => !end.HasBegunAll && end.Writes == end.Reads) => _exercise.Mistakes[2],
                (true, 1) => _exercise.Mistakes[5],
                (false, 0) when ends.TrueForAll(end => end.Writes > 1 || end.HasBegunAll) => _exercise.Mistakes[0],
                _ => null,
            };
        }
    }

    // What an end has done so far. HasBegunAll: a write of everything that it has to send was begun.
    private sealed record Progress(
        int Written, int Read, int Writes, int Reads, bool IsWriting, bool IsReading, bool HasBegunAll);

    private sealed class End(AwaitedTurns turns, Pipe outgoing, Pipe incoming, int toSend, Habits habits) : TalkingEnd
    {
        private int _writes;
        private int _reads;
        private int _longest;

        public Progress Now => new(
            outgoing.In, incoming.Out, _writes, _reads, outgoing.IsWriting, incoming.IsReading, _longest == toSend);

        // When the learner's method returned; null if it has not.
        public Progress? AtReturn { get; set; }

        public bool HasOverlappingWrites { get; private set; }

        public override Task WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            turns.NoteCall();
            (_writes, _longest) = (_writes + 1, Math.Max(_longest, bytes.Length));
            HasOverlappingWrites |= outgoing.IsWriting;
            habits.ReadsWhileWriting |= incoming.IsReading;
            return outgoing.WriteAsync(bytes);
        }

        public override Task<int> ReadAsync(Memory<byte> room)
        {
            turns.NoteCall();
            _reads++;
            habits.ReadsWhileWriting |= outgoing.IsWriting;
            habits.TakesTurns |= !outgoing.IsWriting && outgoing.In > 0 && outgoing.In < toSend;
            return incoming.ReadAsync(room);
        }
    }

    // One direction.
    private sealed class Pipe(Lock gate, int capacity)
    {
        private readonly Queue<byte> _buffer = new();
        private TaskCompletionSource? _writing;
        private ReadOnlyMemory<byte> _unwritten;
        private TaskCompletionSource<int>? _reading;
        private Memory<byte> _room;

        public int In { get; private set; }

        public int Out { get; private set; }

        public bool IsWriting => _writing is not null;

        public bool IsReading => _reading is not null;

        public Task WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            var own = new TaskCompletionSource();
            Begin(() =>
            {
                (_writing, _unwritten) = _writing is null
                    ? (own, bytes)
                    : throw new InvalidOperationException("WriteAsync was called before its last call had ended.");
            });
            return own.Task;
        }

        public Task<int> ReadAsync(Memory<byte> room)
        {
            if (room.IsEmpty)
            {
                throw new ArgumentException("There is no room for the bytes.", nameof(room));
            }

            var own = new TaskCompletionSource<int>();
            Begin(() =>
            {
                (_reading, _room) = _reading is null
                    ? (own, room)
                    : throw new InvalidOperationException("ReadAsync was called before its last call had ended.");
            });
            return own.Task;
        }

        // Begins a call and moves bytes as far as they go. What waits for them is told outside of the lock.
        private void Begin(Action begin)
        {
            TaskCompletionSource? written = null;
            TaskCompletionSource<int>? read = null;
            var count = 0;
            lock (gate)
            {
                begin();
                while (true)
                {
                    var took = Fill();
                    if (_reading is not null && _buffer.Count > 0)
                    {
                        (read, count, _reading) = (_reading, Drain(), null);
                        continue;
                    }

                    if (!took)
                    {
                        break;
                    }
                }

                if (_writing is not null && _unwritten.IsEmpty)
                {
                    (written, _writing) = (_writing, null);
                }
            }

            read?.SetResult(count);
            written?.SetResult();
        }

        private bool Fill()
        {
            var count = Math.Min(_unwritten.Length, capacity - _buffer.Count);
            foreach (var one in _unwritten.Span[..count])
            {
                _buffer.Enqueue(one);
            }

            (_unwritten, In) = (_unwritten[count..], In + count);
            return count > 0;
        }

        private int Drain()
        {
            var count = Math.Min(_room.Length, _buffer.Count);
            for (var i = 0; i < count; i++)
            {
                _room.Span[i] = _buffer.Dequeue();
            }

            Out += count;
            return count;
        }
    }
}
