using System.Buffers.Binary;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>
/// A frame on a link: an Ethernet header (IEEE 802.3: destination, source, type of payload) and its payload. The receiver owns
/// the frame and may change it. As in captures, the bytes do not include the frame check sequence that follows the payload; it
/// lets the receiving port detect a corrupted frame.
/// </summary>
/// <param name="content">The bytes, starting with the destination address.</param>
/// <param name="trace">The trace that follows the packet; null if there is none. It is not transmitted.</param>
internal sealed class Frame(byte[] content, PacketTrace? trace) : IDatagram<Frame>
{
    public const int HeaderLength = 14;

    // The end of a shorter frame would leave the sender before it could detect a collision anywhere on the cable (IEEE 802.3), so
    // short payloads are padded.
    private const int ShortestPayload = 46;

    public byte[] Content { get; } = content;

    public PacketTrace? Trace { get; } = trace;

    /// <summary>Whether the frame check sequence would show that the frame was corrupted.</summary>
    public bool IsHarmed { get; private init; }

    /// <summary>The number of times that the frame's cable had been cut when the frame was sent.</summary>
    public int SentAfterCuts { get; set; }

    public int Bytes => Content.Length;

    public MacAddress Destination
    {
        get => MacAddress.Read(Content);
        set => value.WriteTo(Content);
    }

    public MacAddress Source
    {
        get => MacAddress.Read(Content.AsSpan(MacAddress.Length));
        set => value.WriteTo(Content.AsSpan(MacAddress.Length));
    }

    public ushort Type => BinaryPrimitives.ReadUInt16BigEndian(Content.AsSpan(2 * MacAddress.Length));

    /// <summary>The payload, including any padding.</summary>
    public Memory<byte> Payload => Content.AsMemory(HeaderLength);

    /// <summary>Creates a frame with room for a payload of the given length; its addresses are not set yet.</summary>
    public static Frame For(ushort type, int payload, PacketTrace? trace)
    {
        var content = new byte[HeaderLength + Math.Max(ShortestPayload, payload)];
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(2 * MacAddress.Length), type);
        return new Frame(content, trace);
    }

    /// <summary>Creates a frame that carries an ARP message.</summary>
    public static Frame Of(ArpMessage message, MacAddress to, PacketTrace? trace)
    {
        var frame = For(EtherType.Arp, ArpMessage.Length, trace);
        (frame.Destination, frame.Source) = (to, message.SenderMac);
        message.WriteTo(frame.Payload.Span);
        return frame;
    }

    public Frame Copy() => new((byte[])Content.Clone(), Trace);

    public Frame WithFlippedBit(double position) =>
        new(Bits.Flip(Content, position), Trace) { IsHarmed = true, SentAfterCuts = SentAfterCuts };
}
