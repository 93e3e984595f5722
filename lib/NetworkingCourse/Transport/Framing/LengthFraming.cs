using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Framing by length: four bytes, most significant first, give the length of the body. The body may contain anything.
/// </summary>
/// <param name="limit">The maximum length of a body in bytes.</param>
public sealed class LengthFraming(int limit = 65_536) : IFraming
{
    private const int Header = 4;

    /// <inheritdoc/>
    public string Name => "a length";

    /// <inheritdoc/>
    public byte[] Encode(ReadOnlySpan<byte> body, byte type = 0)
    {
        if (body.Length > limit)
        {
            throw new ArgumentException(
                $"The message is longer than {Octets.Count(limit)}.", nameof(body));
        }

        var frame = new byte[Header + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame.AsSpan(Header));
        return frame;
    }

    /// <inheritdoc/>
    public FrameExtent? Find(ReadOnlySpan<byte> received)
    {
        if (received.Length < Header)
        {
            return null;
        }

        // Checked before waiting for that many bytes or allocating memory for them: the sender may
        // be lying, or speak another protocol.
        var length = BinaryPrimitives.ReadUInt32BigEndian(received);
        if (length > limit)
        {
            var announced = Octets.Count(length);
            throw new FramingException(
                $"A message of {announced} is announced; {Octets.Count(limit)} are allowed.");
        }

        return received.Length < Header + length ? null : new FrameExtent(Header, (int)length, 0);
    }
}
