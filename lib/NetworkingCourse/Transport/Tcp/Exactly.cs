using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>Receiving exactly as many bytes as are wanted, from a stream that gives as many as it likes.</summary>
public static class Exactly
{
    /// <summary>
    /// Reads until all bytes wanted are there. A read may bring one byte, or many; how the sender cut them is
    /// not to be seen.
    /// </summary>
    /// <param name="stream">A connection, or anything else that is read in order.</param>
    /// <param name="count">How many bytes are wanted.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Exactly <paramref name="count"/> bytes; what comes after them has not been touched.</returns>
    /// <exception cref="EndOfStreamException">The stream ended before; the message says how many bytes had come.</exception>
    public static async Task<byte[]> ReadAsync(Stream stream, int count, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var bytes = new byte[count];
        var have = 0;
        while (have < count)
        {
            // Never more than are missing: what follows belongs to somebody else.
            var more = await stream.ReadAsync(bytes.AsMemory(have, count - have), cancellation).ConfigureAwait(false);
            if (more == 0)
            {
                var cutOff = InvariantText.Format($"The other side closed after {have} of {Octets.Count(count)}.");
                throw new EndOfStreamException(cutOff);
            }

            have += more;
        }

        return bytes;
    }
}
