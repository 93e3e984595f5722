using System.Runtime.InteropServices;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Splits received bytes into messages, in whatever pieces they arrive. An incomplete message is kept until the rest arrives.
/// </summary>
/// <param name="framing">The framing of the messages.</param>
public sealed class FrameReader(IFraming framing)
{
    private readonly List<byte> _pending = [];

    /// <summary>The number of bytes that wait for the rest of their message.</summary>
    public int Pending => _pending.Count;

    /// <summary>Adds the next bytes of the stream.</summary>
    /// <param name="received">Any number of bytes: part of a message, one message, or many.</param>
    /// <returns>The messages completed by these bytes, in order.</returns>
    /// <exception cref="FramingException">The stream cannot be split into messages. It is not possible to continue.</exception>
    public IReadOnlyList<Frame> Feed(ReadOnlySpan<byte> received)
    {
        _pending.AddRange(received);
        var frames = new List<Frame>();
        var all = CollectionsMarshal.AsSpan(_pending);
        var at = 0;
        while (framing.Find(all[at..]) is { } extent)
        {
            frames.Add(new Frame(extent.Type, all.Slice(at + extent.Header, extent.Body).ToArray()));
            at += extent.Length;
        }

        _pending.RemoveRange(0, at);
        return frames;
    }

    /// <summary>Marks the end of the stream.</summary>
    /// <exception cref="EndOfStreamException">The stream ended inside a message.</exception>
    public void End()
    {
        if (Pending > 0)
        {
            throw new EndOfStreamException(InvariantText.Format($"The stream ended after {Octets.Count(Pending)} of a message."));
        }
    }

    /// <summary>Shows how a stream is split into messages.</summary>
    /// <param name="stream">The bytes, starting at the beginning of a message.</param>
    public ByteView View(ReadOnlyMemory<byte> stream)
    {
        var fields = new List<ByteField>();
        var at = 0;
        for (var number = 1; framing.Find(stream.Span[at..]) is { } extent; number++, at += extent.Length)
        {
            var type = extent.Type == 0 ? "" : InvariantText.Format($"type {extent.Type}, ");
            var meaning = InvariantText.Format($"{type}{Octets.Count(extent.Body)} follow");
            Add(at, extent.Header, InvariantText.Format($"header {number}"), stream, meaning);
            Add(at + extent.Header, extent.Body, InvariantText.Format($"message {number}"), stream, "");
            Add(at + extent.Header + extent.Body, extent.Trailer, "delimiter", stream, "");
        }

        var problem = at < stream.Length ? "The bytes without a field belong to a message that is not complete yet." : null;
        return new ByteView($"framed by {framing.Name}", Layer.Application, stream, fields, problem);

        void Add(int offset, int length, string name, ReadOnlyMemory<byte> bytes, string meaning)
        {
            if (length > 0)
            {
                var run = bytes.Span.Slice(offset, length);
                var value = meaning.Length == 0 ? Octets.Quoted(run) : Octets.Hex(run);
                fields.Add(new ByteField(offset, length, name, value, meaning));
            }
        }
    }
}

/// <summary>A message split from a stream.</summary>
/// <param name="Type">The type of message; 0 where the framing has no types.</param>
/// <param name="Body">The content of the message.</param>
public sealed record Frame(byte Type, byte[] Body)
{
    /// <summary>The message in ASCII, with non-printable bytes escaped.</summary>
    public override string ToString() =>
        Type == 0 ? Octets.Quoted(Body) : InvariantText.Format($"{Octets.Quoted(Body)} (type {Type})");
}
