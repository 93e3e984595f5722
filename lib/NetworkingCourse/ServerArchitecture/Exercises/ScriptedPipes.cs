using System.IO.Pipelines;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Threading.Tasks.Sources;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>
/// The two pipes of a connection. A script says what the client sends and whether it reads. The pipes behave like real ones, but
/// count the calls, and notice mistakes.
/// </summary>
internal sealed class ScriptedPipes
{
    // More reads without anything new than any loop needs that does not spin.
    private const int MaxWastedReads = 20;
    private const int SmallestBuffer = 64;

    private readonly Trial _trial;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<byte[]> _held = [];
    private readonly List<byte> _unflushed = [];
    private readonly List<byte> _reached = [];
    private IReadOnlyList<PipeSegment>? _reading;
    private Pending<ReadResult>? _read;
    private Pending<FlushResult>? _flush;
    private int _examined;
    private int _inVain;
    private bool _isFresh = true;
    private bool _endWasSeen;
    private bool _inputIsCompleted;
    private volatile bool _usedAnotherThread;
    private Exception? _end;

    public ScriptedPipes(Trial trial)
    {
        _trial = trial;
        (Input, Output) = (new Reader(this), new Writer(this));
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>What is done at the moment, in words.</summary>
    public string What { get; set; } = "called your method";

    /// <summary>Whether the client has closed its sending side.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether the loop has been told that the client has closed.</summary>
    public bool EndWasSeen => _endWasSeen;

    public bool ClientReads { get; private set; } = true;

    public bool IsWaitingForBytes => _read is not null;

    public bool IsWaitingForTheClient => _flush is not null;

    public string Reached => Encoding.ASCII.GetString([.. _reached]);

    public string Unflushed => Encoding.ASCII.GetString([.. _unflushed]);

    /// <summary>What the loop has left in the pipe.</summary>
    public string Held => Encoding.ASCII.GetString([.. _held.SelectMany(piece => piece)]);

    public void Arrive(IEnumerable<string> pieces)
    {
        _held.AddRange(pieces.Select(Encoding.ASCII.GetBytes));
        _isFresh = true;
    }

    public void End() => HasEnded = _isFresh = true;

    public void StopReading() => ClientReads = false;

    public void ReadAgain() => ClientReads = true;

    /// <summary>Completes what can complete now. What waits for it continues.</summary>
    /// <returns>False if nothing can.</returns>
    public bool Complete()
    {
        if (_read is { } read && HasNews)
        {
            _read = null;
            read.SetResult(NewRead());
            return true;
        }

        if (_flush is { } flush && ClientReads)
        {
            _flush = null;
            Deliver();
            flush.SetResult(default);
            return true;
        }

        return false;
    }

    /// <summary>Ends the check if a mistake has been noticed.</summary>
    public void ThrowIfFailed()
    {
        if (_end is { } end)
        {
            ExceptionDispatchInfo.Throw(end);
        }

        if (_usedAnotherThread)
        {
            Fail(
                "every call from the thread that the check gave to your code", "a call from another thread", null,
                "Your code starts a thread or a task of its own. Nothing here needs one.");
        }
    }

    private int HeldBytes => _held.Sum(piece => piece.Length);

    private bool HasNews => HasEnded || HeldBytes > _examined;

    private bool IsOnAnotherThread => Environment.CurrentManagedThreadId != _thread && (_usedAnotherThread = true);

    private void Fail(string expected, string actual, Mistake? mistake, string? reason = null)
    {
        if (_end is { } end)
        {
            ExceptionDispatchInfo.Throw(end);
        }

        try
        {
            _trial.Wrong(What, new Said(expected), new Said(actual), mistake, reason);
        }
        catch (Exception exception)
        {
            _end = exception;
            throw;
        }
    }

    private ReadResult NewRead()
    {
        _reading = PipeSegment.Chain(_held);
        _isFresh = false;
        _endWasSeen |= HasEnded;
        return new ReadResult(PipeSegment.Sequence(_reading), isCanceled: false, isCompleted: HasEnded);
    }

    private void Deliver()
    {
        _reached.AddRange(_unflushed);
        _unflushed.Clear();
    }

    // Whether a read may begin.
    private void BeginRead()
    {
        if (_inputIsCompleted)
        {
            throw new InvalidOperationException("Reading is not allowed after the reader was completed.");
        }

        if (_reading is not null)
        {
            Fail("`AdvanceTo` between two reads", "`ReadAsync` called again", ServePipeExercise.ForgetsToAdvance);
        }

        if (_flush is not null)
        {
            Fail(
                "no read before the client has taken its answer", "a read while the flush was still waiting",
                ServePipeExercise.NoBackPressure);
        }

        if (_read is not null)
        {
            Fail("one read at a time", "a second read while the first one was waiting", ServePipeExercise.DoesNotAwait);
        }

        _inVain = HasNews && !_isFresh ? _inVain + 1 : 0;
        if (_inVain > MaxWastedReads)
        {
            var mistake = _endWasSeen ? ServePipeExercise.ReadsOn
                : Held.Contains('?', StringComparison.Ordinal) ? null : ServePipeExercise.NotExamined;
            Fail(
                _endWasSeen ? "an end of your loop" : "a read that waits",
                InvariantText.Format($"{MaxWastedReads} reads in a row that brought nothing new"), mistake,
                mistake is null ? "Your loop spins: not all bytes are examined, and so each read completes at once." : null);
        }
    }

    private ValueTask<ReadResult> ReadAsync()
    {
        if (IsOnAnotherThread)
        {
            // It never completes, and blocks no one who awaits it.
            return new(new TaskCompletionSource<ReadResult>().Task);
        }

        BeginRead();
        if (HasNews)
        {
            return new(NewRead());
        }

        _read = new Pending<ReadResult>(this);
        return _read.Task;
    }

    private bool TryRead(out ReadResult result)
    {
        result = default;
        if (IsOnAnotherThread)
        {
            return false;
        }

        BeginRead();
        result = HasNews ? NewRead() : default;
        return HasNews;
    }

    private void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (IsOnAnotherThread)
        {
            return;
        }

        if (_reading is null)
        {
            throw new InvalidOperationException("There is no read to complete.");
        }

        var (upTo, seen) = _held.Count == 0 ? (0, 0)
            : (PipeSegment.Offset(_reading, consumed) ?? -1, PipeSegment.Offset(_reading, examined) ?? -1);
        if (upTo < 0 || seen < 0)
        {
            Fail(
                "positions in the buffer of the last read", "positions that are not in it", null,
                "`AdvanceTo` needs positions in the buffer that the pipe handed out, not in a copy and not in an older one.");
        }

        if (seen < upTo)
        {
            Fail(
                "no more bytes consumed than examined",
                InvariantText.Format($"`AdvanceTo` with {upTo} bytes consumed and {seen} examined"), null,
                "A real pipe throws an `InvalidOperationException` here: what is consumed must have been examined.");
        }

        PipeSegment.Overwrite(_reading, upTo);
        _reading = null;
        _isFresh |= upTo > 0;
        _examined = seen - upTo;
        for (; upTo > 0 && upTo >= _held[0].Length; _held.RemoveAt(0))
        {
            upTo -= _held[0].Length;
        }

        if (upTo > 0)
        {
            _held[0] = _held[0][upTo..];
        }
    }

    private ValueTask<FlushResult> FlushAsync()
    {
        if (IsOnAnotherThread)
        {
            return default;
        }

        if (_flush is not null)
        {
            Fail(
                "no flush before the client has taken its answer", "a second flush while the first one was waiting",
                ServePipeExercise.NoBackPressure);
        }

        if (ClientReads || _unflushed.Count == 0)
        {
            Deliver();
            return default;
        }

        _flush = new Pending<FlushResult>(this);
        return _flush.Task;
    }

    private sealed class Reader(ScriptedPipes pipes) : PipeReader
    {
        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => pipes.ReadAsync();

        public override bool TryRead(out ReadResult result) => pipes.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => pipes.AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
            pipes.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => throw new NotSupportedException("Nothing here needs to cancel a read.");

        public override void Complete(Exception? exception = null) => pipes._inputIsCompleted = true;
    }

    private sealed class Writer(ScriptedPipes pipes) : PipeWriter
    {
        private byte[] _buffer = [];

        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => pipes._unflushed.Count;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer = new byte[Math.Max(sizeHint, SmallestBuffer)];

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            if (bytes < 0 || bytes > _buffer.Length)
            {
                throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "The memory that was asked for is smaller.");
            }

            if (!pipes.IsOnAnotherThread)
            {
                pipes._unflushed.AddRange(_buffer.AsSpan(0, bytes));
                _buffer = _buffer[bytes..];
            }
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => pipes.FlushAsync();

        public override void CancelPendingFlush() => throw new NotSupportedException("Nothing here needs to cancel a flush.");

        // As with a real pipe, what is written but not flushed is not lost.
        public override void Complete(Exception? exception = null)
        {
            if (!pipes.IsOnAnotherThread && pipes.ClientReads)
            {
                pipes.Deliver();
            }
        }
    }

    // A read or a flush that has not completed. Its result must be awaited.
    private sealed class Pending<T>(ScriptedPipes pipes) : IValueTaskSource<T>
    {
        private ManualResetValueTaskSourceCore<T> _core;

        public ValueTask<T> Task => new(this, _core.Version);

        public void SetResult(T result) => _core.SetResult(result);

        public T GetResult(short token)
        {
            if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending && !pipes.IsOnAnotherThread)
            {
                pipes.Fail(
                    "`await`", "the result of an operation that had not completed", ServePipeExercise.DoesNotAwait);
            }

            return _core.GetResult(token);
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
