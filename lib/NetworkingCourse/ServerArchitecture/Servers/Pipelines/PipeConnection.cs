using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A connection of Kestrel's: two pipes instead of a socket. Kestrel fills the one and empties the other by itself.</summary>
internal sealed class PipeConnection : Connection
{
    private readonly ConnectionContext _context;
    private ReadOnlySequence<byte> _received;
    private volatile int _unanswered;

    public PipeConnection(Server server, ConnectionContext context, int number, string worker)
        : base(server, number, (context.RemoteEndPoint as IPEndPoint)?.Port ?? 0, worker) => _context = context;

    private protected override int Unanswered => _unanswered;

    // Kestrel reads ahead: what has arrived is in the pipe, and who waits at the pipe has been told.
    private protected override bool HasArrived => false;

    /// <summary>Waits until more has been received; holds no thread meanwhile.</summary>
    /// <returns>False: the client has closed its side; what came before has been received.</returns>
    public async ValueTask<bool> ReceiveAsync()
    {
        var result = await _context.Transport.Input.ReadAsync().ConfigureAwait(false);
        _received = result.Buffer;
        _unanswered = (int)_received.Length;
        return !result.IsCompleted;
    }

    /// <summary>Takes the next question out of what has been received, if it is complete; from then on the server thinks.</summary>
    /// <exception cref="QuestionTooLongException">64 KiB without a <c>?</c>.</exception>
    public bool TryTakeQuestion(out ReadOnlySequence<byte> question)
    {
        var window = _received.Slice(0, Math.Min(_received.Length, Question.MaxBytes));
        if (window.PositionOf(Question.End) is not { } end)
        {
            question = default;
            // Kept, and looked at: there is nothing to do before more has come.
            _context.Transport.Input.AdvanceTo(_received.Start, _received.End);
            return _received.Length < Question.MaxBytes ? false : throw new QuestionTooLongException();
        }

        question = window.Slice(0, window.GetPosition(1, end));
        _received = _received.Slice(question.End);
        _unanswered = (int)_received.Length;
        QuestionTaken(question.IsSingleSegment ? question.FirstSpan : question.ToArray());
        return true;
    }

    /// <summary>Turns a question into its answer and sends it; holds no thread while the client does not take it.</summary>
    public async ValueTask SendAnswerAsync(ReadOnlySequence<byte> question)
    {
        AnswerBegins();
        var output = _context.Transport.Output;
        Write(output, question);
        _ = await output.FlushAsync().ConfigureAwait(false); // if the connection broke meanwhile, the next read says how
        Answered((int)question.Length);
    }

    private static void Write(PipeWriter output, in ReadOnlySequence<byte> question)
    {
        var length = (int)question.Length;
        var answer = output.GetSpan(length)[..length];
        question.CopyTo(answer);
        Question.TurnIntoAnswer(answer);
        output.Advance(length);
    }

    private protected override void Break() => _context.Abort(new ConnectionAbortedException("ended by the server"));

    private protected override void Dismiss() => _context.Transport.Input.CancelPendingRead();

    private protected override void Release()
    {
        // Kestrel gives the connection back when its handler returns.
    }

    private protected override bool IsReset(Exception exception) => exception is ConnectionResetException;
}
