using System.Runtime.InteropServices;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>Cuts what is received into messages, however it comes in: it keeps what is not complete until the rest is there.</summary>
/// <param name="framing">How messages are told apart.</param>
public sealed class FrameReader(IFraming framing)
{
    private readonly List<byte> _pending = [];

    /// <summary>How many bytes wait for the rest of their message.</summary>
    public int Pending => _pending.Count;

    /// <summary>Takes the next bytes of the stream.</summary>
    /// <param name="received">Any number of bytes: part of a message, one, or many.</param>
    /// <returns>The messages that are complete now, in order.</returns>
    /// <exception cref="FramingException">The stream cannot be cut into messages; there is no way to go on.</exception>
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

    /// <summary>Says that nothing more will come.</summary>
    /// <exception cref="EndOfStreamException">It ended inside a message.</exception>
    public void End()
    {
        if (Pending > 0)
        {
            throw new EndOfStreamException(InvariantText.Format($"The stream ended after {Octets.Count(Pending)} of a message."));
        }
    }

    /// <summary>Shows a stream cut into messages.</summary>
    /// <param name="stream">The bytes, from the beginning of a message on.</param>
    public ByteView View(ReadOnlyMemory<byte> stream)
    {
        var fields = new List<ByteField>();
        var at = 0;
        for (var number = 1; framing.Find(stream.Span[at..]) is { } extent; number++, at += extent.Length)
        {
            Add(at, extent.Header, InvariantText.Format($"header {number}"), stream, extent.Type == 0 ? InvariantText.Format($"{Octets.Count(extent.Body)} follow") : InvariantText.Format($"type {extent.Type}, {Octets.Count(extent.Body)} follow"));
            Add(at + extent.Header, extent.Body, InvariantText.Format($"message {number}"), stream, "");
            Add(at + extent.Header + extent.Body, extent.Trailer, "delimiter", stream, "");
        }

        return new ByteView($"framed by {framing.Name}", Layer.Application, stream, fields, at < stream.Length ? "What no field explains is a message that is not complete yet." : null);

        void Add(int offset, int length, string name, ReadOnlyMemory<byte> bytes, string meaning)
        {
            if (length > 0)
            {
                var run = bytes.Span.Slice(offset, length);
                fields.Add(new ByteField(offset, length, name, meaning.Length == 0 ? Octets.Quoted(run) : Octets.Hex(run), meaning));
            }
        }
    }
}

/// <summary>A message.</summary>
/// <param name="Type">What kind it is; 0 where the framing does not say.</param>
/// <param name="Body">What it says.</param>
public sealed record Frame(byte Type, byte[] Body)
{
    /// <summary>The message in ASCII; what is not printable is escaped.</summary>
    public override string ToString() => Type == 0 ? Octets.Quoted(Body) : InvariantText.Format($"{Octets.Quoted(Body)} (type {Type})");
}
