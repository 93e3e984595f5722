namespace NetworkingCourse.Links;

/// <summary>A stream that passes all data on to another, and writes it to a recording.</summary>
internal sealed class TapStream : NonSeekableStream
{
    private readonly Stream _inner;
    private readonly Recording _recording;
    private readonly int _connection;
    private int _ended;
    private int _closed;

    public TapStream(Stream inner, Recording recording)
    {
        (_inner, _recording, _connection) = (inner, recording, recording.NextConnection());
        recording.Write(_connection, fromLeft: true, StreamEventKind.Opened);
    }

    public override bool CanRead => _inner.CanRead;

    public override bool CanWrite => _inner.CanWrite;

    public override bool CanTimeout => _inner.CanTimeout;

    public override int ReadTimeout
    {
        get => _inner.ReadTimeout;
        set => _inner.ReadTimeout = value;
    }

    public override int WriteTimeout
    {
        get => _inner.WriteTimeout;
        set => _inner.WriteTimeout = value;
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return RecordRead(buffer, _inner.Read(buffer));
        }
        catch (IOException exception)
        {
            RecordFailure(exception);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return RecordRead(buffer.Span, count);
        }
        catch (IOException exception)
        {
            RecordFailure(exception);
            throw;
        }
    }

    // Recorded before it is sent, so that a response cannot precede its request in the recording.
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _recording.Write(_connection, fromLeft: true, StreamEventKind.Bytes, buffer);
        _inner.Write(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _recording.Write(_connection, fromLeft: true, StreamEventKind.Bytes, buffer.Span);
        return _inner.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush() => _inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        RecordEnd();
        await _inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            RecordEnd();
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int RecordRead(ReadOnlySpan<byte> buffer, int count)
    {
        if (count > 0)
        {
            _recording.Write(_connection, fromLeft: false, StreamEventKind.Bytes, buffer[..count]);
        }
        else if (buffer.Length > 0 && Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _recording.Write(_connection, fromLeft: false, StreamEventKind.Ended);
        }

        return count;
    }

    private void RecordFailure(IOException exception)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _recording.Write(_connection, fromLeft: false, StreamEventKind.Broken, detail: Failures.Name(exception));
        }
    }

    private void RecordEnd()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _recording.Write(_connection, fromLeft: true, StreamEventKind.Ended);
        }
    }
}
