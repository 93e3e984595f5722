using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Framing by type and length: one byte for the type of message, two for its length. A receiver can skip messages
/// of unknown type, so old programs remain compatible with new ones. TLS records, BGP messages and the options of a
/// TCP header are built like this.
/// </summary>
public sealed class TypeFraming : IFraming
{
    private const int Header = 3;

    /// <inheritdoc/>
    public string Name => "a type and a length";

    /// <inheritdoc/>
    public byte[] Encode(ReadOnlySpan<byte> body, byte type = 0)
    {
        if (body.Length > ushort.MaxValue)
        {
            throw new ArgumentException(
                InvariantText.Format($"The message is longer than {ushort.MaxValue:N0} bytes, the limit of a two-byte length."),
                nameof(body));
        }

        var frame = new byte[Header + body.Length];
        frame[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)body.Length);
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

        var length = BinaryPrimitives.ReadUInt16BigEndian(received[1..]);
        return received.Length < Header + length ? null : new FrameExtent(Header, length, 0, received[0]);
    }
}
