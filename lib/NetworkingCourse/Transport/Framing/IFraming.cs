namespace NetworkingCourse.Transport;

/// <summary>
/// How a receiver finds where one message ends and the next begins, in a stream that has no messages. Pure functions over bytes: no socket is needed to
/// write one, to read it or to test it.
/// </summary>
public interface IFraming
{
    /// <summary>What it goes by: <c>a delimiter</c>.</summary>
    string Name { get; }

    /// <summary>A message as it is sent.</summary>
    /// <param name="body">What is to be said.</param>
    /// <param name="type">What kind of message it is, from 0 to 255; only one of the framings can say it.</param>
    /// <exception cref="ArgumentException">This framing has no way to send such a message.</exception>
    byte[] Encode(ReadOnlySpan<byte> body, byte type = 0);

    /// <summary>Finds the first message.</summary>
    /// <param name="received">What has been received, from the beginning of a message on.</param>
    /// <returns>Where it lies; null if it is not complete yet.</returns>
    /// <exception cref="FramingException">It is longer than may be, or no message of this framing begins like this: more bytes will not help.</exception>
    FrameExtent? Find(ReadOnlySpan<byte> received);
}

/// <summary>Where a message lies among received bytes.</summary>
/// <param name="Header">How many bytes come before the body.</param>
/// <param name="Body">How many bytes the body has.</param>
/// <param name="Trailer">How many bytes come after it.</param>
/// <param name="Type">What kind of message it is; 0 where the framing does not say.</param>
public readonly record struct FrameExtent(int Header, int Body, int Trailer, byte Type = 0)
{
    /// <summary>How many bytes the whole frame takes: the next one begins after them.</summary>
    public int Length => Header + Body + Trailer;
}

/// <summary>What was received cannot be cut into messages.</summary>
/// <param name="message">Why.</param>
public sealed class FramingException(string message) : FormatException(message);
