using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>Framing by delimiter: a message ends at a byte that no message may contain.</summary>
/// <param name="delimiter">The delimiter; a line feed by default.</param>
/// <param name="limit">The maximum length of a body in bytes.</param>
public sealed class DelimiterFraming(byte delimiter = (byte)'\n', int limit = 65_536) : IFraming
{
    /// <inheritdoc/>
    public string Name => "a delimiter";

    /// <inheritdoc/>
    public byte[] Encode(ReadOnlySpan<byte> body, byte type = 0)
    {
        if (body.Contains(delimiter))
        {
            throw new ArgumentException(
                "The message contains the delimiter, so the receiver would take it for two messages.", nameof(body));
        }

        return body.Length <= limit
            ? [.. body, delimiter]
            : throw new ArgumentException(
                InvariantText.Format($"The message is longer than {Octets.Count(limit)}."), nameof(body));
    }

    /// <inheritdoc/>
    public FrameExtent? Find(ReadOnlySpan<byte> received) => received.IndexOf(delimiter) switch
    {
        >= 0 and var end when end <= limit => new FrameExtent(0, end, 1),
        < 0 when received.Length <= limit => null,
        // Without this limit a peer that never sends the delimiter would exhaust the memory.
        _ => throw new FramingException(InvariantText.Format($"No delimiter within {Octets.Count(limit)}.")),
    };
}
