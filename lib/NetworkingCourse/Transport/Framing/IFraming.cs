namespace NetworkingCourse.Transport;

/// <summary>
/// Defines where one message ends and the next begins in a byte stream. Implementations are pure functions over bytes, so that
/// they can be written, read and tested without a socket.
/// </summary>
public interface IFraming
{
    /// <summary>The name of the framing: <c>a delimiter</c>.</summary>
    string Name { get; }

    /// <summary>Encodes a message for sending.</summary>
    /// <param name="body">The content of the message.</param>
    /// <param name="type">The type of message, from 0 to 255; only <see cref="TypeFraming"/> transmits it.</param>
    /// <exception cref="ArgumentException">This framing cannot represent the message.</exception>
    byte[] Encode(ReadOnlySpan<byte> body, byte type = 0);

    /// <summary>Finds the first message.</summary>
    /// <param name="received">The received bytes, starting at the beginning of a message.</param>
    /// <returns>The extent of the message; null if it is not complete yet.</returns>
    /// <exception cref="FramingException">
    /// The message is too long, or the bytes cannot begin a message of this framing: more bytes will not help.
    /// </exception>
    FrameExtent? Find(ReadOnlySpan<byte> received);
}

/// <summary>The extent of a message among received bytes.</summary>
/// <param name="Header">The number of bytes before the body.</param>
/// <param name="Body">The number of bytes in the body.</param>
/// <param name="Trailer">The number of bytes after the body.</param>
/// <param name="Type">The type of message; 0 where the framing has no types.</param>
public readonly record struct FrameExtent(int Header, int Body, int Trailer, byte Type = 0)
{
    /// <summary>The length of the whole frame in bytes; the next one begins after it.</summary>
    public int Length => Header + Body + Trailer;
}

/// <summary>The exception thrown if received bytes cannot be split into messages.</summary>
/// <param name="message">The reason.</param>
public sealed class FramingException(string message) : FormatException(message);
