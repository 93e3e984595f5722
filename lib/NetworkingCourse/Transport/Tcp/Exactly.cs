using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>Receives exactly the wanted number of bytes from a stream whose reads may return any number.</summary>
public static class Exactly
{
    /// <summary>
    /// Reads until all wanted bytes have arrived. A read may return one byte or many; how the sender split them is not visible.
    /// </summary>
    /// <param name="stream">A connection, or any other sequential stream.</param>
    /// <param name="count">The number of bytes to read.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>Exactly <paramref name="count"/> bytes; whatever follows remains in the stream.</returns>
    /// <exception cref="EndOfStreamException">The stream ended early; the message says how many bytes had arrived.</exception>
    public static async Task<byte[]> ReadAsync(
        Stream stream, int count, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var bytes = new byte[count];
        var have = 0;
        while (have < count)
        {
            // Never read more than the missing bytes: what follows belongs to the next reader.
            var more = await stream.ReadAsync(bytes.AsMemory(have, count - have), cancellation).ConfigureAwait(false);
            if (more == 0)
            {
                var all = Octets.Count(count);
                throw new EndOfStreamException(
                    InvariantText.Format($"The other side closed after {have} of {all}."));
            }

            have += more;
        }

        return bytes;
    }
}
