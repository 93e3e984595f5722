namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A buffer for the bytes that a connection has received and not yet answered. Bytes go in as they arrive; complete questions
/// come out in order, however the bytes were split in transit. Not thread-safe.
/// </summary>
public sealed class QuestionBuffer
{
    // Small, because each of ten thousand idle connections owns a buffer; it doubles when a question needs more space.
    private const int InitialBytes = 512;

    private byte[] _bytes = new byte[InitialBytes];
    private int _start;     // where the unanswered bytes begin
    private int _end;       // where they end
    private int _searched;  // how many of them are known to contain no '?'

    /// <summary>The number of bytes received and not yet taken, including complete questions.</summary>
    public int Count => _end - _start;

    /// <summary>Whether the buffer is empty, so that the peer is between two questions.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The free space: receive into it, then call <see cref="Received"/>. Never empty.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (_end == _bytes.Length)
            {
                MakeRoom();
            }

            return _bytes.AsMemory(_end);
        }
    }

    /// <summary>Records that <paramref name="count"/> bytes have been written to the start of <see cref="Free"/>.</summary>
    public void Received(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _end);
        _end += count;
    }

    /// <summary>Takes the next complete question, if its end has arrived.</summary>
    /// <param name="question">
    /// The question, including the <c>?</c>. It stays valid until <see cref="Free"/> is used again.
    /// </param>
    /// <exception cref="QuestionTooLongException">64 KiB have arrived without a <c>?</c>.</exception>
    public bool TryTake(out Memory<byte> question)
    {
        var received = _bytes.AsSpan(_start, Count);
        var length = Question.FindEnd(received, _searched);
        if (length < 0)
        {
            _searched = received.Length;
            question = default;
            return false;
        }

        question = _bytes.AsMemory(_start, length);
        _start += length;
        _searched = 0;
        return true;
    }

    private void MakeRoom()
    {
        var kept = _bytes.AsSpan(_start, Count);
        var larger = kept.Length > _bytes.Length / 2 ? new byte[_bytes.Length * 2] : _bytes;
        kept.CopyTo(larger);
        (_bytes, _start, _end) = (larger, 0, kept.Length);
    }
}
