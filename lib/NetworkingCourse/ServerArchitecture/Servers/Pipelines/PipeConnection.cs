using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A Kestrel connection: two pipes instead of a socket. Kestrel fills the input pipe and drains the output pipe.
/// </summary>
internal sealed class PipeConnection : Connection
{
    private readonly ConnectionContext _context;
    private ReadOnlySequence<byte> _received;
    private volatile int _unanswered;

    public PipeConnection(Server server, ConnectionContext context, int number, string worker)
        : base(server.Connections, server.ThinkTimes, number, (context.RemoteEndPoint as IPEndPoint)?.Port ?? 0, worker) =>
        _context = context;

    private protected override int Unanswered => _unanswered;

    // Kestrel reads ahead: bytes that have arrived are in the pipe already, and a pending read has been notified.
    private protected override bool HasArrived => false;

    /// <summary>Waits for more bytes without blocking a thread.</summary>
    /// <returns>False if the client has closed its side; everything it sent before that has been received.</returns>
    public async ValueTask<bool> ReceiveAsync()
    {
        var result = await _context.Transport.Input.ReadAsync().ConfigureAwait(false);
        _received = result.Buffer;
        _unanswered = (int)_received.Length;
        return !result.IsCompleted;
    }

    /// <summary>Takes the next question out of the received bytes if it is complete; the server then starts thinking.</summary>
    /// <exception cref="QuestionTooLongException">The client has sent 64 KiB without a <c>?</c>.</exception>
    public bool TryTakeQuestion(out ReadOnlySequence<byte> question)
    {
        var window = _received.Slice(0, Math.Min(_received.Length, Question.MaxBytes));
        if (window.PositionOf(Question.End) is not { } end)
        {
            question = default;
            // Nothing consumed, everything examined: the next read completes only when more bytes have
            // arrived.
            _context.Transport.Input.AdvanceTo(_received.Start, _received.End);
            return _received.Length < Question.MaxBytes ? false : throw new QuestionTooLongException();
        }

        question = window.Slice(0, window.GetPosition(1, end));
        _received = _received.Slice(question.End);
        _unanswered = (int)_received.Length;
        QuestionTaken(question.IsSingleSegment ? question.FirstSpan : question.ToArray());
        return true;
    }

    /// <summary>Turns a question into its answer and sends it; waits for a slow client without blocking a thread.</summary>
    public async ValueTask SendAnswerAsync(ReadOnlySequence<byte> question)
    {
        AnswerBegins();
        var output = _context.Transport.Output;
        Write(output, question);
        _ = await output.FlushAsync().ConfigureAwait(false); // if the connection has failed, the next read reports why
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
        // Kestrel closes the connection when its handler returns.
    }

    private protected override bool IsReset(Exception exception) => exception is ConnectionResetException;
}
