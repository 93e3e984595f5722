using System.Text;
using NetworkingCourse.Checking;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The stream of a connection to a server that answers each question with the same bytes and <c>.</c> for <c>?</c>. There is no
/// network: a script decides in which pieces an answer arrives, and whether the server closes in the middle of one.
/// </summary>
/// <param name="pieces">How many bytes each read returns at most, in turn and over again.</param>
/// <param name="closesAfter">After how many bytes of answers the server closes; null for never.</param>
internal sealed class AskedStream(IReadOnlyList<int> pieces, int? closesAfter) : ScriptedStream
{
    private readonly StringBuilder _asked = new();
    private readonly Queue<byte> _answers = new();
    private int _reads;
    private int _sent;
    private bool _disposed;

    /// <summary>Everything that the server has received.</summary>
    public string Asked => _asked.ToString();

    public override bool CanWrite => true;

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_sent == closesAfter)
        {
            return InVain("still reading, 100 reads after the server has closed");
        }

        if (_answers.Count == 0)
        {
            throw Stop(
                _asked.Length == 0 ? "waiting for ever: the server has not been asked anything"
                : _asked[^1] == '?' ? "waiting for ever: the server has answered, and waits for the next question"
                : "waiting for ever: the server has not seen the end of the question");
        }

        if (buffer.IsEmpty)
        {
            return InVain("still reading into a buffer of no bytes, after 100 reads");
        }

        var max = Math.Min(_answers.Count, (closesAfter ?? int.MaxValue) - _sent);
        var count = Math.Min(Math.Min(buffer.Length, max), pieces[_reads++ % pieces.Count]);
        for (var i = 0; i < count; i++)
        {
            buffer[i] = _answers.Dequeue();
        }

        _sent += count;
        return count;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        foreach (var one in buffer)
        {
            _asked.Append((char)one);
            if (one == '?')
            {
                var question = Asked[..^1];
                foreach (var letter in question[(question.LastIndexOf('?') + 1)..] + ".")
                {
                    _answers.Enqueue((byte)letter);
                }
            }
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        base.Dispose(disposing);
    }
}
