namespace NetworkingCourse.Transport;

/// <summary>
/// A stream that returns no more than a given number of bytes per read, however many are requested. A network may do so at any
/// time; this stream always does. It exposes readers that rely on full reads.
/// </summary>
/// <param name="inner">The source of the bytes.</param>
/// <param name="maxBytes">The maximum number of bytes per read; at least 1.</param>
public sealed class ShortReadStream(Stream inner, int maxBytes) : NonSeekableStream
{
    /// <summary>The number of reads so far.</summary>
    public int Reads { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        Reads++;
        return inner.Read(buffer[..Math.Min(buffer.Length, maxBytes)]);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reads++;
        return inner.ReadAsync(buffer[..Math.Min(buffer.Length, maxBytes)], cancellationToken);
    }
}
